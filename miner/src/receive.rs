//! Fragments that come in, and go out to those who ask.

use crate::error::MinerError;
use crate::miner::{Miner, Suspicion};
use crate::store::{Condition, FragmentStore, Partial, StoreError};
use async_trait::async_trait;
use bytes::Bytes;
use cess_p2p::{FragmentHandler, FragmentReader, FragmentSink, PeerBytes, Refusal};
use cess_primitives::Hash;
use std::io;
use std::sync::Arc;

/// Serves the fragment protocol for a miner.
///
/// A fragment is accepted only from the libp2p peer of the gateway that declared the deal, only if
/// the deal lists it, and only with its exact size; anybody may read.
pub struct Receiver {
    miner: Arc<Miner>,
}

impl Receiver {
    /// Serves `miner`.
    pub fn new(miner: Arc<Miner>) -> Self {
        Self { miner }
    }

    async fn check(
        &self,
        from: PeerBytes,
        fid: &Hash,
        fragment: &Hash,
        len: u64,
    ) -> Result<(), Refusal> {
        let expected = self.miner.params().fragment_size;
        if len != expected {
            return Err(Refusal::WrongSize { expected });
        }
        let deal = self.miner.deals.get(fid).await.map_err(|error| {
            tracing::warn!(%fid, %error, "cannot look a deal up");
            Refusal::ChainUnavailable
        })?;
        let deal = deal.ok_or(Refusal::UnknownDeal)?;
        if deal.writer != Some(from) {
            return Err(Refusal::NotAuthorised);
        }
        if !deal.lists(fragment) {
            return Err(Refusal::NotInDeal);
        }
        match deal.own_column {
            Some(column) if deal.column(column).all(|f| f != fragment) => {
                return Err(Refusal::OtherColumn)
            }
            None if !deal.affordable => return Err(Refusal::NotReady),
            _ => {}
        }
        // Remembered before the first byte: a crash from here on leaves nothing that is not found again.
        self.miner
            .state
            .note_file(fid, self.miner.tick())
            .map_err(internal)
    }
}

fn internal(error: impl std::fmt::Display) -> Refusal {
    tracing::error!(%error, "cannot serve a fragment");
    Refusal::Internal
}

#[async_trait]
impl FragmentHandler for Receiver {
    #[tracing::instrument(skip_all, fields(%fid, %fragment))]
    async fn admit(
        &self,
        from: PeerBytes,
        fid: Hash,
        fragment: Hash,
        len: u64,
    ) -> Result<Box<dyn FragmentSink>, Refusal> {
        self.check(from, &fid, &fragment, len).await?;
        let start = move |store: &dyn FragmentStore| {
            if store.verify(&fragment, len)? == Condition::Intact {
                return Ok(None);
            }
            let mut partial = store.write(&fragment)?;
            if partial.len() > len {
                partial.restart()?;
            }
            Ok::<_, StoreError>(Some(partial))
        };
        let partial = match self.miner.with_store(start).await {
            Ok(partial) => partial,
            Err(MinerError::Store(StoreError::Busy(_))) => return Err(Refusal::Busy),
            Err(error) => return Err(internal(error)),
        };
        let resume = partial.as_ref().map_or(len, |p| p.len());
        Ok(Box::new(Sink {
            miner: Arc::clone(&self.miner),
            fid,
            fragment,
            partial,
            resume,
        }))
    }

    async fn open(
        &self,
        _: PeerBytes,
        _: Hash,
        fragment: Hash,
    ) -> Result<Box<dyn FragmentReader>, Refusal> {
        let size = self
            .miner
            .with_store(move |store| store.size(&fragment))
            .await;
        match size {
            Ok(Some(len)) => Ok(Box::new(Reader {
                miner: Arc::clone(&self.miner),
                fragment,
                len,
            })),
            Ok(None) => Err(Refusal::NotFound),
            Err(error) => {
                self.miner.wakes.scrub.add(Suspicion::Fragment(fragment));
                Err(internal(error))
            }
        }
    }
}

struct Sink {
    miner: Arc<Miner>,
    fid: Hash,
    fragment: Hash,
    /// `None`: the fragment is held already.
    partial: Option<Box<dyn Partial>>,
    resume: u64,
}

#[async_trait]
impl FragmentSink for Sink {
    fn resume_offset(&self) -> u64 {
        self.resume
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut partial = self.partial.take().ok_or(io::ErrorKind::InvalidInput)?;
        let bytes = bytes.to_vec();
        let append = move || {
            let result = partial.append(&bytes);
            (partial, result)
        };
        let (partial, result) = tokio::task::spawn_blocking(append).await?;
        self.partial = Some(partial);
        result
    }

    async fn commit(self: Box<Self>) -> Result<(), Refusal> {
        if let Some(partial) = self.partial {
            match tokio::task::spawn_blocking(move || partial.commit()).await {
                Ok(Ok(())) => {}
                Ok(Err(StoreError::WrongHash(_))) => return Err(Refusal::WrongHash),
                Ok(Err(error)) => return Err(internal(error)),
                Err(error) => return Err(internal(error)),
            }
            tracing::debug!(fid = %self.fid, fragment = %self.fragment, "fragment received");
            self.miner.status.received();
        }
        self.miner.wakes.report.add(self.fid);
        Ok(())
    }
}

struct Reader {
    miner: Arc<Miner>,
    fragment: Hash,
    len: u64,
}

#[async_trait]
impl FragmentReader for Reader {
    fn len(&self) -> u64 {
        self.len
    }

    async fn read_at(&mut self, offset: u64, max: usize) -> io::Result<Bytes> {
        let fragment = self.fragment;
        match self
            .miner
            .with_store(move |store| store.read(&fragment, offset, max))
            .await
        {
            Ok(Some(data)) if !data.is_empty() => Ok(data.into()),
            Ok(_) => Err(io::ErrorKind::UnexpectedEof.into()),
            Err(error) => {
                tracing::error!(%fragment, %error, "a fragment cannot be read");
                self.miner.wakes.scrub.add(Suspicion::Fragment(fragment));
                Err(io::ErrorKind::InvalidData.into())
            }
        }
    }
}
