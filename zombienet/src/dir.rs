//! A network's folder: one network at a time, everything that it writes inside.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

/// The folder that commands use when none is given.
pub const DEFAULT: &str = ".cessnet";

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DirError {
    /// A network runs there.
    #[error("a network already runs in {dir} (process {pid}). Stop it with `cessnet down --dir {dir}`, or start this one in another folder with --dir")]
    Busy {
        /// The folder.
        dir: String,
        /// The process.
        pid: String,
    },
    /// The folder holds something else.
    #[error("{0} is not empty and was not made by cessnet. Give another folder with --dir")]
    Foreign(String),
    /// No network runs there.
    #[error("no network runs in {0}. Start one with `cessnet up`, or name its folder with --dir")]
    NoNetwork(String),
    /// The disk said no.
    #[error("cannot use {path}: {source}")]
    Io {
        /// The path.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
}

/// Paths in a network's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkDir {
    root: PathBuf,
}

/// Held as long as a network runs in a folder.
#[derive(Debug)]
pub struct DirLock {
    _file: nix::fcntl::Flock<File>,
}

impl NetworkDir {
    /// The folder `path`, made absolute.
    pub fn new(path: &Path) -> Result<Self, DirError> {
        let root = std::path::absolute(path).map_err(|source| DirError::Io {
            path: path.into(),
            source,
        })?;
        Ok(Self { root })
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The manifest that scripts read.
    pub fn manifest(&self) -> PathBuf {
        self.root.join("cessnet.json")
    }

    /// The socket of the supervising process.
    pub fn socket(&self) -> PathBuf {
        self.root.join("cessnet.sock")
    }

    /// The log of the supervising process.
    pub fn log(&self) -> PathBuf {
        self.root.join("cessnet.log")
    }

    /// zombienet's folder: one folder for each process.
    pub fn net(&self) -> PathBuf {
        self.root.join("net")
    }

    /// The raw chain spec.
    pub fn chain_spec(&self) -> PathBuf {
        self.root.join("chain-spec.json")
    }

    /// The expanded network file.
    pub fn definition(&self) -> PathBuf {
        self.root.join("zombienet.toml")
    }

    fn lock_file(&self) -> PathBuf {
        self.root.join("cessnet.lock")
    }

    fn previous(&self) -> PathBuf {
        let mut name = self.root.as_os_str().to_owned();
        name.push(".previous");
        name.into()
    }

    fn io(path: &Path) -> impl FnOnce(std::io::Error) -> DirError + '_ {
        move |source| DirError::Io {
            path: path.into(),
            source,
        }
    }

    /// Takes the folder for a new network. What an earlier network left there is kept beside it as
    /// `<dir>.previous`, one generation.
    pub fn claim(&self) -> Result<DirLock, DirError> {
        if self.root.is_dir() {
            drop(self.lock()?);
            let empty = std::fs::read_dir(&self.root)
                .map_err(Self::io(&self.root))?
                .next()
                .is_none();
            if !empty && !self.lock_file().exists() {
                return Err(DirError::Foreign(self.root.display().to_string()));
            }
            if self.manifest().exists() || self.net().exists() {
                let previous = self.previous();
                if previous.exists() {
                    std::fs::remove_dir_all(&previous).map_err(Self::io(&previous))?;
                }
                std::fs::rename(&self.root, &previous).map_err(Self::io(&self.root))?;
            }
        }
        std::fs::create_dir_all(&self.root).map_err(Self::io(&self.root))?;
        self.lock()
    }

    fn lock(&self) -> Result<DirLock, DirError> {
        let path = self.lock_file();
        if !self.root.is_dir()
            || (!path.exists() && self.root.read_dir().is_ok_and(|mut d| d.next().is_some()))
        {
            return Err(DirError::Foreign(self.root.display().to_string()));
        }
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path);
        let file = file.map_err(Self::io(&path))?;
        match nix::fcntl::Flock::lock(file, nix::fcntl::FlockArg::LockExclusiveNonblock) {
            Ok(mut file) => {
                let write = file.rewind().and_then(|()| file.set_len(0));
                write
                    .and_then(|()| write!(file, "{}", std::process::id()))
                    .map_err(Self::io(&path))?;
                Ok(DirLock { _file: file })
            }
            Err((mut file, _)) => {
                let mut pid = String::new();
                file.read_to_string(&mut pid).map_err(Self::io(&path))?;
                Err(DirError::Busy {
                    dir: self.root.display().to_string(),
                    pid,
                })
            }
        }
    }

    /// Whether a supervising process holds the folder.
    pub fn is_running(&self) -> bool {
        self.lock_file().exists() && matches!(self.lock(), Err(DirError::Busy { .. }))
    }
}

/// Writes a file so that a reader sees the old or the new content, never a part.
pub fn write_atomically(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let parent = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(parent)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_network_in_the_same_folder_is_refused() {
        let temp = tempfile::tempdir().unwrap();
        let dir = NetworkDir::new(&temp.path().join("net")).unwrap();
        let lock = dir.claim().unwrap();
        assert!(dir.is_running());
        assert!(matches!(dir.claim(), Err(DirError::Busy { .. })));
        drop(lock);
        assert!(!dir.is_running());
        dir.claim().unwrap();
    }

    #[test]
    fn a_folder_with_other_things_is_refused_and_untouched() {
        let temp = tempfile::tempdir().unwrap();
        std::fs::write(temp.path().join("thesis.tex"), "x").unwrap();
        let dir = NetworkDir::new(temp.path()).unwrap();
        assert!(matches!(dir.claim(), Err(DirError::Foreign(_))));
        assert_eq!(std::fs::read_dir(temp.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_an_earlier_network_left_is_kept_beside() {
        let temp = tempfile::tempdir().unwrap();
        let dir = NetworkDir::new(&temp.path().join("net")).unwrap();
        drop(dir.claim().unwrap());
        std::fs::write(dir.manifest(), "{}").unwrap();
        let _lock = dir.claim().unwrap();
        assert!(!dir.manifest().exists());
        assert!(temp.path().join("net.previous/cessnet.json").exists());
    }
}
