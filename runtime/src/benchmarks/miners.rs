//! Pallet sminer: collateral, declarations, keys, rewards, leaving, the faucet, and the hooks.

use super::{enclave::Enclave, rewards::*, *};
use cess_primitives::{
    miner::{state, Endpoint, MinerInfo, PoISKey, SpaceProofInfo, MAX_PASSES},
    payload::space_proof_digest,
    reservoir::UseType,
    traits::{AuditedMiners, CollateralLender, Protocol as _},
    Tick, COLLATERAL_PER_TIB, TCESS, TIB,
};
use frame_benchmarking::v2::*;
use frame_support::{assert_ok, BoundedVec};
use frame_system::RawOrigin;
use pallet_sminer::{
    AllMiner, Call, MinerItems, ReturnStakingSchedule, RewardMap, SettlingEra, Unlisted,
    DUE_PER_BLOCK, SETTLED_PER_BLOCK,
};

/// What is measured here.
pub(crate) struct Pallet<T: Config>(PhantomData<T>);

/// Miners in the list when what grows with it is measured.
const LISTED: u32 = 20_000;
/// Ticks at which a stake that returns looks for room.
const LONGEST_WAIT: Tick = 64;

fn endpoint(letter: u8) -> Endpoint {
    Endpoint::truncate_from(alloc::vec![letter; 100])
}

pub(super) fn info(miner: &AccountId) -> MinerInfo {
    MinerItems::<Runtime>::get(miner).unwrap_or_else(|| panic!("the miner is registered"))
}

fn is(miner: &AccountId, state: &[u8]) -> bool {
    info(miner).is(state)
}

/// Money at the reservoir for so many TiB: half of it a loan, half stored.
fn credit(miner: &AccountId, tib: u32) {
    let money = COLLATERAL_PER_TIB * Balance::from(tib);
    assert_ok!(Reservoir::filling(signed(miner), money));
    let (id, loan) = (Default::default(), money / 2);
    if pallet_reservoir::Events::<Runtime>::iter_keys()
        .next()
        .is_none()
    {
        let (root, kind) = (RuntimeOrigin::root(), UseType::MinerStaking);
        let (life, period) = (1 << 30, 1 << 30);
        assert_ok!(Reservoir::create_event(
            root,
            id,
            u32::MAX,
            life,
            loan,
            period,
            kind
        ));
    }
    assert_ok!(Reservoir::attend_event(signed(miner), Default::default()));
    assert_ok!(Reservoir::store(signed(miner), money));
}

/// A miner of so many TiB whose collateral the reservoir keeps, without a key yet.
fn registered(i: u32, tib: u32) -> AccountId {
    let miner = person("miner", i);
    credit(&miner, tib);
    let (beneficiary, lender) = (person("beneficiary", i), Reservoir::account());
    let (origin, endpoint) = (signed(&miner), endpoint(b'e'));
    assert_ok!(Sminer::regnstk_assign_staking(
        origin,
        beneficiary,
        endpoint,
        lender,
        tib
    ));
    miner
}

/// The miner's key.
fn pois_key(i: u32) -> PoISKey {
    let mut key = PoISKey {
        g: [7; 256],
        n: [9; 256],
    };
    key.g[..4].copy_from_slice(&i.to_be_bytes());
    key
}

/// The master key's word that the miner has this key and no idle files yet.
fn certificate(
    miner: &AccountId,
    key: &PoISKey,
    tee: &Enclave,
) -> BoundedVec<u8, frame_support::traits::ConstU32<64>> {
    let proof = SpaceProofInfo {
        miner: miner.clone(),
        front: 0,
        rear: 0,
        accumulator: key.g,
        pois_key: key.clone(),
    };
    let signature = tee.sign(&space_proof_digest(&proof, &tee.worker));
    BoundedVec::truncate_from(signature.to_vec())
}

/// A miner that takes part in everything.
pub(super) fn positive(i: u32, tib: u32, tee: &Enclave) -> AccountId {
    let (miner, key) = (registered(i, tib), pois_key(i));
    let word = certificate(&miner, &key, tee);
    let (origin, again) = (signed(&miner), word.clone());
    assert_ok!(Sminer::register_pois_key(
        origin, key, word, again, tee.worker
    ));
    miner
}

/// So many miners on their way out.
fn leaving(count: u32, tee: &Enclave) -> Vec<AccountId> {
    // First all of them: the master key's signatures don't outlive a day.
    let miners: Vec<_> = (0..count).map(|i| positive(i, 1, tee)).collect();
    wait(Protocol::params().staking_lock + 1);
    for miner in &miners {
        assert_ok!(Sminer::miner_exit_prep(signed(miner), miner.clone()));
    }
    miners
}

/// A list of so many miners, of which the first one has left.
fn list(count: u32) {
    let miners = (0..count).map(|i| account("listed", i, 0)).collect();
    AllMiner::<Runtime>::put(BoundedVec::truncate_from(miners));
    if count > 0 {
        Unlisted::<Runtime>::put(BoundedVec::truncate_from(alloc::vec![0]));
    }
}

/// The miner passed an audit in each of these eras, whose rounds have money.
fn earn(miner: &AccountId, eras: core::ops::Range<u32>) {
    for era in eras {
        begin_era(era);
        assert_ok!(Sminer::record_pass(miner, u128::from(TIB), u128::from(TIB)));
        fund_round();
    }
}

/// The miner has as many orders as one can have, all of which release something.
fn fill_orders(miner: &AccountId) {
    earn(miner, 0..MAX_PASSES);
    begin_era(MAX_PASSES);
    assert_ok!(Sminer::receive_reward(signed(miner)));
    SettlingEra::<Runtime>::put(MAX_PASSES);
}

#[benchmarks]
mod calls {
    use super::*;

    #[benchmark]
    fn regnstk() {
        let miner = person("miner", 0);
        let (beneficiary, stake) = (person("beneficiary", 0), COLLATERAL_PER_TIB);

        #[extrinsic_call]
        _(
            RawOrigin::Signed(miner.clone()),
            beneficiary,
            endpoint(b'e'),
            stake,
            1,
        );

        assert!(is(&miner, state::NOT_READY));
    }

    /// With collateral that is half lent, half stored.
    #[benchmark]
    fn regnstk_assign_staking() {
        let miner = person("miner", 0);
        credit(&miner, 1);
        let (beneficiary, lender) = (person("beneficiary", 0), Reservoir::account());

        #[extrinsic_call]
        _(
            RawOrigin::Signed(miner.clone()),
            beneficiary,
            endpoint(b'e'),
            lender,
            1,
        );

        assert!(is(&miner, state::NOT_READY));
    }

    /// Of a frozen miner, whose debt is paid from it.
    #[benchmark]
    fn increase_collateral() {
        let miner = positive(0, 1, &Enclave::launch());
        for _ in 0..8 {
            assert_ok!(Sminer::punish_missing_proof(&miner, 0, u128::from(TIB), 3));
        }
        assert!(is(&miner, state::FROZEN) && info(&miner).debt > 0);
        assert_ok!(Reservoir::store(signed(&miner), 2 * COLLATERAL_PER_TIB));

        #[extrinsic_call]
        _(
            RawOrigin::Signed(miner.clone()),
            miner.clone(),
            2 * COLLATERAL_PER_TIB,
        );

        assert!(is(&miner, state::POSITIVE));
    }

    #[benchmark]
    fn update_beneficiary() {
        let (miner, to) = (registered(0, 1), person("other", 0));

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.clone()), to.clone());

        assert_eq!(info(&miner).beneficiary, to);
    }

    #[benchmark]
    fn update_endpoint() {
        let miner = registered(0, 1);

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.clone()), endpoint(b'f'));

        assert_eq!(info(&miner).endpoint, endpoint(b'f'));
    }

    /// The stake that returns finds room at the last tick only.
    #[benchmark]
    fn decrease_declaration_space() {
        let miner = positive(0, 2, &Enclave::launch());
        let first = Protocol::now() + Protocol::params().staking_lock;
        let stakes = (0..DUE_PER_BLOCK).map(|_| (miner.clone(), miner.clone(), TCESS));
        let stakes = BoundedVec::truncate_from(stakes.collect());
        for tick in first..first + LONGEST_WAIT {
            ReturnStakingSchedule::<Runtime>::insert(tick, stakes.clone());
        }

        #[extrinsic_call]
        _(RawOrigin::Signed(miner), 1);

        assert!(ReturnStakingSchedule::<Runtime>::contains_key(
            first + LONGEST_WAIT
        ));
    }

    /// `e` eras are settled on the way; the miner has as many orders as one can have.
    #[benchmark]
    fn receive_reward(e: Linear<0, MAX_PASSES>) {
        let miner = positive(0, 1, &Enclave::launch());
        fill_orders(&miner);
        earn(&miner, MAX_PASSES..MAX_PASSES + e);
        begin_era(MAX_PASSES + e);
        wait(Protocol::params().one_day);
        let before = RewardMap::<Runtime>::get(&miner).unwrap();

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.clone()));

        let after = RewardMap::<Runtime>::get(&miner).unwrap();
        assert!(after.reward_issued > before.reward_issued);
    }

    #[benchmark]
    fn miner_exit_prep() {
        let miner = positive(0, 1, &Enclave::launch());
        wait(Protocol::params().staking_lock + 1);

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.clone()), miner.clone());

        assert!(is(&miner, state::LOCK));
    }

    /// Another miner takes its place in the list.
    #[benchmark]
    fn miner_exit() {
        let miners = leaving(2, &Enclave::launch());
        let miner = miners[0].clone();

        #[extrinsic_call]
        _(RawOrigin::Root, miner.clone());

        assert!(is(&miner, state::EXIT));
    }

    #[benchmark]
    fn miner_withdraw() {
        let miner = leaving(1, &Enclave::launch()).remove(0);
        assert_ok!(Sminer::miner_exit(RuntimeOrigin::root(), miner.clone()));

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.clone()));

        assert!(!MinerItems::<Runtime>::contains_key(miner));
    }

    #[benchmark]
    fn faucet_top_up() {
        let donor = person("donor", 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(donor), TCESS);
    }

    /// For an account that drew once before.
    #[benchmark]
    fn faucet() {
        let (keeper, to) = (person("keeper", 0), person("drawer", 0));
        assert_ok!(Sminer::faucet_top_up(signed(&keeper), 100 * TCESS));
        assert_ok!(Sminer::set_facuet_whitelist(
            RuntimeOrigin::root(),
            keeper.clone()
        ));
        assert_ok!(Sminer::faucet(signed(&keeper), to.clone()));
        wait(Protocol::params().one_day);

        #[extrinsic_call]
        _(RawOrigin::Signed(keeper), to);
    }

    #[benchmark]
    fn update_expender() {
        #[extrinsic_call]
        _(RawOrigin::Root, 8, 1024, 64);

        assert_eq!(<Sminer as AuditedMiners>::expenders(), (8, 1024, 64));
    }

    #[benchmark]
    fn set_facuet_whitelist() {
        let keeper = person("keeper", 0);

        #[extrinsic_call]
        _(RawOrigin::Root, keeper);
    }

    /// Behind `n` miners in the published list, one of which has left and must be taken out.
    #[benchmark]
    fn register_pois_key(n: Linear<0, LISTED>) {
        let tee = Enclave::launch();
        let (miner, key) = (registered(0, 1), pois_key(0));
        let word = certificate(&miner, &key, &tee);
        list(n);

        #[extrinsic_call]
        _(
            RawOrigin::Signed(miner.clone()),
            key,
            word.clone(),
            word,
            tee.worker,
        );

        assert!(is(&miner, state::POSITIVE));
    }

    #[benchmark]
    fn increase_declaration_space() {
        let miner = positive(0, 1, &Enclave::launch());

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.clone()), 1);

        assert!(is(&miner, state::FROZEN));
    }

    #[benchmark]
    fn clear_miner_service() {
        let miner = positive(0, 1, &Enclave::launch());

        #[extrinsic_call]
        _(RawOrigin::Root, miner);
    }

    /// A block in which nothing is due.
    #[benchmark]
    fn look() {
        begin_era(1);
        SettlingEra::<Runtime>::put(1);

        #[block]
        {
            begin_block::<Sminer>();
        }
    }

    /// `n` miners exit.
    #[benchmark]
    fn exit(n: Linear<0, DUE_PER_BLOCK>) {
        let miners = leaving(n, &Enclave::launch());
        wait(Protocol::params().exit_lock);

        #[block]
        {
            begin_block::<Sminer>();
        }

        assert!(miners.iter().all(|miner| is(miner, state::EXIT)));
    }

    /// `n` stakes return to the reservoir.
    #[benchmark]
    fn return_stakes(n: Linear<0, DUE_PER_BLOCK>) {
        let tee = Enclave::launch();
        for i in 0..n {
            let miner = positive(i, 2, &tee);
            assert_ok!(Sminer::decrease_declaration_space(signed(&miner), 1));
        }
        wait(Protocol::params().staking_lock + 1);

        #[block]
        {
            begin_block::<Sminer>();
        }

        assert_eq!(ReturnStakingSchedule::<Runtime>::iter().count(), 0);
    }

    /// The shares of `n` miners with full lists of orders are promised.
    #[benchmark]
    fn settle(n: Linear<0, SETTLED_PER_BLOCK>) {
        let tee = Enclave::launch();
        let miners: Vec<_> = (0..n).map(|i| positive(i, 1, &tee)).collect();
        miners.iter().for_each(fill_orders);
        begin_era(MAX_PASSES);
        miners
            .iter()
            .for_each(|miner| earn(miner, MAX_PASSES..MAX_PASSES + 1));
        SettlingEra::<Runtime>::put(MAX_PASSES);
        begin_era(MAX_PASSES + 1);

        #[block]
        {
            begin_block::<Sminer>();
        }

        let passers = pallet_sminer::Passers::<Runtime>::iter_prefix(MAX_PASSES);
        assert_eq!(passers.count(), 0);
    }

    /// The rounds of `n` eras are closed.
    #[benchmark]
    fn close_rounds(n: Linear<0, SETTLED_PER_BLOCK>) {
        let first = MAX_PASSES;
        for era in (0..n).flat_map(|i| [i, first + i]) {
            begin_era(era);
            fund_round();
        }
        SettlingEra::<Runtime>::put(first);
        begin_era(first + n);

        #[block]
        {
            begin_block::<Sminer>();
        }

        assert_eq!(SettlingEra::<Runtime>::get(), first + n);
    }

    /// The published list of `n` miners is brought up to date.
    #[benchmark]
    fn publish_list(n: Linear<1, LISTED>) {
        list(n);

        #[block]
        {
            end_block::<Sminer>();
        }

        assert_eq!(Unlisted::<Runtime>::decode_len(), None);
    }
}
