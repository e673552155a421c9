//! Passed audits, by era: what a miner's share of the era's rewards is worked out from.

use crate::{power, CompleteMinerSnapShot, CompleteSnapShot, Config, Pallet, Passers};
use cess_primitives::{miner::MinerCompleteInfo, traits::Protocol, AccountId, BVec, Tick};
use frame_support::{defensive, traits::Get};

impl<T: Config> Pallet<T> {
    /// Notes that a miner proved so much space in the running era.
    pub(crate) fn note_pass(miner: &AccountId, idle: u128, service: u128) {
        let pass = MinerCompleteInfo {
            era_index: T::Era::get(),
            issued: false,
            finsh_block: T::Protocol::now(),
            power: power(idle, service),
        };
        let mut passes = CompleteMinerSnapShot::<T>::get(miner);
        if passes.is_full() && passes.iter().all(|pass| !pass.issued) {
            // Whatever is of an era that ended makes room as soon as its share is promised.
            Self::settle_ended(miner);
            passes = CompleteMinerSnapShot::<T>::get(miner);
        }
        CompleteSnapShot::<T>::mutate(pass.era_index, |era| {
            era.miner_count = era.miner_count.saturating_add(1);
            era.total_power = era.total_power.saturating_add(pass.power);
        });
        Passers::<T>::insert(pass.era_index, miner, ());
        remember(&mut passes, pass);
        CompleteMinerSnapShot::<T>::insert(miner, passes);
    }

    /// Marks the miner's passes of an era as used; their power, and when the last one was.
    pub(crate) fn use_passes(miner: &AccountId, era: u32) -> Option<(u128, Tick)> {
        Passers::<T>::remove(era, miner);
        let mut passes = CompleteMinerSnapShot::<T>::get(miner);
        let mut used = None;
        for pass in passes
            .iter_mut()
            .filter(|p| p.era_index == era && !p.issued)
        {
            pass.issued = true;
            let (power, last) = used.unwrap_or((0u128, 0));
            used = Some((power.saturating_add(pass.power), pass.finsh_block.max(last)));
        }
        if used.is_some() {
            CompleteMinerSnapShot::<T>::insert(miner, passes);
        }
        used
    }

    /// Takes the miner's passes of the running era back: others share its part.
    pub(crate) fn strike_passes(miner: &AccountId) {
        let era = T::Era::get();
        let Some((power, _)) = Self::use_passes(miner, era) else {
            return;
        };
        CompleteSnapShot::<T>::mutate(era, |total| {
            total.total_power = total.total_power.saturating_sub(power);
        });
    }
}

/// Adds a pass to a list that may be full.
///
/// What was paid goes first. A list without anything paid is of one era, and the pass joins the last
/// one of it: the reward is the same.
fn remember<const N: u32>(passes: &mut BVec<MinerCompleteInfo, N>, pass: MinerCompleteInfo) {
    let paid = passes.iter().position(|pass| pass.issued);
    match (passes.is_full(), paid, passes.last_mut()) {
        (true, None, Some(last)) => {
            last.power = last.power.saturating_add(pass.power);
            last.finsh_block = pass.finsh_block;
            return;
        }
        (true, Some(paid), _) => {
            passes.remove(paid);
        }
        _ => {}
    }
    if passes.try_push(pass).is_err() {
        defensive!("a list that just gave up an entry has room");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass(era_index: u32, issued: bool, power: u128) -> MinerCompleteInfo {
        MinerCompleteInfo {
            era_index,
            issued,
            finsh_block: era_index * 10 + power as u32,
            power,
        }
    }

    fn list(passes: Vec<MinerCompleteInfo>) -> BVec<MinerCompleteInfo, 3> {
        passes.try_into().unwrap()
    }

    #[test]
    fn a_list_with_room_just_grows() {
        let mut passes = list(vec![pass(1, false, 1), pass(1, true, 2)]);
        remember(&mut passes, pass(1, false, 3));
        assert_eq!(passes.len(), 3);
        assert_eq!(passes[2], pass(1, false, 3));
    }

    #[test]
    fn a_full_list_gives_up_the_oldest_paid_pass() {
        let mut passes = list(vec![pass(1, false, 1), pass(2, true, 2), pass(3, true, 3)]);
        remember(&mut passes, pass(4, false, 4));
        let kept: Vec<_> = passes.iter().map(|pass| pass.era_index).collect();
        assert_eq!(kept, [1, 3, 4]);
    }

    #[test]
    fn a_full_unpaid_list_joins_passes_of_the_same_era() {
        let unpaid = (1..=3).map(|power| pass(3, false, power)).collect();
        let mut passes = list(unpaid);
        remember(&mut passes, pass(3, false, 4));
        assert_eq!(passes.len(), 3);
        assert_eq!((passes[2].power, passes[2].finsh_block), (7, 34));
    }
}
