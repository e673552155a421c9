//! Files that hold results: known to be writable before the work, complete or absent after it.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;

/// A file that will be there, whole, when it is written.
#[derive(Debug)]
pub struct ResultFile {
    temp: NamedTempFile,
    path: PathBuf,
}

impl ResultFile {
    /// Makes sure that a file can be written here; an older one stays until it is.
    ///
    /// # Errors
    /// When the folder does not exist or can't be written to, or the path is a folder.
    pub fn prepare(path: &Path) -> io::Result<Self> {
        if path.is_dir() {
            return Err(io::Error::new(
                io::ErrorKind::IsADirectory,
                "it is a folder",
            ));
        }
        if path.file_name().is_none() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "it names no file",
            ));
        }
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        let temp = NamedTempFile::new_in(parent.unwrap_or(Path::new(".")))?;
        Ok(Self {
            temp,
            path: path.into(),
        })
    }

    /// Writes the file in one go.
    ///
    /// # Errors
    /// When the disk is full, or the folder went away meanwhile.
    pub fn write(mut self, text: &str) -> io::Result<()> {
        self.temp.write_all(text.as_bytes())?;
        self.temp.as_file().sync_all()?;
        self.temp.persist(self.path).map_err(|error| error.error)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn an_older_file_stays_until_the_new_one_is_complete() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out.csv");
        fs::write(&path, "old").unwrap();
        let file = ResultFile::prepare(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        file.write("new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        drop(ResultFile::prepare(&path).unwrap());
        assert_eq!(
            fs::read_dir(dir.path()).unwrap().count(),
            1,
            "nothing is left behind"
        );
    }

    #[test]
    fn a_path_that_cannot_be_written_is_refused_at_once() {
        let dir = tempfile::tempdir().unwrap();
        for path in [
            dir.path().into(),
            dir.path().join("no/such/folder/x.csv"),
            "".into(),
        ] {
            assert!(ResultFile::prepare(&path).is_err(), "{}", path.display());
        }
    }
}
