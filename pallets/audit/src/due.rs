//! The queues of what is due, and their bounded work in each block.

use crate::{
    challenge::proofs_due, costs, ChallengeSlip, ChallengeSnapShot, Config, Error, Pallet,
    ProofTicks, VerdictTicks, VerifySlip,
};
use cess_primitives::{
    due::{Node, TickSet},
    traits::Protocol,
    AccountId, Tick,
};
use core::marker::PhantomData;
use frame_support::{ensure, weights::Weight};
use sp_runtime::DispatchResult;

/// Most slips that are handled in one block.
pub const SETTLEMENTS_PER_BLOCK: u32 = 20;

/// The last ticks for proofs.
pub(crate) struct ProofQueue<T>(PhantomData<T>);

impl<T: Config> TickSet for ProofQueue<T> {
    fn node(level: u8, prefix: u32) -> Node {
        ProofTicks::<T>::get((level, prefix))
    }

    fn set_node(level: u8, prefix: u32, node: Node) {
        match node == Node::default() {
            true => ProofTicks::<T>::remove((level, prefix)),
            false => ProofTicks::<T>::insert((level, prefix), node),
        }
    }
}

/// The last ticks for verdicts.
pub(crate) struct VerdictQueue<T>(PhantomData<T>);

impl<T: Config> TickSet for VerdictQueue<T> {
    fn node(level: u8, prefix: u32) -> Node {
        VerdictTicks::<T>::get((level, prefix))
    }

    fn set_node(level: u8, prefix: u32, node: Node) {
        match node == Node::default() {
            true => VerdictTicks::<T>::remove((level, prefix)),
            false => VerdictTicks::<T>::insert((level, prefix), node),
        }
    }
}

impl<T: Config> Pallet<T> {
    /// The block's share of slips whose tick has passed: missing proofs first, then verdicts.
    pub(crate) fn settle_due() -> Weight {
        let now = T::Protocol::now();
        let (mut steps, mut expelled) = (0, 0);
        while steps < SETTLEMENTS_PER_BLOCK {
            let next = Self::settle_next_proofs(now).or_else(|| Self::settle_next_verdicts(now));
            let Some(thrown_out) = next else {
                break;
            };
            steps += 1;
            expelled += u32::from(thrown_out);
        }
        costs::settlements::<T>(steps, expelled)
    }

    /// Handles one challenge whose proofs can't come any more, or forgets a tick with nothing left.
    /// Says whether the miner was thrown out; `None`: nothing due.
    fn settle_next_proofs(now: Tick) -> Option<bool> {
        let tick = ProofQueue::<T>::first().filter(|tick| *tick < now)?;
        let Some(miner) = ChallengeSlip::<T>::iter_key_prefix(tick).next() else {
            ProofQueue::<T>::discard(tick);
            return Some(false);
        };
        ChallengeSlip::<T>::remove(tick, &miner);
        Some(Self::on_proofs_due(miner))
    }

    /// Handles one challenge whose verdicts are overdue, or forgets a tick with nothing left. Says
    /// whether the miner was thrown out; `None`: nothing due.
    fn settle_next_verdicts(now: Tick) -> Option<bool> {
        let tick = VerdictQueue::<T>::first().filter(|tick| *tick < now)?;
        let Some(miner) = VerifySlip::<T>::iter_key_prefix(tick).next() else {
            VerdictQueue::<T>::discard(tick);
            return Some(false);
        };
        VerifySlip::<T>::remove(tick, &miner);
        Some(Self::on_verdicts_due(miner))
    }

    /// Root's way to let proofs end sooner or later.
    pub(crate) fn move_proofs_due(miner: AccountId, old: Tick, new: Tick) -> DispatchResult {
        let mut info = Self::open_challenge(&miner)?;
        ensure!(
            ChallengeSlip::<T>::contains_key(old, &miner),
            Error::<T>::NonExistentMission
        );
        let element = &mut info.challenge_element;
        ensure!(new <= element.verify_slip, Error::<T>::RecordTimeError);
        (element.idle_slip, element.service_slip) = (new, new);
        ChallengeSnapShot::<T>::insert(&miner, info);
        ChallengeSlip::<T>::remove(old, &miner);
        ChallengeSlip::<T>::insert(new, &miner, true);
        ProofQueue::<T>::add(new);
        Ok(())
    }

    /// Root's way to let verdicts end sooner or later.
    pub(crate) fn move_verdicts_due(miner: AccountId, old: Tick, new: Tick) -> DispatchResult {
        let info = Self::open_challenge(&miner)?;
        ensure!(
            VerifySlip::<T>::contains_key(old, &miner),
            Error::<T>::NonExistentMission
        );
        ensure!(new >= proofs_due(&info), Error::<T>::RecordTimeError);
        VerifySlip::<T>::remove(old, &miner);
        Self::book_verdicts(miner, info, new);
        Ok(())
    }
}
