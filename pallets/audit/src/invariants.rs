//! What always holds between the records of this pallet.

use crate::{
    challenge::proofs_due,
    due::{ProofQueue, VerdictQueue},
    settle::{outcome, Side},
    ChallengeSlip, ChallengeSnapShot, Config, Pallet, UndeliveredTo, VerifySlip,
};
use alloc::collections::BTreeSet;
use cess_primitives::{audit::ChallengeElement, due::TickSet};
use frame_support::ensure;
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// Checks that every challenge is undecided, well-formed and booked exactly once in each queue
    /// that it belongs to, and that nothing is booked for anybody else.
    pub fn do_try_state() -> Result<(), DispatchError> {
        let (mut challenges, mut open) = (0, 0);
        for (miner, info) in ChallengeSnapShot::<T>::iter() {
            challenges += 1;
            let (proofs, verdicts) = (proofs_due(&info), info.challenge_element.verify_slip);
            ensure!(
                VerifySlip::<T>::contains_key(verdicts, &miner),
                "verdicts are not booked"
            );
            ensure!(
                VerdictQueue::<T>::has(verdicts),
                "the tick of verdicts is not indexed"
            );
            let closed = Self::is_closed(&miner, &info);
            if !closed {
                open += 1;
                ensure!(
                    ProofQueue::<T>::has(proofs),
                    "the tick of proofs is not indexed"
                );
            }
            ensure!(proofs <= verdicts, "verdicts are due before proofs");
            let decided = |side| outcome(&info, side, closed).is_decided();
            let over = decided(Side::Idle) && decided(Side::Service);
            ensure!(!over, "a decided challenge is kept");
            Self::check_element(&info.challenge_element)?;
        }
        ensure!(
            VerifySlip::<T>::iter().count() == challenges,
            "a stray slip of verdicts"
        );
        ensure!(
            ChallengeSlip::<T>::iter().count() == open,
            "a stray slip of proofs"
        );
        for (miner, reports) in UndeliveredTo::<T>::iter() {
            ensure!(
                ChallengeSnapShot::<T>::contains_key(miner),
                "a report without a challenge"
            );
            let said = !reports.idle.is_empty() || !reports.service.is_empty();
            ensure!(said, "reports that say nothing are kept");
        }
        Ok(())
    }

    fn check_element(element: &ChallengeElement) -> Result<(), DispatchError> {
        let nodes: BTreeSet<_> = element.space_param.iter().collect();
        ensure!(
            nodes.len() == element.space_param.len(),
            "nodes of a challenge repeat"
        );
        let (indices, coefficients) = (
            &element.service_param.random_index_list,
            &element.service_param.random_list,
        );
        let distinct: BTreeSet<_> = indices.iter().collect();
        ensure!(
            distinct.len() == indices.len(),
            "chunks of a challenge repeat"
        );
        ensure!(
            indices.len() == coefficients.len(),
            "chunks and coefficients don't match"
        );
        Ok(())
    }
}
