use super::{Record, Store};
use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

/// Keeps everything in a directory: `cluster-<c>/layer-<l>` and `bottom-<b>`.
#[derive(Clone, Debug)]
pub struct DirStore {
    dir: PathBuf,
}

impl DirStore {
    /// Opens or creates the directory.
    ///
    /// # Errors
    /// Whatever keeps it from being created.
    pub fn open(dir: impl Into<PathBuf>) -> io::Result<Self> {
        let dir = dir.into();
        fs::create_dir_all(&dir)?;
        Ok(Self { dir })
    }

    /// Where a record is kept.
    pub fn path(&self, record: Record) -> PathBuf {
        match record {
            Record::Layer { cluster, layer } => {
                self.dir.join(format!("cluster-{cluster}/layer-{layer}"))
            }
            Record::Bottom(bottom) => self.dir.join(format!("bottom-{bottom}")),
        }
    }
}

impl Store for DirStore {
    fn read(&self, record: Record) -> io::Result<Option<Vec<u8>>> {
        found(fs::read(self.path(record)))
    }

    fn read_at(&self, record: Record, offset: u64, buffer: &mut [u8]) -> io::Result<bool> {
        let Some(file) = found(File::open(self.path(record)))? else {
            return Ok(false);
        };
        match file.read_exact_at(buffer, offset) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
            result => result.map(|()| true),
        }
    }

    fn write(&self, record: Record, parts: &[&[u8]]) -> io::Result<()> {
        let path = self.path(record);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let temporary = path.with_extension("part");
        let mut file = File::create(&temporary)?;
        for part in parts {
            file.write_all(part)?;
        }
        file.sync_all()?;
        fs::rename(&temporary, &path)
    }

    fn remove(&self, record: Record) -> io::Result<()> {
        let path = self.path(record);
        found(fs::remove_file(&path))?;
        // The folder goes with its last layer; until then the system refuses.
        if let (Record::Layer { .. }, Some(folder)) = (record, path.parent()) {
            match fs::remove_dir(folder) {
                Err(error)
                    if !matches!(
                        error.kind(),
                        ErrorKind::DirectoryNotEmpty | ErrorKind::NotFound
                    ) =>
                {
                    return Err(error)
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn list(&self) -> io::Result<Vec<Record>> {
        let mut records = Vec::new();
        for (name, path) in entries(&self.dir)? {
            if let Some(bottom) = number(&name, "bottom-") {
                records.push(Record::Bottom(bottom));
            } else if let Some(cluster) = number(&name, "cluster-") {
                for (name, _) in entries(&path)? {
                    let layer = number(&name, "layer-").and_then(|n| u32::try_from(n).ok());
                    records.extend(layer.map(|layer| Record::Layer { cluster, layer }));
                }
            }
        }
        Ok(records)
    }
}

fn entries(dir: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if let Ok(name) = entry.file_name().into_string() {
            entries.push((name, entry.path()));
        }
    }
    Ok(entries)
}

/// The number in a name that this store gave; none for others, such as unfinished files.
fn number(name: &str, prefix: &str) -> Option<u64> {
    let digits = name.strip_prefix(prefix)?;
    let number = digits.parse().ok()?;
    (format!("{number}") == digits).then_some(number)
}

fn found<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        result => result.map(Some),
    }
}
