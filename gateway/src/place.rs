//! Which miners get the columns of a file.

use crate::directory;
use cess_p2p::Address;
use cess_primitives::miner::{state, MinerInfo};
use cess_primitives::AccountId;
use rand::Rng;

/// A miner that could take a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) miner: AccountId,
    pub(crate) address: Address,
    idle: u128,
}

/// The miners that could take a column of `space` bytes: positive, with enough idle space, and
/// with an address.
pub(crate) fn eligible(miners: &[(AccountId, MinerInfo)], space: u128) -> Vec<Candidate> {
    let fits = |info: &MinerInfo| info.is(state::POSITIVE) && info.idle_space >= space;
    let fitting = miners.iter().filter(|(_, info)| fits(info));
    let candidate = |(miner, info): &(AccountId, MinerInfo)| {
        let address = directory::address(&info.endpoint)?;
        Some(Candidate {
            miner: miner.clone(),
            address,
            idle: info.idle_space,
        })
    };
    fitting.filter_map(candidate).collect()
}

/// The best candidates first: those without a recent failure, then those with most room; chance
/// decides between equals, so that gateways don't all choose the same ones.
pub(crate) fn rank(
    mut candidates: Vec<Candidate>,
    failed_lately: impl Fn(&AccountId) -> bool,
    rng: &mut impl Rng,
) -> Vec<Candidate> {
    candidates.sort_by_cached_key(|c| {
        (
            failed_lately(&c.miner),
            u128::MAX - c.idle,
            rng.gen::<u32>(),
        )
    });
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::miner_info;
    use proptest::prelude::*;
    use rand::{rngs::StdRng, SeedableRng};

    fn account(byte: u8) -> AccountId {
        AccountId::new([byte; 32])
    }

    #[test]
    fn miners_that_cannot_take_a_column_are_left_out() {
        let mut miners = vec![
            (account(1), miner_info(1, 100)),
            (account(2), miner_info(2, 99)),
            (account(3), miner_info(3, 100)),
            (account(4), miner_info(4, 100)),
        ];
        miners[2].1.state = state::FROZEN.to_vec().try_into().unwrap();
        miners[3].1.endpoint = b"127.0.0.1:4000".to_vec().try_into().unwrap();
        let found: Vec<_> = eligible(&miners, 100)
            .into_iter()
            .map(|c| c.miner)
            .collect();
        assert_eq!(found, vec![account(1)]);
    }

    proptest! {
        #[test]
        fn room_decides_after_good_conduct(
            idles in proptest::collection::vec(0u128..50, 1..30),
            bad in any::<u8>(),
        ) {
            let miners = idles.iter().enumerate();
            let miners: Vec<_> = miners
                .map(|(i, idle)| (account(i as u8), miner_info(i as u8, *idle)))
                .collect();
            let failed = |miner: &AccountId| -> bool {
                let bytes: &[u8; 32] = miner.as_ref();
                bytes[0] % 3 == bad % 3
            };
            let mut rng = StdRng::seed_from_u64(bad.into());
            let ranked = rank(eligible(&miners, 0), failed, &mut rng);
            prop_assert_eq!(ranked.len(), miners.len());
            for pair in ranked.windows(2) {
                let key = |c: &Candidate| (failed(&c.miner), u128::MAX - c.idle);
                prop_assert!(key(&pair[0]) <= key(&pair[1]));
            }
        }
    }
}
