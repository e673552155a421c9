//! The verdicts that this worker owes, and the miners that keep it from giving them.
//!
//! A proof that was submitted to the chain but never delivered to this worker would make the
//! worker fail at `verify_slip`; shortly before, it says so on the chain.

use crate::{
    master::Keyring,
    verdicts::{is_owed, Part, Verdicts},
    view::View,
};
use cess_chain::{calls::audit, event::AuditEvent, Block, ChainError, Event};
use cess_primitives::{
    audit::ChallengeInfo,
    payload::{master_digest, ProofMissingInfo},
    tee::WorkerKey,
    AccountId, Tick,
};
use std::collections::HashMap;

/// Least ticks before `verify_slip` at which a missing proof is reported: a report needs a block or
/// two to be included.
const LEAST_MARGIN: Tick = 3;
/// Part of the time between proof and verdict that is kept for the report.
const MARGIN_PART: Tick = 5;

/// What this worker owes to each challenged miner.
pub struct Duties {
    view: View,
    keyring: Keyring,
    verdicts: Verdicts,
    me: WorkerKey,
    owed: HashMap<AccountId, Duty>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Duty {
    start: Tick,
    /// From here on a proof that did not arrive is reported.
    report_at: Tick,
    reported: bool,
}

impl Duties {
    /// No duties yet; the first block brings them.
    pub fn new(view: View, keyring: Keyring, verdicts: Verdicts, me: WorkerKey) -> Self {
        Self {
            view,
            keyring,
            verdicts,
            me,
            owed: HashMap::new(),
        }
    }

    /// Takes in what a block changed, and reports the proofs that are missing.
    pub async fn on_block(&mut self, block: &Block) -> Result<(), ChainError> {
        if block.follows {
            for miner in block.events.iter().filter_map(challenged) {
                self.refresh(miner).await?;
            }
        } else {
            self.rescan().await?;
        }
        self.report_missing(block.tick).await
    }

    async fn rescan(&mut self) -> Result<(), ChainError> {
        let open = self.view.challenges().await?;
        let starts: HashMap<_, _> = open
            .iter()
            .map(|(miner, c)| (miner.clone(), c.challenge_element.start))
            .collect();
        self.verdicts
            .keep_delivered(|miner, start| starts.get(miner) == Some(&start));
        self.owed.retain(|miner, _| starts.contains_key(miner));
        for (miner, challenge) in open {
            self.update(miner, Some(&challenge));
        }
        Ok(())
    }

    async fn refresh(&mut self, miner: &AccountId) -> Result<(), ChainError> {
        let challenge = self.view.challenge(miner).await?;
        if challenge.is_none() {
            self.verdicts.keep_delivered(|other, _| other != miner);
        }
        self.update(miner.clone(), challenge.as_ref());
        Ok(())
    }

    fn update(&mut self, miner: AccountId, challenge: Option<&ChallengeInfo>) {
        let duty = challenge.filter(|challenge| {
            [Part::Idle, Part::Service]
                .into_iter()
                .any(|part| is_owed(challenge, part, &self.me))
        });
        let Some(challenge) = duty else {
            self.owed.remove(&miner);
            return;
        };
        let times = &challenge.challenge_element;
        let due = times.idle_slip.max(times.service_slip);
        let margin = (times.verify_slip.saturating_sub(due) / MARGIN_PART).max(LEAST_MARGIN);
        let report_at = times.verify_slip.saturating_sub(margin);
        let reported = self.owed.get(&miner).is_some_and(|old| {
            (old.start, old.report_at) == (times.start, report_at) && old.reported
        });
        self.owed.insert(
            miner,
            Duty {
                start: times.start,
                report_at,
                reported,
            },
        );
    }

    async fn report_missing(&mut self, now: Tick) -> Result<(), ChainError> {
        let due: Vec<(AccountId, Duty)> = self
            .owed
            .iter()
            .filter(|(_, duty)| now >= duty.report_at && !duty.reported)
            .map(|(miner, duty)| (miner.clone(), *duty))
            .collect();
        for (miner, duty) in due {
            // Between the event and now the verdict may have come in, or another worker been asked.
            let challenge = self.view.challenge(&miner).await?;
            self.update(miner.clone(), challenge.as_ref());
            let Some(challenge) = challenge.filter(|_| self.owed.get(&miner) == Some(&duty)) else {
                continue;
            };
            let missing = [Part::Idle, Part::Service].into_iter().any(|part| {
                is_owed(&challenge, part, &self.me)
                    && !self.verdicts.was_delivered(&miner, duty.start, part)
            });
            if missing {
                self.report(&miner, duty).await;
            }
        }
        Ok(())
    }

    /// Reports without waiting for the block, so that other miners' duties don't wait either.
    async fn report(&mut self, miner: &AccountId, duty: Duty) {
        let Ok(master) = self.keyring.master() else {
            return;
        };
        let info = ProofMissingInfo {
            miner: miner.clone(),
            start: duty.start,
            tee_puk: self.me,
        };
        let signature = master.sign(&master_digest(&info));
        let call = audit::report_missing_proof(miner, &signature, &self.me);
        self.owed.insert(
            miner.clone(),
            Duty {
                reported: true,
                ..duty
            },
        );
        let (view, miner) = (View::clone(&self.view), miner.clone());
        self.verdicts.spawn(async move {
            match view.submit(call).await {
                Ok(()) => {
                    tracing::info!(%miner, "reported that the miner never delivered its proof")
                }
                Err(error) => tracing::warn!(%miner, %error, "cannot report a missing proof"),
            }
        });
    }
}

/// The miner whose challenge an event changed.
fn challenged(event: &Event) -> Option<&AccountId> {
    match event {
        Event::Audit(
            AuditEvent::GenerateChallenge { miner }
            | AuditEvent::SubmitIdleProof { miner }
            | AuditEvent::SubmitServiceProof { miner }
            | AuditEvent::SubmitIdleVerifyResult { miner, .. }
            | AuditEvent::SubmitServiceVerifyResult { miner, .. }
            | AuditEvent::VerifyProof { miner, .. }
            | AuditEvent::ChallengePassed { miner }
            | AuditEvent::ChallengeFailed { miner, .. }
            | AuditEvent::VerifierReassigned { miner, .. },
        ) => Some(miner),
        _ => None,
    }
}
