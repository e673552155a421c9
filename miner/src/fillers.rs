//! Filler files on disk, and their roots.

use crate::error::MinerError;
use crate::state::State;
use cess_pois::{Filler, FillerStore, LiveFiles, Params};
use cess_primitives::miner::SpaceProofInfo;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// `<dir>/<index>`: one file for each idle unit.
#[derive(Clone, Debug)]
pub struct Fillers {
    dir: PathBuf,
}

impl Fillers {
    /// Opens or creates the directory.
    pub fn open(dir: impl Into<PathBuf>) -> Result<Self, MinerError> {
        let dir = dir.into();
        fs::create_dir_all(&dir)
            .map_err(MinerError::io("cannot create the directory of idle files"))?;
        Ok(Self { dir })
    }

    fn path(&self, index: u64) -> PathBuf {
        self.dir.join(index.to_string())
    }

    /// Makes file `index` if it is not there with the length that it must have; returns its root.
    pub fn make(
        &self,
        params: &Params,
        info: &SpaceProofInfo,
        index: u64,
    ) -> Result<[u8; 32], MinerError> {
        let there = self
            .filler(index)
            .ok()
            .and_then(|bytes| Filler::from_bytes(params, index, bytes).ok());
        let filler = match there {
            Some(filler) => filler,
            None => self.make_anew(params, info, index)?,
        };
        Ok(filler.root())
    }

    /// Makes file `index`, whatever is there.
    pub fn make_anew(
        &self,
        params: &Params,
        info: &SpaceProofInfo,
        index: u64,
    ) -> Result<Filler, MinerError> {
        let filler = Filler::generate(params, info, index).map_err(idle_error)?;
        write_durably(&self.path(index), filler.as_bytes())
            .map_err(MinerError::io("cannot write an idle file"))?;
        Ok(filler)
    }

    /// Removes the files outside of `front+1..=rear`.
    pub fn keep(&self, front: u64, rear: u64) -> Result<(), MinerError> {
        let failed = || MinerError::io("cannot remove idle files");
        for entry in fs::read_dir(&self.dir).map_err(failed())? {
            let entry = entry.map_err(failed())?;
            let index = entry
                .file_name()
                .to_str()
                .and_then(|n| n.parse::<u64>().ok());
            if index.is_some_and(|i| i <= front || i > rear) {
                fs::remove_file(entry.path()).map_err(failed())?;
            }
        }
        Ok(())
    }

    /// The live files of a certified state, from the remembered roots; a root that is not
    /// remembered is computed anew from the file's recipe.
    pub fn live(
        &self,
        state: &State,
        params: &Params,
        info: &SpaceProofInfo,
    ) -> Result<LiveFiles, MinerError> {
        let mut known = state.roots(info.front + 1, info.rear)?;
        let mut roots = Vec::with_capacity(known.len());
        for index in info.front + 1..=info.rear {
            let root = match known.remove(&index) {
                Some(root) => root,
                None => {
                    let root = Filler::generate(params, info, index)
                        .map_err(idle_error)?
                        .root();
                    state.put_roots(&[(index, root)])?;
                    root
                }
            };
            roots.push(root);
        }
        Ok(LiveFiles::new(info.front, roots))
    }

    /// Makes every live file anew whose bytes are not those that were certified; how many.
    pub fn repair(
        &self,
        params: &Params,
        info: &SpaceProofInfo,
        live: &LiveFiles,
    ) -> Result<usize, MinerError> {
        let mut repaired = 0;
        for (index, root) in (live.front() + 1..).zip(live.roots()) {
            let there = self
                .filler(index)
                .ok()
                .and_then(|bytes| Filler::from_bytes(params, index, bytes).ok());
            if there.is_none_or(|filler| filler.root() != *root) {
                self.make_anew(params, info, index)?;
                repaired += 1;
            }
        }
        Ok(repaired)
    }
}

impl FillerStore for Fillers {
    fn filler(&self, index: u64) -> io::Result<Vec<u8>> {
        fs::read(self.path(index))
    }
}

pub(crate) fn idle_error(error: cess_pois::PoisError) -> MinerError {
    MinerError::Idle(error.to_string())
}

fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension("part");
    let mut file = File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cess_pois::{commit, new_key, new_miner};

    const PARAMS: Params = Params {
        file_size: 1024,
        max_commit: 8,
        commit_nodes: 2,
        space_files: 4,
    };

    #[test]
    fn damaged_and_deleted_files_are_made_again() {
        let dir = tempfile::tempdir().unwrap();
        let fillers = Fillers::open(dir.path()).unwrap();
        let state = State::in_memory().unwrap();
        let mut info = new_miner([1; 32].into(), new_key(&mut rand::thread_rng()));
        for index in 1..=3 {
            fillers.make(&PARAMS, &info, index).unwrap();
        }
        let claim = commit::claim(&PARAMS, &LiveFiles::default(), 3, &fillers).unwrap();
        info.rear = 3;
        let live = fillers.live(&state, &PARAMS, &info).unwrap();
        assert_eq!(live.roots(), claim.roots);
        fs::write(dir.path().join("2"), b"rot").unwrap();
        fs::remove_file(dir.path().join("3")).unwrap();
        assert_eq!(fillers.repair(&PARAMS, &info, &live).unwrap(), 2);
        assert_eq!(fillers.repair(&PARAMS, &info, &live).unwrap(), 0);
        fillers.keep(1, 2).unwrap();
        assert!(
            fillers.filler(1).is_err() && fillers.filler(2).is_ok() && fillers.filler(3).is_err()
        );
    }
}
