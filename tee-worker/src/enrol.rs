//! How a worker becomes one: it registers, and makes, unseals or is given the master key.
//!
//! [`Enrolment::step`] looks at the chain and does the next thing. It is called at every block
//! until the worker is ready, and later whenever workers or keys change, so that it may be killed
//! at any point: the next step finds what is done already.

use crate::{
    identity::{Identity, Secret, SecretError},
    master::{Master, MasterError, MasterFile},
    registration::Registration,
};
use cess_chain::{calls::tee_worker as calls, event::TeeWorkerEvent, Chain, ChainError, Event};
use cess_primitives::{
    payload::{worker_message, WorkerPayload},
    tee::{
        LaunchStatus, MasterKeyApplyPayload, MasterKeyDistributePayload, MasterKeyInfo,
        MasterKeyLaunchPayload, WorkerKey,
    },
};
use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};
use thiserror::Error;
use tokio::sync::watch;

/// Why a step could not be done.
#[derive(Debug, Error)]
pub enum EnrolError {
    /// The chain refused or did not answer.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The master key cannot be used.
    #[error(transparent)]
    Master(#[from] MasterError),
    /// The master key cannot be handed over.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// This worker is the holder but lost the key.
    #[error("this worker is to hold the master key {pubkey} but {reason}: put {file} back as it was, or let root name a worker that was sent the key with TeeWorker.change_master_key_holder, after which this one asks for it; if there is none, launch_master_key(.., true) makes a new key, with which what was tagged before cannot be proven")]
    KeyLost {
        /// The key that the chain knows, hex.
        pubkey: String,
        /// What happened to the sealed file.
        reason: String,
        /// The sealed file.
        file: String,
    },
}

/// What a step found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Registered, with the master key.
    Ready,
    /// Something else must happen first.
    Waiting(String),
}

/// One worker on its way.
pub struct Enrolment {
    chain: Chain,
    identity: Identity,
    registration: Registration,
    file: MasterFile,
    master: watch::Sender<Option<Arc<Master>>>,
}

impl Enrolment {
    /// A worker that keeps the master key in `file` and gives it to the services through `master`.
    pub fn new(
        chain: Chain,
        identity: Identity,
        registration: Registration,
        file: MasterFile,
        master: watch::Sender<Option<Arc<Master>>>,
    ) -> Self {
        Self {
            chain,
            identity,
            registration,
            file,
            master,
        }
    }

    /// Whether an event may call for another step.
    pub fn concerns(event: &Event) -> bool {
        match event {
            Event::TeeWorker(event) => !matches!(
                event,
                TeeWorkerEvent::WorkerAdded { .. } | TeeWorkerEvent::WorkerUpdated { .. }
            ),
            _ => false,
        }
    }

    /// Does what is to be done next.
    pub async fn step(&self) -> Result<Progress, EnrolError> {
        let me = self.identity.key();
        if let Some(refusal) = self.registration.ensure().await? {
            return Ok(Progress::Waiting(refusal));
        }
        match self.chain.master_key().await? {
            LaunchStatus::NotLaunched => Ok(waiting(
                "the network has no master key: root must name a holder with TeeWorker.launch_master_key",
            )),
            LaunchStatus::Launching(holder) if holder == me => self.launch().await,
            // What the key before signs is good until a day after the roll.
            LaunchStatus::Launching(_) if self.holds_latest().await? => Ok(Progress::Ready),
            LaunchStatus::Launching(_) => {
                Ok(waiting("another worker was asked to make the master key and has not done it yet"))
            }
            LaunchStatus::Launched(info) => {
                if !self.hold(&info).await? {
                    return Ok(waiting("the holder has not handed the master key over yet"));
                }
                if info.holder == me {
                    self.distribute(&info).await?;
                }
                Ok(Progress::Ready)
            }
        }
    }

    /// Makes the master key and tells the chain; a key that was sealed before a crash is used.
    async fn launch(&self) -> Result<Progress, EnrolError> {
        let history = self.chain.master_key_history().await?;
        let used = |master: &Master| history.iter().any(|old| old.pubkey == master.public());
        let held = self.master.borrow().clone();
        let master = match (self.file.load(), held) {
            (Ok(Some(master)), _) if !used(&master) => master,
            (_, Some(before)) => before.roll()?,
            (Ok(Some(before)), None) => before.roll()?,
            (Err(error), None) if !history.is_empty() => return Err(error.into()),
            (sealed, None) => {
                if let Err(error) = sealed {
                    tracing::warn!(%error, "there was no master key yet, so that none is lost");
                } else if !history.is_empty() {
                    tracing::warn!("this worker was never given the master key: with a new one, what was tagged before cannot be proven");
                }
                tracing::info!("generating the master key");
                blocking(Master::generate).await?
            }
        };
        // Sealed first: a key that the chain knows and nobody has would be the end of all tags.
        self.file.store(&master)?;
        let payload = MasterKeyLaunchPayload {
            launcher: self.identity.key(),
            master_pubkey: master.public(),
        };
        let signature = self.sign(WorkerPayload::MasterKeyLaunch, &payload);
        self.submit(calls::settle_master_key_launch(&payload, &signature))
            .await?;
        self.master.send_replace(Some(Arc::new(master)));
        Ok(Progress::Ready)
    }

    /// Whether this worker has the key that was launched last, while the next one is being made.
    async fn holds_latest(&self) -> Result<bool, EnrolError> {
        let history = self.chain.master_key_history().await?;
        let Some(latest) = history.last() else {
            return Ok(false);
        };
        Ok(self.unseal(&latest.pubkey).unwrap_or_else(|error| {
            tracing::warn!(%error, "the sealed master key cannot be used");
            false
        }))
    }

    /// Whether this worker has this key, in memory or sealed; from then on the services have it.
    fn unseal(&self, pubkey: &[u8; 32]) -> Result<bool, MasterError> {
        let fits = |master: &Master| master.public() == *pubkey;
        if self.master.borrow().as_deref().is_some_and(fits) {
            return Ok(true);
        }
        let Some(master) = self.file.load()?.filter(fits) else {
            return Ok(false);
        };
        tracing::info!("unsealed the master key");
        self.master.send_replace(Some(Arc::new(master)));
        Ok(true)
    }

    /// Whether this worker has the launched key; asks the holder for it when it doesn't.
    async fn hold(&self, info: &MasterKeyInfo) -> Result<bool, EnrolError> {
        let me = self.identity.key();
        let reason = match self.unseal(&info.pubkey) {
            Ok(true) => return Ok(true),
            Ok(false) => "there is no such sealed key".to_owned(),
            Err(error) => error.to_string(),
        };
        if info.holder == me {
            return Err(EnrolError::KeyLost {
                pubkey: hex::encode(info.pubkey),
                reason,
                file: self.file.path().display().to_string(),
            });
        }
        if let Some((_, post)) = self.chain.master_key_post(&me).await? {
            let secret = Secret {
                ecdh_public: post.ecdh_pubkey,
                sealed: post.encrypted_master_key,
                iv: post.iv,
            };
            let received = self
                .identity
                .decrypt(&secret)
                .map(|bytes| Master::from_bytes(&bytes));
            match received {
                Ok(Ok(master)) if master.public() == info.pubkey => {
                    self.file.store(&master)?;
                    tracing::info!("received the master key");
                    self.master.send_replace(Some(Arc::new(master)));
                    return Ok(true);
                }
                // The post is stale or broken: ask again, which removes it.
                _ => tracing::warn!("the posted master key is not the launched one, asking again"),
            }
        } else if self
            .chain
            .master_key_requests()
            .await?
            .iter()
            // A request to a former holder is never answered.
            .any(|request| *request == (me, info.holder))
        {
            return Ok(false);
        }
        let payload = MasterKeyApplyPayload {
            pubkey: me,
            ecdh_pubkey: self.identity.ecdh_public(),
            signing_time: millis(),
        };
        let signature = self.sign(WorkerPayload::MasterKeyApply, &payload);
        self.submit(calls::apply_master_key(&payload, &signature))
            .await?;
        Ok(false)
    }

    /// Hands the key to the workers that asked this holder for it.
    async fn distribute(&self, info: &MasterKeyInfo) -> Result<(), EnrolError> {
        let Some(master) = self.master.borrow().clone() else {
            return Ok(());
        };
        for (applicant, holder) in self.chain.master_key_requests().await? {
            if holder != info.holder || applicant == info.holder {
                continue;
            }
            if let Err(error) = self.hand_over(&master, applicant).await {
                // One applicant with a bad key must not keep the others waiting.
                tracing::warn!(%error, worker = hex::encode(applicant), "cannot hand the master key over");
            }
        }
        Ok(())
    }

    async fn hand_over(&self, master: &Master, applicant: WorkerKey) -> Result<(), EnrolError> {
        let Some(worker) = self.chain.worker(&applicant).await? else {
            return Ok(());
        };
        let secret = self
            .identity
            .encrypt(&worker.ecdh_pubkey, &master.to_bytes()?)?;
        let payload = MasterKeyDistributePayload {
            distributor: self.identity.key(),
            target: applicant,
            ecdh_pubkey: secret.ecdh_public,
            encrypted_master_key: secret.sealed,
            iv: secret.iv,
            signing_time: millis(),
        };
        let signature = self.sign(WorkerPayload::MasterKeyDistribute, &payload);
        self.submit(calls::distribute_master_key(&payload, &signature))
            .await?;
        tracing::info!(
            worker = hex::encode(applicant),
            "handed the master key over"
        );
        Ok(())
    }

    fn sign(&self, kind: WorkerPayload, payload: &impl codec::Encode) -> [u8; 64] {
        self.identity.signer().sign(&worker_message(kind, payload))
    }

    async fn submit(&self, call: cess_chain::Call) -> Result<(), ChainError> {
        self.chain
            .submit(self.identity.signer(), call)
            .await
            .map(drop)
    }
}

fn waiting(why: &str) -> Progress {
    Progress::Waiting(why.into())
}

fn millis() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Runs work that keeps a core busy; a panic in it goes on here.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
