//! Proofs come in.

use crate::{
    challenge::UNASSIGNED, draw::Draw, settle::Side, ChallengeSnapShot, Config, Error, Event,
    Pallet,
};
use cess_primitives::{
    audit::{ChallengeInfo, IdleProveInfo, ServiceProveInfo, MAX_IDLE_PROOF, MAX_SERVICE_PROOF},
    tee::WorkerKey,
    traits::{Protocol, TeeWorkers},
    AccountId, BVec,
};
use frame_support::ensure;
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    /// The miner's challenge.
    pub(crate) fn open_challenge(miner: &AccountId) -> Result<ChallengeInfo, Error<T>> {
        ChallengeSnapShot::<T>::get(miner).ok_or(Error::<T>::NoChallenge)
    }

    pub(crate) fn take_idle_proof(
        miner: AccountId,
        idle_prove: BVec<u8, MAX_IDLE_PROOF>,
    ) -> DispatchResult {
        let mut info = Self::open_challenge(&miner)?;
        ensure!(info.miner_snapshot.idle_space > 0, Error::<T>::NotQualified);
        ensure!(info.prove_info.idle_prove.is_none(), Error::<T>::Submitted);
        ensure!(
            T::Protocol::now() <= info.challenge_element.idle_slip,
            Error::<T>::Expired
        );
        let tee_puk = Self::draw_verifier(&miner, &info, Side::Idle);
        let proof = IdleProveInfo {
            tee_puk,
            idle_prove,
            verify_result: None,
        };
        info.prove_info.idle_prove = Some(proof);
        ChallengeSnapShot::<T>::insert(&miner, info);
        Self::deposit_event(Event::SubmitIdleProof { miner });
        Ok(())
    }

    pub(crate) fn take_service_proof(
        miner: AccountId,
        service_prove: BVec<u8, MAX_SERVICE_PROOF>,
    ) -> DispatchResult {
        let mut info = Self::open_challenge(&miner)?;
        ensure!(
            info.miner_snapshot.service_space > 0,
            Error::<T>::NotQualified
        );
        ensure!(
            info.prove_info.service_prove.is_none(),
            Error::<T>::Submitted
        );
        ensure!(
            T::Protocol::now() <= info.challenge_element.service_slip,
            Error::<T>::Expired
        );
        let tee_puk = Self::draw_verifier(&miner, &info, Side::Service);
        let proof = ServiceProveInfo {
            tee_puk,
            service_prove,
            verify_result: None,
        };
        info.prove_info.service_prove = Some(proof);
        ChallengeSnapShot::<T>::insert(&miner, info);
        Self::deposit_event(Event::SubmitServiceProof { miner });
        Ok(())
    }

    /// A miner is not to blame when there is no worker just now: its proof counts as submitted.
    fn draw_verifier(miner: &AccountId, info: &ChallengeInfo, side: Side) -> WorkerKey {
        verifier_draw(miner, info, side)
            .one_of(&T::TeeWorkers::verifiers())
            .copied()
            .unwrap_or(UNASSIGNED)
    }
}

/// Decides who is asked for the next verdict. All of it follows from the challenge, so that a miner
/// gains nothing by waiting for a block in which it likes the choice.
pub(crate) fn verifier_draw(miner: &AccountId, info: &ChallengeInfo, side: Side) -> Draw {
    let element = &info.challenge_element;
    let asked = info.prove_info.assign;
    Draw::of((
        "verifier",
        side == Side::Idle,
        miner,
        element.start,
        element.space_param,
        asked,
    ))
}
