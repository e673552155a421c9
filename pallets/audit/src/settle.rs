//! How a challenge ends, and what follows from it.

use crate::{
    challenge::{next_verdicts_due, proofs_due, UNASSIGNED},
    due::VerdictQueue,
    submit::verifier_draw,
    ChallengeSlip, ChallengeSnapShot, Config, CountedClear, CountedServiceFailed, Event, Pallet,
    ServiceFailedAt, UndeliveredTo, VerifySlip,
};
use alloc::{collections::BTreeSet, vec::Vec};
use cess_primitives::{
    audit::{ChallengeInfo, MissingReports, MAX_VERIFIERS_ASKED},
    due::TickSet,
    tee::WorkerKey,
    traits::{AuditedMiners, Protocol, TeeWorkers},
    AccountId, BVec, Tick,
};
use frame_support::storage::with_storage_layer;
use sp_runtime::DispatchResult;

/// How often a verdict that does not come is asked of another worker.
pub const MAX_REASSIGNMENTS: u8 = MAX_VERIFIERS_ASKED as u8 - 1;
/// Workers that must miss a proof before it counts as withheld.
const REPORTS_BELIEVED: usize = 2;
/// A miner that delivered no service proof so many times in a row is thrown out.
pub const EXPULSION_COUNT: u8 = 100;
/// Missing service proofs in a row that are forgiven.
const MISSES_FORGIVEN: u8 = 1;

/// One half of a challenge.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Idle,
    Service,
}

/// Where a side stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The proof may still come.
    Open,
    /// This worker owes the verdict.
    Owed(WorkerKey),
    Passed,
    Failed,
}

impl Outcome {
    pub(crate) fn is_decided(self) -> bool {
        matches!(self, Self::Passed | Self::Failed)
    }
}

/// Where a side of a challenge stands; `closed`: no proof is taken any more.
pub(crate) fn outcome(info: &ChallengeInfo, side: Side, closed: bool) -> Outcome {
    let (snapshot, proofs) = (&info.miner_snapshot, &info.prove_info);
    let (space, proof) = match side {
        Side::Idle => {
            let proof = proofs
                .idle_prove
                .as_ref()
                .map(|p| (p.tee_puk, p.verify_result));
            (snapshot.idle_space, proof)
        }
        Side::Service => {
            let proof = proofs
                .service_prove
                .as_ref()
                .map(|p| (p.tee_puk, p.verify_result));
            (snapshot.service_space, proof)
        }
    };
    match proof {
        _ if space == 0 => Outcome::Passed,
        None if closed => Outcome::Failed,
        None => Outcome::Open,
        Some((worker, None)) => Outcome::Owed(worker),
        Some((_, Some(true))) => Outcome::Passed,
        Some((_, Some(false))) => Outcome::Failed,
    }
}

impl<T: Config> Pallet<T> {
    /// No proof can come any more: what is missing has failed. True: the miner was thrown out.
    pub(crate) fn on_proofs_due(miner: AccountId) -> bool {
        let Some(info) = ChallengeSnapShot::<T>::get(&miner) else {
            return false;
        };
        let idle = info.miner_snapshot.idle_space;
        if idle > 0 && info.prove_info.idle_prove.is_none() {
            Self::carry_out(&miner, || T::Miners::punish_false_idle(&miner, idle));
        }
        let missing =
            info.miner_snapshot.service_space > 0 && info.prove_info.service_prove.is_none();
        let expelled = missing && Self::count_missing_service(&miner, &info);
        match expelled {
            true => Self::end(miner, info),
            false => Self::conclude(miner, info),
        }
        expelled
    }

    /// Verdicts are overdue: the miner failed where workers say that they got no proof, elsewhere
    /// the worker. True: the miner was thrown out.
    pub(crate) fn on_verdicts_due(miner: AccountId) -> bool {
        if let Some(info) = ChallengeSnapShot::<T>::get(&miner) {
            // Both slips may be over at once when root moved them; proofs come first.
            let due = proofs_due(&info);
            if ChallengeSlip::<T>::take(due, &miner).is_some() && Self::on_proofs_due(miner.clone())
            {
                return true;
            }
        }
        let Some(mut info) = ChallengeSnapShot::<T>::get(&miner) else {
            return false;
        };
        let mut reports = UndeliveredTo::<T>::get(&miner);
        if Self::fail_undelivered(&miner, &mut info, &mut reports) {
            Self::end(miner, info);
            return true;
        }
        let owed = owed(&info);
        let silent = owed
            .iter()
            .filter(|(side, worker)| !reports_of(&mut reports, *side).contains(worker));
        let late: BTreeSet<WorkerKey> = silent.map(|(_, worker)| *worker).collect();
        late.iter()
            .filter(|w| **w != UNASSIGNED)
            .for_each(T::TeeWorkers::failed);
        if owed.is_empty() || info.prove_info.assign >= MAX_REASSIGNMENTS {
            Self::end(miner, info);
            return false;
        }
        info.prove_info.assign += 1;
        for (side, from) in owed {
            Self::reassign(&miner, &mut info, side, from);
        }
        let due = next_verdicts_due(
            T::Protocol::now(),
            &T::Protocol::params(),
            &info.miner_snapshot,
        );
        Self::book_verdicts(miner, info, due);
        false
    }

    /// Keeps a challenge whose verdicts may come until `due`.
    pub(crate) fn book_verdicts(miner: AccountId, mut info: ChallengeInfo, due: Tick) {
        VerifySlip::<T>::insert(due, &miner, true);
        VerdictQueue::<T>::add(due);
        info.challenge_element.verify_slip = due;
        ChallengeSnapShot::<T>::insert(miner, info);
    }

    /// Ends the challenge when both sides are decided, else keeps what came in.
    pub(crate) fn conclude(miner: AccountId, info: ChallengeInfo) {
        let closed = Self::is_closed(&miner, &info);
        let decided = |side| outcome(&info, side, closed).is_decided();
        match decided(Side::Idle) && decided(Side::Service) {
            true => Self::end(miner, info),
            false => ChallengeSnapShot::<T>::insert(miner, info),
        }
    }

    /// Whether the time for proofs is over and missing ones were counted.
    pub(crate) fn is_closed(miner: &AccountId, info: &ChallengeInfo) -> bool {
        !ChallengeSlip::<T>::contains_key(proofs_due(info), miner)
    }

    /// Removes the challenge and says how it ended.
    fn end(miner: AccountId, info: ChallengeInfo) {
        let closed = Self::is_closed(&miner, &info);
        ChallengeSlip::<T>::remove(proofs_due(&info), &miner);
        VerifySlip::<T>::remove(info.challenge_element.verify_slip, &miner);
        ChallengeSnapShot::<T>::remove(&miner);
        UndeliveredTo::<T>::remove(&miner);
        let [idle, service] = [Side::Idle, Side::Service].map(|s| outcome(&info, s, closed));
        if (idle, service) == (Outcome::Passed, Outcome::Passed) {
            let snapshot = &info.miner_snapshot;
            let (idle, service) = (snapshot.idle_space, snapshot.service_space);
            Self::carry_out(&miner, || T::Miners::record_pass(&miner, idle, service));
            return Self::deposit_event(Event::ChallengePassed { miner });
        }
        let (idle, service) = (idle == Outcome::Failed, service == Outcome::Failed);
        Self::deposit_event(Event::ChallengeFailed {
            miner,
            idle,
            service,
        });
    }

    /// Decides the sides whose proof was never delivered; true: the miner was thrown out.
    ///
    /// A worker may have lost what it got, so that its word alone is not enough: another one is
    /// asked, to which the miner can deliver again. Two of them are believed, and one that is the
    /// only one.
    fn fail_undelivered(
        miner: &AccountId,
        info: &mut ChallengeInfo,
        reports: &mut MissingReports,
    ) -> bool {
        let verifiers = T::TeeWorkers::verifiers();
        let mut missing = |side, worker: WorkerKey| {
            let reports = reports_of(reports, side);
            let alone = verifiers.iter().all(|other| *other == worker);
            reports.len() >= REPORTS_BELIEVED || alone && reports.contains(&worker)
        };
        let failed: Vec<Side> = owed(info)
            .into_iter()
            .filter_map(|(side, worker)| missing(side, worker).then_some(side))
            .collect();
        if failed.contains(&Side::Idle) {
            let proof = info.prove_info.idle_prove.iter_mut();
            proof.for_each(|p| p.verify_result = Some(false));
            let idle = info.miner_snapshot.idle_space;
            Self::carry_out(miner, || T::Miners::punish_false_idle(miner, idle));
        }
        if !failed.contains(&Side::Service) {
            return false;
        }
        let proof = info.prove_info.service_prove.iter_mut();
        proof.for_each(|p| p.verify_result = Some(false));
        Self::count_missing_service(miner, info)
    }

    /// Counts a service proof that did not come; true: the miner was thrown out.
    fn count_missing_service(miner: &AccountId, info: &ChallengeInfo) -> bool {
        let count = CountedClear::<T>::mutate(miner, |count| {
            *count = count.saturating_add(1);
            *count
        });
        let snapshot = &info.miner_snapshot;
        let (idle, service) = (snapshot.idle_space, snapshot.service_space);
        if count > MISSES_FORGIVEN {
            let punish = || T::Miners::punish_missing_proof(miner, idle, service, count);
            Self::carry_out(miner, punish);
        }
        let expelled =
            count >= EXPULSION_COUNT && Self::carry_out(miner, || T::Miners::force_exit(miner));
        if expelled {
            CountedClear::<T>::remove(miner);
            CountedServiceFailed::<T>::remove(miner);
            ServiceFailedAt::<T>::remove(miner);
        }
        expelled
    }

    /// Asks another worker for the verdict, or the same one again when it is the only one.
    fn reassign(miner: &AccountId, info: &mut ChallengeInfo, side: Side, from: WorkerKey) {
        let others: Vec<_> = T::TeeWorkers::verifiers()
            .into_iter()
            .filter(|worker| *worker != from)
            .collect();
        let mut draw = verifier_draw(miner, info, side);
        let Some(to) = draw.one_of(&others).copied() else {
            return;
        };
        let proofs = &mut info.prove_info;
        match side {
            Side::Idle => proofs.idle_prove.iter_mut().for_each(|p| p.tee_puk = to),
            Side::Service => proofs.service_prove.iter_mut().for_each(|p| p.tee_puk = to),
        }
        Self::deposit_event(Event::VerifierReassigned {
            miner: miner.clone(),
            from,
            to,
        });
    }

    /// Lets the miners' pallet act; what it refuses must not keep the challenge from ending.
    pub(crate) fn carry_out(miner: &AccountId, act: impl FnOnce() -> DispatchResult) -> bool {
        let done = with_storage_layer(act);
        if let Err(error) = done {
            Self::deposit_event(Event::SettlementRefused {
                miner: miner.clone(),
                error,
            });
        }
        done.is_ok()
    }
}

/// What workers say of this side's proof.
pub(crate) fn reports_of(
    reports: &mut MissingReports,
    side: Side,
) -> &mut BVec<WorkerKey, MAX_VERIFIERS_ASKED> {
    match side {
        Side::Idle => &mut reports.idle,
        Side::Service => &mut reports.service,
    }
}

/// The sides whose verdict is owed, and by whom.
pub(crate) fn owed(info: &ChallengeInfo) -> Vec<(Side, WorkerKey)> {
    let owed_by = |side| match outcome(info, side, true) {
        Outcome::Owed(worker) => Some((side, worker)),
        _ => None,
    };
    [Side::Idle, Side::Service]
        .into_iter()
        .filter_map(owed_by)
        .collect()
}
