//! Where the programs of a network are.

use std::path::{Path, PathBuf};

/// The programs that a network runs.
pub const PROGRAMS: [&str; 4] = ["cess-node", "cess-tee", "cess-miner", "cess-gateway"];

/// The folder with the programs.
#[derive(Clone, Debug)]
pub struct Binaries {
    dir: PathBuf,
}

/// A program is not there.
#[derive(Debug, thiserror::Error)]
#[error("{program} is not in {dir}. Build it with ./scripts/up (or `cargo build --release --workspace`), or set CESSNET_BIN_DIR")]
pub struct MissingBinary {
    /// The program.
    pub program: String,
    /// Where it was looked for.
    pub dir: PathBuf,
}

impl Binaries {
    /// The programs of this folder, unchecked.
    pub fn in_dir(dir: &Path) -> Self {
        Self { dir: dir.into() }
    }

    /// `$CESSNET_BIN_DIR`, else the folder of the running program (for a test: its grandparent).
    pub fn locate() -> Result<Self, MissingBinary> {
        let from_env = std::env::var_os("CESSNET_BIN_DIR").map(PathBuf::from);
        let dir = from_env.or_else(beside_this_program).unwrap_or_default();
        let binaries = Self { dir };
        for program in PROGRAMS {
            if !binaries.path(program).is_file() {
                return Err(MissingBinary {
                    program: program.into(),
                    dir: binaries.dir,
                });
            }
        }
        Ok(binaries)
    }

    /// The file of a program; a command with a `/` is taken as it is.
    pub fn path(&self, command: &str) -> PathBuf {
        if command.contains('/') {
            command.into()
        } else {
            self.dir.join(command)
        }
    }
}

fn beside_this_program() -> Option<PathBuf> {
    let dir = std::env::current_exe().ok()?.parent()?.to_path_buf();
    // cargo puts the binaries of tests into `deps/`, one level below those that users run.
    if dir.ends_with("deps") {
        dir.parent().map(Into::into)
    } else {
        Some(dir)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_with_a_path_is_kept() {
        let binaries = Binaries::in_dir(Path::new("/opt"));
        assert_eq!(binaries.path("cess-node"), Path::new("/opt/cess-node"));
        assert_eq!(binaries.path("/x/cess-node"), Path::new("/x/cess-node"));
    }
}
