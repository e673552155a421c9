//! Verdicts and reports come in, signed by the master key.

use crate::{
    settle::{owed, reports_of, Side},
    Config, CountedClear, CountedServiceFailed, Error, Event, Pallet, ServiceFailedAt,
    UndeliveredTo,
};
use alloc::vec::Vec;
use cess_primitives::{
    audit::MAX_IDLE_PROOF,
    payload::{master_digest, ProofMissingInfo, VerifyIdleResultInfo, VerifyServiceResultInfo},
    tee::WorkerKey,
    traits::{AuditedMiners, Protocol, TeeWorkers, WorkCredit},
    AccountId, BVec, BloomFilter, Tick,
};
use codec::Encode;
use frame_support::{defensive, ensure};
use sp_runtime::DispatchResult;

/// False service verdicts in a row that are forgiven.
const SERVICE_FAULTS_FORGIVEN: u32 = 1;

/// What a worker found when it verified an idle proof.
pub(crate) struct IdleVerdict {
    pub(crate) total_prove_hash: BVec<u8, MAX_IDLE_PROOF>,
    pub(crate) front: u64,
    pub(crate) rear: u64,
    pub(crate) accumulator: [u8; 256],
    pub(crate) result: bool,
}

/// What a worker found when it verified a service proof.
pub(crate) struct ServiceVerdict {
    pub(crate) result: bool,
    pub(crate) service_bloom_filter: BloomFilter,
}

impl<T: Config> Pallet<T> {
    pub(crate) fn take_idle_verdict(
        miner: AccountId,
        verdict: IdleVerdict,
        signature: &[u8],
        tee: WorkerKey,
    ) -> DispatchResult {
        let mut info = Self::open_challenge(&miner)?;
        let proof = info
            .prove_info
            .idle_prove
            .as_mut()
            .ok_or(Error::<T>::UnSubmitted)?;
        ensure!(proof.verify_result.is_none(), Error::<T>::Submitted);
        Self::ensure_owes(&tee, &proof.tee_puk)?;
        let signed = VerifyIdleResultInfo {
            miner: miner.clone(),
            miner_prove: verdict.total_prove_hash,
            front: verdict.front,
            rear: verdict.rear,
            accumulator: verdict.accumulator,
            space_challenge_param: info.challenge_element.space_param,
            result: verdict.result,
            tee_puk: tee,
        };
        Self::ensure_master_signed(&signed, signature)?;

        let snapshot = &info.miner_snapshot;
        let known = &snapshot.space_proof_info;
        let result = signed.result
            && signed.miner_prove == proof.idle_prove
            && (signed.front, signed.rear) == (known.front, known.rear)
            && signed.accumulator == known.accumulator;
        proof.verify_result = Some(result);
        let files = u128::from(known.rear.saturating_sub(known.front));
        let verified = files.saturating_mul(T::Protocol::params().idle_unit.into());
        Self::credit(&tee, |stash| T::Credit::verified_idle(stash, verified));
        Self::deposit_event(Event::SubmitIdleVerifyResult {
            tee,
            miner: miner.clone(),
            result,
        });
        if !result {
            let idle = snapshot.idle_space;
            Self::carry_out(&miner, || T::Miners::punish_false_idle(&miner, idle));
        }
        Self::conclude(miner, info);
        Ok(())
    }

    pub(crate) fn take_service_verdict(
        miner: AccountId,
        verdict: ServiceVerdict,
        signature: &[u8],
        tee: WorkerKey,
    ) -> DispatchResult {
        let mut info = Self::open_challenge(&miner)?;
        let proof = info
            .prove_info
            .service_prove
            .as_mut()
            .ok_or(Error::<T>::UnSubmitted)?;
        ensure!(proof.verify_result.is_none(), Error::<T>::Submitted);
        Self::ensure_owes(&tee, &proof.tee_puk)?;
        let snapshot = &info.miner_snapshot;
        ensure!(
            verdict.service_bloom_filter == snapshot.service_bloom_filter,
            Error::<T>::BloomFilterError
        );
        let result = verdict.result;
        let signed = VerifyServiceResultInfo {
            miner: miner.clone(),
            tee_puk: tee,
            miner_prove: proof.service_prove.clone(),
            result,
            chal: info.challenge_element.service_param.clone(),
            service_bloom_filter: verdict.service_bloom_filter,
        };
        Self::ensure_master_signed(&signed, signature)?;

        proof.verify_result = Some(result);
        let service = snapshot.service_space;
        Self::credit(&tee, |stash| T::Credit::verified_service(stash, service));
        Self::deposit_event(Event::SubmitServiceVerifyResult {
            tee,
            miner: miner.clone(),
            result,
        });
        match result {
            true => {
                CountedClear::<T>::remove(&miner);
                CountedServiceFailed::<T>::remove(&miner);
                ServiceFailedAt::<T>::remove(&miner);
            }
            false => Self::count_false_service(&miner, service, info.challenge_element.start),
        }
        Self::conclude(miner, info);
        Ok(())
    }

    pub(crate) fn take_missing_report(
        miner: AccountId,
        signature: &[u8],
        tee: WorkerKey,
    ) -> DispatchResult {
        let info = Self::open_challenge(&miner)?;
        let owed: Vec<Side> = owed(&info)
            .into_iter()
            .filter_map(|(side, worker)| (worker == tee).then_some(side))
            .collect();
        ensure!(!owed.is_empty(), Error::<T>::TeeNoPermission);
        ensure!(T::TeeWorkers::can_verify(&tee), Error::<T>::TeeNoPermission);
        let start = info.challenge_element.start;
        let signed = ProofMissingInfo {
            miner: miner.clone(),
            start,
            tee_puk: tee,
        };
        Self::ensure_master_signed(&signed, signature)?;
        UndeliveredTo::<T>::try_mutate(&miner, |reports| {
            let mut news = false;
            for side in owed {
                let list = reports_of(reports, side);
                if list.contains(&tee) {
                    continue;
                }
                if list.try_push(tee).is_err() {
                    defensive!("as many reports fit as workers are asked");
                }
                news = true;
            }
            ensure!(news, Error::<T>::Submitted);
            Ok::<_, Error<T>>(())
        })?;
        Self::deposit_event(Event::ProofReportedMissing { miner, tee });
        Ok(())
    }

    /// A challenge that began before the miner could report what the last verdict revealed shows the
    /// same damage once more: it fails, but does not count as another fault in a row.
    fn count_false_service(miner: &AccountId, service: u128, start: Tick) {
        let grace = T::Protocol::params().challenge_window;
        let same_damage = |failed: Tick| start <= failed.saturating_add(grace);
        if ServiceFailedAt::<T>::get(miner).is_some_and(same_damage) {
            return;
        }
        ServiceFailedAt::<T>::insert(miner, T::Protocol::now());
        let count = CountedServiceFailed::<T>::mutate(miner, |count| {
            *count = count.saturating_add(1);
            *count
        });
        if count > SERVICE_FAULTS_FORGIVEN {
            Self::carry_out(miner, || T::Miners::punish_false_service(miner, service));
        }
    }

    fn ensure_owes(tee: &WorkerKey, assigned: &WorkerKey) -> Result<(), Error<T>> {
        let owes = tee == assigned && T::TeeWorkers::can_verify(tee);
        owes.then_some(()).ok_or(Error::<T>::TeeNoPermission)
    }

    fn ensure_master_signed(payload: &impl Encode, signature: &[u8]) -> Result<(), Error<T>> {
        ensure!(signature.len() == 64, Error::<T>::MalformedSignature);
        let valid = T::TeeWorkers::verify_master(&master_digest(payload), signature);
        valid.then_some(()).ok_or(Error::<T>::VerifyTeeSigFailed)
    }

    /// A worker without a stash works for no points, but its verdicts count (Q22).
    fn credit(tee: &WorkerKey, points: impl FnOnce(&AccountId)) {
        T::TeeWorkers::worked(tee);
        if let Some(stash) = T::TeeWorkers::stash(tee) {
            points(&stash);
        }
    }
}
