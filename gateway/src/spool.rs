//! Where uploads arrive: a file of stored segments for each, gone again unless it is complete.

use bytes::Bytes;
use cess_primitives::DATA_SHARDS;
use cess_segment::{Cipher, Layout, SegmentError, SegmentParts, SegmentWriter, Summary};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, TempPath};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Pieces of a body that wait for the disk and the erasure code.
const AHEAD: usize = 4;

/// Why an upload could not be taken in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SpoolError {
    /// The file cannot be cut.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// The disk failed or is full.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The body ended before the file did.
    #[error("the upload was broken off")]
    Aborted,
}

/// The folder in which uploads arrive.
#[derive(Clone)]
pub(crate) struct Spool {
    dir: PathBuf,
}

impl Spool {
    /// Opens the folder and clears it: what is left there belongs to uploads that a crash cut off.
    pub(crate) fn open(dir: PathBuf) -> io::Result<Self> {
        std::fs::create_dir_all(&dir)?;
        for entry in std::fs::read_dir(&dir)? {
            std::fs::remove_file(entry?.path())?;
        }
        Ok(Self { dir })
    }

    /// Starts to take a file in; `announced` is its length where that is known.
    pub(crate) fn receive(
        &self,
        layout: Layout,
        cipher: Cipher,
        announced: Option<u64>,
    ) -> Receiving {
        let (chunks, inbox) = mpsc::channel(AHEAD);
        let dir = self.dir.clone();
        let cut = move || cut(inbox, layout, &cipher, announced, &dir);
        Receiving {
            chunks,
            worker: tokio::task::spawn_blocking(cut),
        }
    }
}

enum Chunk {
    Data(Bytes),
    End,
}

/// An upload that is arriving; dropping it leaves nothing.
pub(crate) struct Receiving {
    chunks: mpsc::Sender<Chunk>,
    worker: JoinHandle<Result<Received, SpoolError>>,
}

/// A complete upload. Its file is removed unless it is kept.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) summary: Summary,
    pub(crate) file: TempPath,
}

impl Receiving {
    /// Takes a piece of the body.
    pub(crate) async fn push(&mut self, data: Bytes) -> Result<(), SpoolError> {
        if self.chunks.send(Chunk::Data(data)).await.is_ok() {
            return Ok(());
        }
        // The worker gave up: its result says why.
        match (&mut self.worker).await {
            Ok(Err(error)) => Err(error),
            _ => Err(SpoolError::Aborted),
        }
    }

    /// The body is complete.
    pub(crate) async fn finish(self) -> Result<Received, SpoolError> {
        // A worker that gave up says why when it is joined.
        let _ = self.chunks.send(Chunk::End).await;
        self.worker.await.unwrap_or(Err(SpoolError::Aborted))
    }
}

/// Cuts, encodes and writes on a blocking thread until the end, or until the sender is dropped.
fn cut(
    mut inbox: mpsc::Receiver<Chunk>,
    layout: Layout,
    cipher: &Cipher,
    announced: Option<u64>,
    dir: &Path,
) -> Result<Received, SpoolError> {
    let mut writer = SegmentWriter::new(layout, cipher, announced)?;
    let mut file = NamedTempFile::new_in(dir)?;
    loop {
        match inbox.blocking_recv() {
            None => return Err(SpoolError::Aborted),
            Some(Chunk::End) => break,
            Some(Chunk::Data(data)) => {
                let mut input = &data[..];
                while !input.is_empty() {
                    if let Some(parts) = writer.push(&mut input)? {
                        write_segment(&mut file, &parts)?;
                    }
                }
            }
        }
    }
    let (last, summary) = writer.finish()?;
    write_segment(&mut file, &last)?;
    file.as_file().sync_all()?;
    Ok(Received {
        summary,
        file: file.into_temp_path(),
    })
}

fn write_segment(file: &mut NamedTempFile, parts: &SegmentParts) -> io::Result<()> {
    parts.fragments[..DATA_SHARDS]
        .iter()
        .try_for_each(|(_, bytes)| file.write_all(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(dir: &Path) -> usize {
        std::fs::read_dir(dir).unwrap().count()
    }

    #[tokio::test]
    async fn a_complete_upload_is_the_stored_stream() {
        let dir = tempfile::tempdir().unwrap();
        let spool = Spool::open(dir.path().into()).unwrap();
        let mut receiving = spool.receive(Layout::new(64).unwrap(), Cipher::none(), Some(100));
        for piece in [&[1u8; 70][..], &[2; 30]] {
            receiving.push(Bytes::from_static(piece)).await.unwrap();
        }
        let received = receiving.finish().await.unwrap();
        let stored = std::fs::read(&received.file).unwrap();
        assert_eq!((received.summary.size, stored.len()), (100, 128));
        assert_eq!(stored[..100], [[1u8; 70].as_slice(), &[2; 30]].concat());
        drop(received);
        assert_eq!(files(dir.path()), 0, "nobody kept it");
    }

    #[tokio::test]
    async fn an_upload_that_breaks_off_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let spool = Spool::open(dir.path().into()).unwrap();
        let mut receiving = spool.receive(Layout::new(64).unwrap(), Cipher::none(), None);
        receiving.push(Bytes::from_static(&[1; 200])).await.unwrap();
        let Receiving { chunks, worker } = receiving;
        drop(chunks);
        assert!(matches!(worker.await.unwrap(), Err(SpoolError::Aborted)));
        assert_eq!(files(dir.path()), 0);
    }

    #[tokio::test]
    async fn what_a_crash_left_is_cleared_at_the_start() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("left"), b"half").unwrap();
        Spool::open(dir.path().into()).unwrap();
        assert_eq!(files(dir.path()), 0);
    }

    #[tokio::test]
    async fn more_bytes_than_announced_are_refused_while_they_arrive() {
        let dir = tempfile::tempdir().unwrap();
        let spool = Spool::open(dir.path().into()).unwrap();
        let mut receiving = spool.receive(Layout::new(64).unwrap(), Cipher::none(), Some(10));
        let mut result = Ok(());
        while result.is_ok() {
            result = receiving.push(Bytes::from_static(&[1; 11])).await;
        }
        assert!(matches!(
            result,
            Err(SpoolError::Segment(SegmentError::WrongLength { .. }))
        ));
    }
}
