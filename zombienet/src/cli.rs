//! The command line.

use crate::span::Span;
use cess_lab::{row::scheme_name, DamageMode, Share};
use cess_primitives::{Hash, Podr2Scheme, Preset, GIB, KIB, MIB};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// The whole CESS network on one machine.
#[derive(Debug, Parser)]
#[command(name = "cessnet", version, propagate_version = true)]
pub struct Cli {
    /// The network's folder.
    #[arg(long, global = true, default_value = crate::dir::DEFAULT, env = "CESSNET_DIR")]
    pub dir: PathBuf,
    /// Print JSON instead of text.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What cessnet can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start a network; it ends with Ctrl-C, or with `down`.
    Up(Up),
    /// Stop the network.
    Down,
    /// Show processes, heights, spaces, files, open challenges and orders.
    Status,
    /// Store a file: buys territory and authorises the gateway if need be.
    Put(Put),
    /// Fetch a file.
    Get(Get),
    /// List the stored files and open deals.
    Files,
    /// Show the log of a process, or of the supervisor.
    Logs(Logs),
    /// End a process at once, like a power cut.
    Kill(RoleName),
    /// Stop a process where it is.
    Pause(RoleName),
    /// Let a paused process go on.
    Resume(RoleName),
    /// End a process and start it again.
    Restart(RoleName),
    /// Overwrite stored fragments of a miner.
    Corrupt(Damage),
    /// Delete stored fragments of a miner.
    Lose(Loss),
    /// Make a miner cheat, or honest again; without a miner, list the ways of cheating.
    Byzantine(Byzantine),
    /// Show the protocol's time, or move it forward.
    Time(Time),
    /// Replace the runtime of the running network, without stopping it.
    Upgrade(Upgrade),
    /// Let the chain check its books: every invariant of every pallet.
    Check,
    /// Tell a file's life step by step, checking each.
    Demo(Demo),
    /// Experiments on the network's code; they need no network.
    #[command(subcommand)]
    Lab(Lab),
}

/// `cessnet up`
#[derive(Clone, Debug, Args)]
pub struct Up {
    /// Return when the network is ready.
    #[arg(long)]
    pub detach: bool,
    /// The network file; without one, the built-in default network.
    #[arg(long)]
    pub network: Option<PathBuf>,
    /// The number of miners instead of the file's.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub miners: Option<u32>,
    /// The protocol's quantities instead of the file's.
    #[arg(long, value_parser = preset)]
    pub preset: Option<Preset>,
    /// A quantity of the protocol instead of the preset's; may be given several times.
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub params: Vec<String>,
    /// Seconds until the network must be ready.
    #[arg(long, default_value_t = 180)]
    pub timeout: u64,
    /// Set by `--detach` for the process that stays.
    #[arg(long, hide = true)]
    pub supervise: bool,
}

/// `cessnet put`
#[derive(Clone, Debug, Args)]
pub struct Put {
    /// The file.
    pub file: PathBuf,
    /// Whose file it is: the seed of an account.
    #[arg(long, default_value = "//Alice")]
    pub account: String,
    /// The territory that pays; bought when it does not exist.
    #[arg(long, default_value = "cessnet")]
    pub territory: String,
    /// Encrypt with this password.
    #[arg(long)]
    pub cipher: Option<String>,
    /// The file's name; without one, that of the file.
    #[arg(long)]
    pub name: Option<String>,
    /// Return when the deal is declared instead of when the file is active.
    #[arg(long)]
    pub no_wait: bool,
}

/// `cessnet get`
#[derive(Clone, Debug, Args)]
pub struct Get {
    /// The file's id.
    pub fid: Hash,
    /// Where to write it.
    #[arg(short, long)]
    pub output: PathBuf,
    /// The password.
    #[arg(long)]
    pub cipher: Option<String>,
    /// Fetch from miners even what the gateway has in its cache.
    #[arg(long)]
    pub fresh: bool,
}

/// `cessnet logs`
#[derive(Clone, Debug, Args)]
pub struct Logs {
    /// `miner-3`, `alice`, ...; without one, the supervisor.
    pub role: Option<String>,
    /// Go on with what is written from now on.
    #[arg(short, long)]
    pub follow: bool,
}

/// The name of a process.
#[derive(Clone, Debug, Args)]
pub struct RoleName {
    /// `miner-3`, `alice`, `gateway-1`, `tee-1`.
    pub role: String,
}

/// Which fragments of a miner.
#[derive(Clone, Debug, Args)]
pub struct Loss {
    /// `miner-3`.
    pub miner: String,
    /// Only fragments of this file.
    #[arg(long)]
    pub fid: Option<Hash>,
    /// At most so many fragments.
    #[arg(long)]
    pub fragments: Option<usize>,
}

/// `cessnet corrupt`
#[derive(Clone, Debug, Args)]
pub struct Damage {
    /// Which fragments.
    #[command(flatten)]
    pub which: Loss,
    /// Overwrite only so many bytes of each, at the start.
    #[arg(long)]
    pub bytes: Option<u64>,
}

/// `cessnet byzantine`
#[derive(Clone, Debug, Args)]
pub struct Byzantine {
    /// `miner-3`.
    pub miner: Option<String>,
    /// How it is to cheat, or `honest`; without it, show how it does.
    pub strain: Option<String>,
}

/// `cessnet time`
#[derive(Clone, Debug, Args)]
pub struct Time {
    /// How far: `+3d`, `+12h`, `+90m` of the protocol's day, or `+500t` (ticks). Without it, show the
    /// time.
    #[arg(allow_hyphen_values = true)]
    pub span: Option<Span>,
    /// Jump although audits, uploads and restorals are under way: they miss their deadlines.
    #[arg(long, requires = "span")]
    pub at_once: bool,
    /// Return when the clock has moved instead of when everything that fell due is done.
    #[arg(long, requires = "span")]
    pub no_wait: bool,
}

/// `cessnet upgrade`
#[derive(Clone, Debug, Args)]
pub struct Upgrade {
    /// The runtime: wasm, compressed or not.
    pub wasm: PathBuf,
}

/// `cessnet demo`
#[derive(Clone, Debug, Args)]
pub struct Demo {
    /// A file of yours; without one, 10 MiB of random bytes.
    pub file: Option<PathBuf>,
}

/// `cessnet lab`
#[derive(Clone, Debug, Subcommand)]
pub enum Lab {
    /// Damage stored data and audit it: how often is it found, as theory says, and what does that cost?
    Detect(Detect),
}

/// `cessnet lab detect`
#[derive(Clone, Debug, Args)]
pub struct Detect {
    /// How much is damaged; several, separated by commas, make a row each.
    #[arg(long, value_delimiter = ',', default_value = "1%")]
    pub damage: Vec<Share>,
    /// What that is a share of: `chunks` or `bytes` at random, bytes in a `run`, whole `fragments`.
    #[arg(long, default_value_t)]
    pub damage_mode: DamageMode,
    /// Audits for each row.
    #[arg(long, default_value_t = 500)]
    pub audits: u64,
    /// The proof scheme, or several: `rsa`, `bls12381`.
    #[arg(long, value_delimiter = ',', default_value = "rsa", value_parser = scheme)]
    pub scheme: Vec<Podr2Scheme>,
    /// The protocol's quantities where the options below say nothing else.
    #[arg(long, default_value = "reference", value_parser = preset)]
    pub preset: Preset,
    /// Chunks of a fragment.
    #[arg(long)]
    pub chunks: Option<u32>,
    /// Chunks that a challenge names, or several such numbers; without it 46 in a thousand, at least 3.
    #[arg(long, value_delimiter = ',')]
    pub sample: Vec<u32>,
    /// Fragments that the miner holds.
    #[arg(long, default_value_t = 1)]
    pub fragments: u32,
    /// Size of a fragment: bytes, or with a unit, `64KiB`, `8MiB`.
    #[arg(long, value_parser = size)]
    pub fragment_size: Option<u64>,
    /// Data, damage and challenges follow from this number; without it they are new each time.
    #[arg(long)]
    pub seed: Option<u64>,
    /// Write the rows to this file.
    #[arg(long)]
    pub csv: Option<PathBuf>,
    /// Draw them into this SVG file.
    #[arg(long)]
    pub plot: Option<PathBuf>,
}

fn scheme(text: &str) -> Result<Podr2Scheme, String> {
    [Podr2Scheme::Rsa, Podr2Scheme::Bls12381]
        .into_iter()
        .find(|scheme| scheme_name(*scheme) == text)
        .ok_or_else(|| format!("there is no proof scheme `{text}`: it is `rsa` or `bls12381`"))
}

fn size(text: &str) -> Result<u64, String> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = match unit.trim() {
        "" | "B" => Some(1),
        "KiB" => Some(KIB),
        "MiB" => Some(MIB),
        "GiB" => Some(GIB),
        _ => None,
    };
    let number = number.parse::<u64>().ok();
    let bytes = number
        .zip(unit)
        .and_then(|(number, unit)| number.checked_mul(unit));
    bytes.ok_or_else(|| {
        format!("`{text}` is no size: it is a number of bytes, or such as `64KiB`, `8MiB`")
    })
}

fn preset(text: &str) -> Result<Preset, String> {
    match text {
        "fast" => Ok(Preset::Fast),
        "reference" => Ok(Preset::Reference),
        other => Err(format!(
            "there is no preset `{other}`: it is `fast` or `reference`"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_malformed_fid_is_refused() {
        assert!(Cli::try_parse_from(["cessnet", "get", "abc", "-o", "x"]).is_err());
        assert!(Cli::try_parse_from(["cessnet", "up", "--preset", "slow"]).is_err());
    }

    #[test]
    fn the_clock_takes_a_span_and_flags_in_any_order() {
        for line in ["+3d --no-wait", "--no-wait +3d", "3d --json"] {
            let words = ["cessnet", "time"].into_iter().chain(line.split(' '));
            let cli = Cli::try_parse_from(words).unwrap();
            let Command::Time(time) = cli.command else {
                panic!("{line}");
            };
            assert_eq!(time.span, Some("+3d".parse().unwrap()), "{line}");
            assert_eq!(time.no_wait, line.contains("no-wait"), "{line}");
        }
        let back = Cli::try_parse_from(["cessnet", "time", "-3d"]).unwrap_err();
        assert!(back.to_string().contains("only goes forward"), "{back}");
        assert!(Cli::try_parse_from(["cessnet", "time", "--at-once"]).is_err());
    }

    fn detect(line: &str) -> Result<Detect, String> {
        let words = ["cessnet", "lab", "detect"]
            .into_iter()
            .chain(line.split_whitespace());
        let cli = Cli::try_parse_from(words).map_err(|error| error.to_string())?;
        let Command::Lab(Lab::Detect(detect)) = cli.command else {
            panic!("{line}");
        };
        Ok(detect)
    }

    #[test]
    fn an_experiment_takes_lists_and_sizes() {
        let line = "--damage 0.1%,1%,5% --sample 10,47 --scheme rsa,bls12381 --fragment-size 64KiB --damage-mode run";
        let given = detect(line).unwrap();
        let shares: Vec<_> = given.damage.iter().map(Share::to_string).collect();
        assert_eq!(shares, ["0.1%", "1%", "5%"]);
        assert_eq!(
            (given.sample, given.fragment_size),
            (vec![10, 47], Some(64 << 10))
        );
        assert_eq!(given.scheme, [Podr2Scheme::Rsa, Podr2Scheme::Bls12381]);
        assert_eq!(given.damage_mode, DamageMode::Run);
        let usual = detect("").unwrap();
        assert_eq!(
            (usual.audits, usual.fragments, usual.preset),
            (500, 1, Preset::Reference)
        );
    }

    #[test]
    fn an_experiment_that_makes_no_sense_is_refused_with_the_reason() {
        for (line, reason) in [
            ("--damage 101%", "between 0% and 100%"),
            ("--damage 1", "write it in percent"),
            ("--damage-mode rot", "no damage mode `rot`"),
            ("--scheme dsa", "no proof scheme `dsa`"),
            ("--fragment-size 8MB", "is no size"),
            ("--fragment-size 99999999999999999999", "is no size"),
            ("--preset slow", "no preset `slow`"),
            ("--sample -1", "-1"),
        ] {
            let error = detect(line).expect_err(line);
            assert!(error.contains(reason), "{line}: {error}");
        }
    }
}
