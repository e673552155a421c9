//! The fragments of an experiment, on disk like a miner's.

use crate::{damage::Damage, Draw, LabError, Layout};
use cess_podr2::Chunks;
use cess_primitives::Hash;
use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    path::PathBuf,
};
use tempfile::TempDir;

/// A folder of pseudo-random fragments, which is deleted with it.
#[derive(Debug)]
pub(crate) struct Store {
    dir: TempDir,
    layout: Layout,
    seed: u64,
    damaged: BTreeSet<u32>,
}

impl Store {
    /// An empty folder for fragments that follow from the seed.
    ///
    /// # Errors
    /// [`LabError::Store`].
    pub(crate) fn new(layout: Layout, seed: u64) -> Result<Self, LabError> {
        let dir = tempfile::Builder::new().prefix("cess-lab-").tempdir();
        let dir = dir.map_err(|source| LabError::Store {
            path: std::env::temp_dir(),
            source,
        })?;
        Ok(Self {
            dir,
            layout,
            seed,
            damaged: BTreeSet::new(),
        })
    }

    /// The shape of what is stored.
    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Makes a fragment, writes it, and returns its name and its bytes.
    ///
    /// # Errors
    /// [`LabError::Store`].
    pub(crate) fn fill(&self, fragment: u32) -> Result<(Hash, Vec<u8>), LabError> {
        let data = self.original(fragment);
        self.write(fragment, &data)?;
        Ok((Hash::of(&data), data))
    }

    /// Mends what was damaged before, and does this damage.
    ///
    /// # Errors
    /// [`LabError::Store`].
    pub(crate) fn damage(&mut self, damage: &Damage, draw: &mut Draw) -> Result<(), LabError> {
        for fragment in std::mem::take(&mut self.damaged) {
            self.write(fragment, &self.original(fragment))?;
        }
        for wounds in damage.wounds.chunk_by(|a, b| a.fragment == b.fragment) {
            let fragment = wounds[0].fragment;
            self.damaged.insert(fragment);
            let mut data = self.original(fragment);
            for wound in wounds {
                let (from, to) = (wound.at as usize, (wound.at + wound.len) as usize);
                for byte in &mut data[from..to] {
                    // Not by zero: the byte must change.
                    *byte ^= 1 + draw.below(255) as u8;
                }
            }
            self.write(fragment, &data)?;
        }
        for fragment in &damage.lost {
            self.damaged.insert(*fragment);
            let path = self.path(*fragment);
            fs::remove_file(&path).map_err(|source| LabError::Store { path, source })?;
        }
        Ok(())
    }

    /// Opens a fragment for reading chunks; `None` when it is lost. What is read is counted.
    ///
    /// # Errors
    /// [`LabError::Store`]; [`LabError::Podr2`] when it can't be cut into chunks.
    pub(crate) fn open<'a>(
        &self,
        fragment: u32,
        counted: &'a mut Counted,
    ) -> Result<Option<Chunks<&'a mut Counted>>, LabError> {
        let path = self.path(fragment);
        match File::open(&path) {
            Ok(file) => counted.file = Some(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(LabError::Store { path, source }),
        }
        let (size, chunks) = (self.layout.fragment_size, self.layout.chunks);
        Ok(Some(Chunks::new(counted, size, chunks)?))
    }

    fn original(&self, fragment: u32) -> Vec<u8> {
        let mut data = vec![0; self.layout.fragment_size as usize];
        Draw::about(("fragment", self.seed, fragment)).fill(&mut data);
        data
    }

    fn write(&self, fragment: u32, data: &[u8]) -> Result<(), LabError> {
        let path = self.path(fragment);
        fs::write(&path, data).map_err(|source| LabError::Store { path, source })
    }

    fn path(&self, fragment: u32) -> PathBuf {
        self.dir.path().join(fragment.to_string())
    }
}

/// A file, and how many bytes of this and former files were read.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    file: Option<File>,
    read: u64,
}

impl Counted {
    /// Bytes read so far.
    pub(crate) fn total(&self) -> u64 {
        self.read
    }

    fn file(&mut self) -> io::Result<&mut File> {
        let none = || io::Error::new(io::ErrorKind::NotFound, "no fragment is open");
        self.file.as_mut().ok_or_else(none)
    }
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file()?.read(buffer)?;
        self.read += read as u64;
        Ok(read)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file()?.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{damage::Wound, DamageMode, Share};
    use cess_podr2::ChunkReader;

    fn layout() -> Layout {
        Layout::of_fragments(3, 4096, 16)
    }

    fn filled() -> (Store, Vec<Vec<u8>>) {
        let store = Store::new(layout(), 1).unwrap();
        let data = (0..3)
            .map(|fragment| store.fill(fragment).unwrap().1)
            .collect();
        (store, data)
    }

    fn read(store: &Store, fragment: u32) -> Option<Vec<u8>> {
        let mut counted = Counted::default();
        let mut chunks = store.open(fragment, &mut counted).unwrap()?;
        Some(
            (0..16)
                .flat_map(|index| chunks.chunk(index).unwrap())
                .collect(),
        )
    }

    #[test]
    fn exactly_the_wounded_bytes_change_and_the_next_damage_mends_them() {
        let (mut store, data) = filled();
        let wounds = vec![
            Wound {
                fragment: 0,
                at: 5,
                len: 1,
            },
            Wound {
                fragment: 0,
                at: 100,
                len: 300,
            },
            Wound {
                fragment: 2,
                at: 4095,
                len: 1,
            },
        ];
        let damage = Damage {
            wounds: wounds.clone(),
            lost: vec![1],
        };
        store.damage(&damage, &mut Draw::about(1)).unwrap();
        assert_eq!(read(&store, 1), None);
        for fragment in [0, 2] {
            let (now, before) = (read(&store, fragment).unwrap(), &data[fragment as usize]);
            for (at, (a, b)) in now.iter().zip(before).enumerate() {
                let wounded = wounds.iter().any(|wound| {
                    wound.fragment == fragment
                        && (wound.at..wound.at + wound.len).contains(&(at as u64))
                });
                assert_eq!(a != b, wounded, "byte {at} of {fragment}");
            }
        }
        store
            .damage(&Damage::default(), &mut Draw::about(1))
            .unwrap();
        for (fragment, before) in data.iter().enumerate() {
            assert_eq!(read(&store, fragment as u32).as_ref(), Some(before));
        }
    }

    #[test]
    fn damage_of_any_mode_can_be_done_and_mended_in_any_order() {
        let (mut store, data) = filled();
        for (turn, mode) in ["chunks", "fragments", "run", "bytes", "fragments", "chunks"]
            .into_iter()
            .enumerate()
        {
            let mode: DamageMode = mode.parse().unwrap();
            let damage = Damage::draw(
                mode,
                Share::percent(60.0).unwrap(),
                &layout(),
                &mut Draw::about(turn as u32),
            );
            store.damage(&damage, &mut Draw::about(1)).unwrap();
            let spoilt = (0..3).filter(|fragment| {
                read(&store, *fragment).as_ref() != Some(&data[*fragment as usize])
            });
            assert_eq!(
                spoilt.count() as u32,
                damage.hit(&layout()).fragments,
                "{mode}"
            );
        }
    }

    #[test]
    fn only_the_bytes_of_read_chunks_are_counted() {
        let (store, _) = filled();
        let mut counted = Counted::default();
        for fragment in 0..2 {
            let mut chunks = store.open(fragment, &mut counted).unwrap().unwrap();
            chunks.chunk(3).unwrap();
            chunks.chunk(0).unwrap();
        }
        assert_eq!(counted.total(), 4 * 256);
    }
}
