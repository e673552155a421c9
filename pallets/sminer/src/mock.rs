//! A runtime of System, Balances, the treasury and this pallet; everything else that it needs is
//! `Test` itself.

use crate as pallet_sminer;
use cess_primitives::{
    miner::{Endpoint, MinerInfo, PoISKey, SpaceProofInfo},
    payload::space_proof_digest,
    tee::WorkerKey,
    traits::{CollateralLender, NetworkSpace, Protocol, TeeWorkers},
    AccountId, BVec, Balance, Hash, ProtocolParams, Tick, TCESS,
};
use frame_support::{
    assert_ok, derive_impl, ensure, parameter_types,
    traits::{
        fungible::{Balanced, Inspect},
        tokens::{Fortitude, Preservation},
        ConstU128, ConstU32, Get, Hooks, OnUnbalanced, ReservableCurrency,
    },
    weights::Weight,
    PalletId,
};
use sp_core::{sr25519, Pair};
use sp_runtime::{
    traits::IdentityLookup, ArithmeticError, BuildStorage, DispatchError, DispatchResult,
};
use std::collections::BTreeMap;

type Block = frame_system::mocking::MockBlock<Test>;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Balances: pallet_balances,
        CessTreasury: pallet_cess_treasury,
        Sminer: pallet_sminer,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = ConstU128<TCESS>;
    type AccountStore = System;
}

parameter_types! {
    pub const Faucet: PalletId = PalletId(*b"facuetid");
    pub const Rewards: PalletId = PalletId(*b"rewardpt");
    pub const Fines: PalletId = PalletId(*b"punisdpt");
    pub const Rents: PalletId = PalletId(*b"spacedpt");
    pub const Reserve: PalletId = PalletId(*b"sererdpt");
    pub(crate) storage Issuance: Balance = 0;
    pub(crate) storage Loans: BTreeMap<AccountId, (Balance, Balance)> = BTreeMap::new();
    pub(crate) storage LenderIsShut: bool = false;
    pub(crate) storage ClockOffset: Tick = 0;
    pub(crate) storage EraIndex: u32 = 0;
    pub(crate) storage TotalIdle: u128 = 0;
    pub(crate) storage TotalService: u128 = 0;
    pub(crate) storage LastWorker: WorkerKey = [0; 32];
}

impl Protocol for Test {
    fn now() -> Tick {
        let block: Tick = System::block_number()
            .try_into()
            .expect("small block numbers");
        block + ClockOffset::get()
    }

    fn params() -> ProtocolParams {
        ProtocolParams::fast()
    }
}

impl NetworkSpace for Test {
    fn change_idle(more: u128, less: u128) -> DispatchResult {
        let total = (TotalIdle::get() + more).checked_sub(less);
        TotalIdle::set(&total.ok_or(ArithmeticError::Underflow)?);
        Ok(())
    }

    fn change_service(more: u128, less: u128) -> DispatchResult {
        let total = (TotalService::get() + more).checked_sub(less);
        TotalService::set(&total.ok_or(ArithmeticError::Underflow)?);
        Ok(())
    }
}

/// The worker that may certify.
pub(crate) const MARKER: WorkerKey = [1; 32];
/// A worker that may not.
pub(crate) const VERIFIER: WorkerKey = [2; 32];

impl TeeWorkers for Test {
    fn can_tag(worker: &WorkerKey) -> bool {
        *worker == MARKER
    }

    fn can_verify(worker: &WorkerKey) -> bool {
        *worker == VERIFIER
    }

    fn can_cert(worker: &WorkerKey) -> bool {
        *worker == MARKER
    }

    fn verifiers() -> Vec<WorkerKey> {
        vec![VERIFIER]
    }

    fn verify_master(digest: &[u8; 32], signature: &[u8]) -> bool {
        sr25519::Signature::try_from(signature)
            .is_ok_and(|signature| sr25519::Pair::verify(&signature, digest, &master().public()))
    }

    fn stash(_: &WorkerKey) -> Option<AccountId> {
        None
    }

    fn worked(worker: &WorkerKey) {
        LastWorker::set(worker);
    }

    fn failed(_: &WorkerKey) {}
}

impl pallet_cess_treasury::Config for Test {
    type Currency = Balances;
    type ActiveEra = Self;
    type MinerRewardId = Rewards;
    type PunishTreasuryId = Fines;
    type SpaceTreasuryId = Rents;
    type ReserveRewardId = Reserve;
    type WeightInfo = pallet_cess_treasury::weights::SubstrateWeight<Test>;
}

/// The account of a lender whose loans are `(free, staked)`.
pub(crate) const LENDER: u8 = 20;

/// The loan of miner `n`.
pub(crate) fn loan(n: u8) -> (Balance, Balance) {
    loan_of(&acc(n))
}

/// Offers miner `n` a loan.
pub(crate) fn lend(n: u8, amount: Balance) {
    let (free, staked) = loan(n);
    keep_loan(&acc(n), (free + amount, staked));
}

fn loan_of(miner: &AccountId) -> (Balance, Balance) {
    Loans::get().get(miner).copied().unwrap_or_default()
}

fn keep_loan(miner: &AccountId, loan: (Balance, Balance)) {
    let mut loans = Loans::get();
    loans.insert(miner.clone(), loan);
    Loans::set(&loans);
}

impl CollateralLender for Test {
    fn account() -> AccountId {
        acc(LENDER)
    }

    fn can_stake(miner: &AccountId, amount: Balance) -> bool {
        loan_of(miner).0 >= amount
    }

    fn stake(miner: &AccountId, amount: Balance) -> DispatchResult {
        let (free, staked) = loan_of(miner);
        let free = free.checked_sub(amount).ok_or(ArithmeticError::Underflow)?;
        Balances::reserve(&acc(LENDER), amount)?;
        keep_loan(miner, (free, staked + amount));
        Ok(())
    }

    fn redeem(miner: &AccountId, amount: Balance) -> DispatchResult {
        if LenderIsShut::get() {
            return Err("the lender is shut".into());
        }
        let (free, staked) = loan_of(miner);
        let staked = staked
            .checked_sub(amount)
            .ok_or(ArithmeticError::Underflow)?;
        assert_eq!(Balances::unreserve(&acc(LENDER), amount), 0);
        keep_loan(miner, (free + amount, staked));
        Ok(())
    }

    fn punished(miner: &AccountId, amount: Balance) -> DispatchResult {
        let (free, staked) = loan_of(miner);
        let staked = staked
            .checked_sub(amount)
            .ok_or(ArithmeticError::Underflow)?;
        keep_loan(miner, (free, staked));
        Ok(())
    }
}

impl Get<u32> for Test {
    fn get() -> u32 {
        EraIndex::get()
    }
}

impl Get<PalletId> for Test {
    fn get() -> PalletId {
        Faucet::get()
    }
}

impl pallet_sminer::Config for Test {
    type Currency = Balances;
    type Protocol = Self;
    type Space = Self;
    type TeeWorkers = Self;
    type Treasury = CessTreasury;
    type Rewards = CessTreasury;
    type Lender = Self;
    type Era = Self;
    type FaucetId = Self;
    type ItemLimit = ConstU32<5>;
    type MaximumRelease = ConstU128<{ 5 * TCESS }>;
    type WeightInfo = pallet_sminer::weights::SubstrateWeight<Test>;
}

/// The network's master key.
pub(crate) fn master() -> sr25519::Pair {
    sr25519::Pair::from_string("//Master", None).expect("a valid seed")
}

/// One idle file, as it is accounted for.
pub(crate) const UNIT: u128 = ProtocolParams::fast().idle_unit as u128;
/// One fragment.
pub(crate) const FRAGMENT: u128 = ProtocolParams::fast().fragment_size as u128;
/// What each account has at genesis.
pub(crate) const ENDOWMENT: Balance = 100_000 * TCESS;

/// Account `n`; 1 to 20 are endowed.
pub(crate) fn acc(n: u8) -> AccountId {
    AccountId::new([n; 32])
}

pub(crate) fn signed(n: u8) -> RuntimeOrigin {
    RuntimeOrigin::signed(acc(n))
}

pub(crate) fn root() -> RuntimeOrigin {
    RuntimeOrigin::root()
}

pub(crate) fn endpoint(text: &str) -> Endpoint {
    text.as_bytes()
        .to_vec()
        .try_into()
        .expect("a short endpoint")
}

pub(crate) fn fragments(names: &[&str]) -> Vec<Hash> {
    names.iter().map(|name| Hash::of(name.as_bytes())).collect()
}

pub(crate) fn pois_key(n: u8) -> PoISKey {
    PoISKey {
        g: [n; 256],
        n: [n + 100; 256],
    }
}

pub(crate) fn info(n: u8) -> MinerInfo {
    crate::MinerItems::<Test>::get(acc(n)).expect("the miner is registered")
}

pub(crate) fn state(n: u8) -> String {
    String::from_utf8(info(n).state.into_inner()).expect("a state is text")
}

/// The master key's signature over the empty space proof of miner `n` with key `key`.
pub(crate) fn key_signature(n: u8, key: &PoISKey, worker: &WorkerKey) -> BVec<u8, 64> {
    let proof = SpaceProofInfo {
        miner: acc(n),
        front: 0,
        rear: 0,
        pois_key: key.clone(),
        accumulator: key.g,
    };
    let signature = master().sign(&space_proof_digest(&proof, worker));
    signature.0.to_vec().try_into().expect("64 bytes")
}

/// Registers miner `n` with `tib` TiB and just enough collateral.
pub(crate) fn register(n: u8, tib: u32) {
    let stake = Balance::from(tib) * 4000 * TCESS;
    assert_ok!(Sminer::regnstk(
        signed(n),
        acc(n + 50),
        endpoint("/ip4/1"),
        stake,
        tib
    ));
}

/// Gives miner `n` its PoIS key.
pub(crate) fn certify_key(n: u8) {
    let signature = key_signature(n, &pois_key(n), &MARKER);
    let tee_sig = signature.clone();
    assert_ok!(Sminer::register_pois_key(
        signed(n),
        pois_key(n),
        signature,
        tee_sig,
        MARKER
    ));
}

/// The certificate of miner `n` after its idle files became `front+1..=rear`.
pub(crate) fn certificate(n: u8, front: u64, rear: u64) -> SpaceProofInfo {
    let pois_key = pois_key(n);
    SpaceProofInfo {
        miner: acc(n),
        front,
        rear,
        pois_key,
        accumulator: [rear as u8; 256],
    }
}

/// A positive miner with 1 TiB declared and `files` idle files.
pub(crate) fn positive(n: u8, files: u64) {
    use cess_primitives::traits::Miners;
    register(n, 1);
    certify_key(n);
    if files > 0 {
        assert_ok!(Sminer::add_idle(&acc(n), certificate(n, 0, files), [7; 64]));
    }
}

/// Goes on block by block; the hook runs in each.
pub(crate) fn run_to(block: u64) {
    while System::block_number() < block {
        next_block();
    }
}

pub(crate) fn next_block() {
    let next = System::block_number() + 1;
    System::set_block_number(next);
    Sminer::on_initialize(next);
    Sminer::on_idle(next, Weight::MAX);
}

/// Staking pays so much for storage, and the next era begins.
pub(crate) fn end_era(payout: Balance) {
    CessTreasury::on_unbalanced(<Balances as Balanced<_>>::issue(payout));
    Issuance::set(&(Issuance::get() + payout));
    EraIndex::set(&(EraIndex::get() + 1));
}

/// What an account can give away and stay alive.
pub(crate) fn beyond_deposit(account: &AccountId) -> Balance {
    Balances::reducible_balance(account, Preservation::Preserve, Fortitude::Polite)
}

pub(crate) fn last_event() -> RuntimeEvent {
    System::events().pop().expect("an event").event
}

pub(crate) fn saw(event: crate::Event<Test>) -> bool {
    let event = RuntimeEvent::from(event);
    System::events().iter().any(|record| record.event == event)
}

/// Runs the test at block 1, then checks the invariants of space and money.
pub(crate) fn execute(test: impl FnOnce()) {
    let balances = (1..=20).map(|n| (acc(n), ENDOWMENT)).collect();
    let genesis = RuntimeGenesisConfig {
        balances: pallet_balances::GenesisConfig {
            balances,
            ..Default::default()
        },
        ..Default::default()
    };
    let mut ext: sp_io::TestExternalities = genesis.build_storage().expect("genesis builds").into();
    ext.execute_with(|| {
        System::set_block_number(1);
        Issuance::set(&Balances::total_issuance());
        test();
        check();
    });
}

/// Checks the invariants of this pallet, and that it agrees with the treasury, the lender and the
/// network's totals.
pub(crate) fn check() {
    assert_eq!(try_check(), Ok(()));
}

pub(crate) fn try_check() -> Result<(), DispatchError> {
    Sminer::do_try_state()?;
    CessTreasury::do_try_state()?;
    ensure!(
        Sminer::totals() == (TotalIdle::get(), TotalService::get()),
        "the network's space differs"
    );
    let promised = pallet_cess_treasury::Promised::<Test>::get();
    ensure!(Sminer::promised() == promised, "promises differ");
    let left = pallet_cess_treasury::CurrencyReward::<Test>::get();
    ensure!(
        beyond_deposit(&CessTreasury::reward_account()) == promised + left,
        "rewards differ"
    );
    let staked: Balance = Loans::get().values().map(|loan| loan.1).sum();
    ensure!(
        Balances::reserved_balance(acc(LENDER)) == staked,
        "loans differ"
    );
    ensure!(
        Balances::total_issuance() == Issuance::get(),
        "money is made or lost"
    );
    Ok(())
}
