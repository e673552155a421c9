//! What a running network takes a second, against the limits of the reference design.
//!
//! ```sh
//! cargo bench --workspace --bench throughput [-- --json]
//! ```
//!
//! One validator, a TEE worker, thirteen miners and a gateway in preset `fast`, real processes all.
//!
//! 1. **Challenges.** Every miner stores a file's fragment beside its idle space. Root challenges each
//!    again as soon as its last challenge has ended; counted are challenges opened, proofs on the
//!    chain, and challenges of which both verdicts were given.
//! 2. **Declarations.** Users declare distinct files of one segment, signed beforehand, as fast as the
//!    node takes them. The miners' processes are paused from here on: thirteen machines' work of
//!    reading blocks would be done by the processor that is measured. Nobody is challenged meanwhile.
//! 3. **Transfer reports.** Twelve miners' accounts report their columns of deals that were declared
//!    just before, likewise signed beforehand; every twelfth report of a deal makes a file of it.
//!
//! Rates are those of the blocks in which the work was flowing, without the first ones and the last.
//! At the end the chain's books must balance.

mod audits;
mod files;
mod load;
mod rate;
mod reference;
mod report;

use anyhow::{bail, ensure, Context, Result};
use cess_chain::event::FileBankEvent;
use cess_chain::{Event, Signer};
use cess_primitives::GIB;
use cess_tests::{random_bytes, Devnet};
use cessnet::lifecycle;
use cessnet::roles::RoleKind;
use cessnet::{Action, Definition};
use load::Lane;
use rate::Rate;
use report::Row;

/// Idle space of each miner, GiB: enough for the territories of all declarations.
const IDLE_GIB: u32 = 32;
/// Ticks for certifying it.
const CERTIFY_TICKS: u32 = 180;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // cargo gives `--bench` to benchmarks that it is asked for, not when it runs tests.
    if !arguments.iter().any(|a| a == "--bench") {
        eprintln!("run it with `cargo bench --workspace --bench throughput`");
        return Ok(());
    }
    let known = ["--bench", "--json"];
    if let Some(other) = arguments.iter().find(|a| !known.contains(&a.as_str())) {
        bail!("`{other}` is no option; there is --json");
    }
    let json = arguments.iter().any(|a| a == "--json");
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let mut net = Devnet::start_with("small.toml", 1, more_idle_space).await?;
        let rows = measure(&mut net).await?;
        match json {
            true => {
                let rows: Vec<_> = rows.iter().map(Row::json).collect();
                println!("{}", serde_json::json!({ "throughput": rows }));
            }
            false => println!("{}", report::table(&rows)),
        }
        eprintln!("stopping the network, checking its books");
        net.finish().await
    })
}

fn more_idle_space(definition: &mut Definition) {
    let arguments = definition.custom_processes.iter_mut();
    for argument in arguments.flat_map(|process| process.args.iter_mut()) {
        if argument.starts_with("--idle-gib=") {
            *argument = format!("--idle-gib={IDLE_GIB}");
        }
    }
}

async fn measure(net: &mut Devnet) -> Result<Vec<Row>> {
    let roles: Vec<_> = net.manifest().of_kind(RoleKind::Miner).cloned().collect();
    let seed = |role: &cessnet::roles::Role| role.seed.clone().context("a miner has a seed");
    let miners = roles
        .iter()
        .map(|role| Ok(Signer::from_uri(&seed(role)?)?))
        .collect::<Result<Vec<_>>>()?;
    certified(net, miners.len()).await?;

    let one_segment = usize::try_from(net.params.segment_size)?;
    net.store("audited", &random_bytes(1, one_segment)).await?;
    eprintln!("challenges");
    let accounts: Vec<_> = miners.iter().map(Signer::account_id).collect();
    let audits = audits::run(net, &accounts).await?;
    let audit = |what, rate, reference| Row {
        what,
        rate,
        reference,
        bytes: None,
    };
    let challenges = reference::challenges();
    let audits = [
        audit("challenges opened", audits.opened, challenges),
        audit("proofs submitted", audits.proofs, reference::proofs()),
        audit("challenges settled", audits.passed, challenges),
    ];
    eprintln!("{}", report::table(&audits));

    let mut users = files::Users::settle(net).await?;
    audits::cease(net).await?;
    // They stay paused: the end of the network ends them too.
    for role in &roles {
        net.act(&role.name, Action::Pause).await?;
    }
    let loads = loads(net, &mut users, &miners).await?;
    Ok(loads.into_iter().chain(audits).collect())
}

/// Waits until the miners have certified what the definition says.
async fn certified(net: &Devnet, miners: usize) -> Result<()> {
    let wanted = miners as u128 * u128::from(IDLE_GIB) * u128::from(GIB);
    let what = format!("{miners} miners have certified {IDLE_GIB} GiB each");
    eprintln!("waiting until {what}");
    lifecycle::until(&net.chain, net.ticks(CERTIFY_TICKS), &what, || async {
        let idle = net.chain.total_idle_space().await?;
        Ok((idle >= wanted).then_some(()))
    })
    .await
}

/// Declarations, then reports.
async fn loads(net: &Devnet, users: &mut files::Users, miners: &[Signer]) -> Result<[Row; 2]> {
    let declared = |event: &Event| {
        matches!(
            event,
            Event::FileBank(FileBankEvent::UploadDeclaration { .. })
        )
    };
    let reported =
        |event: &Event| matches!(event, Event::FileBank(FileBankEvent::TransferReport { .. }));

    let lanes = users.declarations(net).await?;
    let bytes = longest(&lanes);
    eprintln!("declarations");
    let outcome = load::run(net, lanes, declared).await?;
    let declarations = Row {
        what: "declarations",
        rate: Rate::over("declarations", &outcome.samples)?,
        reference: reference::UPLOAD_DECLARATION.limit(1, bytes),
        bytes: Some(bytes),
    };
    eprintln!("{}", report::table(std::slice::from_ref(&declarations)));

    // Everything is signed before the deals begin to live.
    let (lanes, fids) = users.deals(net).await?;
    let reports = files::reports(net, miners, &fids).await?;
    let bytes = longest(&reports);
    let deals = load::run(net, lanes, declared).await?;
    ensure!(
        deals.done >= fids.len(),
        "{} of {} deals were declared in time",
        deals.done,
        fids.len()
    );
    eprintln!("transfer reports");
    let outcome = load::run(net, reports, reported).await?;
    let reports = Row {
        what: "transfer reports",
        rate: Rate::over("transfer reports", &outcome.samples)?,
        reference: reference::TRANSFER_REPORT.limit(1, bytes),
        bytes: Some(bytes),
    };
    Ok([declarations, reports])
}

/// Bytes of the longest transaction: they differ by a few where numbers are compact.
fn longest(lanes: &[Lane]) -> usize {
    let sizes = lanes.iter().flatten().map(|transaction| transaction.size());
    sizes.max().unwrap_or_default()
}
