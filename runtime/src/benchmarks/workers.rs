//! Pallet tee-worker: registration, the master key and its way, the rules, sweeps.

use super::{enclave::*, *};
use alloc::{string::String, vec};
use cess_primitives::{
    payload::{worker_message, WorkerPayload},
    tee::{
        attestation::Measurement,
        simulation::{report, Platform, SIMULATION_SEED},
        MasterKeyApplyPayload, MasterKeyDistributePayload, WorkerExitPayload, WorkerKey,
        WorkerRegistrationInfo, WorkerRole,
    },
    traits::Protocol as _,
};
use frame_benchmarking::v2::*;
use frame_support::{assert_ok, traits::Get};
use frame_system::RawOrigin;
use pallet_tee_worker::{
    Call, CesealBinAllowList, LastWork, ValidationTypeList, VerdictsMissed, Workers,
    MAX_ENCRYPTED_KEY, MAX_ENDPOINT, MAX_FEATURES, MAX_MACHINE_ID, MAX_REPORT, MAX_SPONSORED,
    MISSED_LIMIT, SWEPT_PER_CALL,
};
use sp_core::{sr25519::Public, H256};

/// What is measured here.
pub(crate) struct Pallet<T: Config>(PhantomData<T>);

/// Time of day, seconds since 1970.
const NOW: u64 = 1_000_000;
/// A weakness of a platform, as long as they are, and its bytes in a report.
const ADVISORY: &str = "INTEL-SA-00334";
const ADVISORY_SIZE: u32 = 17;
/// Bytes of a report beside the weaknesses, at most.
const REPORT_SIZE: u32 = 5_000;

/// Fills the list of verifiers up to one place.
pub(super) fn crowd() {
    let most: u32 = <Runtime as pallet_tee_worker::Config>::SchedulerMaximum::get();
    let mut list = ValidationTypeList::<Runtime>::get();
    for i in list.len() as u32..most - 1 {
        let mut key = [0xee; 32];
        key[..4].copy_from_slice(&i.to_be_bytes());
        assert_ok!(list.try_push(key));
    }
    ValidationTypeList::<Runtime>::put(list);
}

/// A hash that differs for each `i`.
fn binary(i: u32) -> H256 {
    sp_io::hashing::blake2_256(&i.to_be_bytes()).into()
}

/// Fills the list of binaries up to so many.
fn list_binaries(count: u32) {
    for i in 0..count {
        assert_ok!(TeeWorker::add_ceseal(RuntimeOrigin::root(), binary(i)));
    }
}

/// So many workers of which it is unknown when they worked.
fn staff(count: usize) -> Vec<WorkerKey> {
    set_seconds(NOW);
    let workers: Vec<_> = (0..count).map(|_| full_worker().0).collect();
    let _ = LastWork::<Runtime>::clear(u32::MAX, None);
    workers
}

/// What a worker asks the holder for, and its signature.
fn application(worker: &Public, signing_time: u64) -> (MasterKeyApplyPayload, Vec<u8>) {
    let payload = MasterKeyApplyPayload {
        pubkey: worker.0,
        ecdh_pubkey: [1; 32],
        signing_time,
    };
    let message = worker_message(WorkerPayload::MasterKeyApply, &payload);
    (payload, sign(worker, &message).to_vec())
}

/// The holder's answer of so many bytes, and its signature.
fn answer(holder: &Public, to: &Public, size: usize) -> (MasterKeyDistributePayload, Vec<u8>) {
    let payload = MasterKeyDistributePayload {
        distributor: holder.0,
        target: to.0,
        ecdh_pubkey: [2; 32],
        encrypted_master_key: vec![3; size],
        iv: [4; 12],
        signing_time: NOW * 1000,
    };
    let message = worker_message(WorkerPayload::MasterKeyDistribute, &payload);
    (payload, sign(holder, &message).to_vec())
}

/// The holder of the master key and a worker that asked for it.
fn asked() -> (Public, Public) {
    let holder = Public::from_raw(Enclave::launch().worker);
    set_seconds(NOW);
    let worker = full_worker();
    let (payload, signature) = application(&worker, NOW * 1000);
    let anyone = signed(&person("anyone", 0));
    assert_ok!(TeeWorker::apply_master_key(anyone, payload, signature));
    (holder, worker)
}

#[benchmarks]
mod calls {
    use super::*;

    /// With a report of `b` bytes about its platform's weaknesses, sent in by somebody else than the
    /// stash, which agreed to many workers.
    #[benchmark]
    fn register_worker(b: Linear<0, { MAX_REPORT as u32 - REPORT_SIZE }>) {
        set_seconds(NOW);
        crowd();
        let on = TeeWorker::set_simulated_attestation_enabled(RuntimeOrigin::root(), true);
        assert_ok!(on);
        let (worker, stash) = (key(), stash());
        for _ in 1..MAX_SPONSORED {
            assert_ok!(TeeWorker::sponsor_worker(signed(&stash), key().0, true));
        }
        assert_ok!(TeeWorker::sponsor_worker(signed(&stash), worker.0, true));
        let info = WorkerRegistrationInfo {
            version: 1 << 16,
            machine_id: vec![5; MAX_MACHINE_ID],
            pubkey: worker.0,
            ecdh_pubkey: [1; 32],
            stash_account: Some(stash),
            genesis_block_hash: System::block_hash(0),
            features: vec![6; MAX_FEATURES],
            role: WorkerRole::Full,
            endpoint: String::from_utf8(vec![b'e'; MAX_ENDPOINT]).unwrap_or_default(),
        };
        let measurement = Measurement {
            mr_enclave: [7; 32],
            mr_signer: [8; 32],
            isv_prod_id: 1,
            isv_svn: 1,
        };
        let platform = Platform {
            status: "ConfigurationNeeded",
            advisories: &vec![ADVISORY; (b / ADVISORY_SIZE) as usize],
            next_update: NOW + 1,
        };
        let root_of_trust = key_of(SIMULATION_SEED);
        let report = report(&info, &measurement, &platform, |message| {
            sign(&root_of_trust, message)
        });
        let anyone = person("anyone", 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(anyone), info, Some(report));

        assert!(Workers::<Runtime>::contains_key(worker.0));
    }

    #[benchmark]
    fn launch_master_key() {
        let holder = Enclave::launch().worker;

        #[extrinsic_call]
        _(RawOrigin::Root, holder, true);
    }

    /// To a worker that was sent the key.
    #[benchmark]
    fn change_master_key_holder() {
        let (holder, worker) = asked();
        wait(1);
        let (payload, signature) = answer(&holder, &worker, MAX_ENCRYPTED_KEY);
        let anyone = signed(&person("anyone", 0));
        assert_ok!(TeeWorker::distribute_master_key(anyone, payload, signature));

        #[extrinsic_call]
        _(RawOrigin::Root, worker.0);
    }

    /// In place of another one.
    #[benchmark]
    fn settle_master_key_launch() {
        let holder = Public::from_raw(Enclave::launch().worker);
        let roll = TeeWorker::launch_master_key(RuntimeOrigin::root(), holder.0, true);
        assert_ok!(roll);
        let (_, payload, signature) = master_key(&holder);
        let anyone = person("anyone", 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(anyone), payload, signature);
    }

    /// For the second time.
    #[benchmark]
    fn apply_master_key() {
        let (_, worker) = asked();
        let (payload, signature) = application(&worker, NOW * 1000 + 1);
        let anyone = person("anyone", 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(anyone), payload, signature);
    }

    /// With an encrypted key of `b` bytes.
    #[benchmark]
    fn distribute_master_key(b: Linear<1, { MAX_ENCRYPTED_KEY as u32 }>) {
        let (holder, worker) = asked();
        let (payload, signature) = answer(&holder, &worker, b as usize);
        let anyone = person("anyone", 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(anyone), payload, signature);
    }

    #[benchmark]
    fn add_ceseal() {
        let most: u32 = <Runtime as pallet_tee_worker::Config>::MaxWhitelist::get();
        list_binaries(most - 1);

        #[extrinsic_call]
        _(RawOrigin::Root, binary(most));

        assert_eq!(CesealBinAllowList::<Runtime>::get().len(), most as usize);
    }

    #[benchmark]
    fn remove_ceseal() {
        let most: u32 = <Runtime as pallet_tee_worker::Config>::MaxWhitelist::get();
        list_binaries(most);

        #[extrinsic_call]
        _(RawOrigin::Root, binary(0));

        assert!(!CesealBinAllowList::<Runtime>::get().contains(&binary(0)));
    }

    #[benchmark]
    fn set_minimum_ceseal_version() {
        #[extrinsic_call]
        _(RawOrigin::Root, 1, 2, 3);
    }

    #[benchmark]
    fn set_none_attestation_enabled() {
        #[extrinsic_call]
        _(RawOrigin::Root, false);
    }

    #[benchmark]
    fn set_ceseal_verify_required() {
        #[extrinsic_call]
        _(RawOrigin::Root, true);
    }

    #[benchmark]
    fn set_simulated_attestation_enabled() {
        #[extrinsic_call]
        _(RawOrigin::Root, true);
    }

    #[benchmark]
    fn migration_last_work() {
        let workers = staff(SWEPT_PER_CALL);

        #[extrinsic_call]
        _(RawOrigin::Root);

        assert!(workers.iter().all(LastWork::<Runtime>::contains_key));
    }

    /// All are invalid: their stash took its bond back.
    #[benchmark]
    fn patch_clear_invalid_tee() {
        staff(SWEPT_PER_CALL);
        crowd();
        pallet_staking::Bonded::<Runtime>::remove(stash());

        #[extrinsic_call]
        _(RawOrigin::Root);

        assert_eq!(Workers::<Runtime>::count(), 0);
    }

    /// All have stopped working.
    #[benchmark]
    fn patch_clear_not_work_tee() {
        for worker in staff(SWEPT_PER_CALL) {
            VerdictsMissed::<Runtime>::insert(worker, MISSED_LIMIT);
            LastWork::<Runtime>::insert(worker, 0);
        }
        ValidationTypeList::<Runtime>::kill();
        crowd();
        wait(Protocol::params().tee_work_life + 1);

        #[extrinsic_call]
        _(RawOrigin::Root);

        assert_eq!(Workers::<Runtime>::count(), 0);
    }

    #[benchmark]
    fn force_clear_tee() {
        let worker = staff(1).remove(0);
        crowd();

        #[extrinsic_call]
        _(RawOrigin::Root, worker);

        assert!(!Workers::<Runtime>::contains_key(worker));
    }

    #[benchmark]
    fn force_register_worker() {
        set_seconds(NOW);
        crowd();
        let worker = key().0;

        #[extrinsic_call]
        _(RawOrigin::Root, worker, [1; 32], Some(stash()));

        assert!(Workers::<Runtime>::contains_key(worker));
    }

    #[benchmark]
    fn exit_worker() {
        set_seconds(NOW);
        let worker = full_worker();
        crowd();
        let payload = WorkerExitPayload {
            pubkey: worker.0,
            genesis_block_hash: System::block_hash(0),
            added_at: Protocol::now(),
            signing_time: NOW * 1000,
        };
        let message = worker_message(WorkerPayload::WorkerExit, &payload);
        let signature = sign(&worker, &message).to_vec();
        let anyone = person("anyone", 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(anyone), payload, signature);

        assert!(!Workers::<Runtime>::contains_key(worker.0));
    }

    #[benchmark]
    fn withdraw_worker() {
        let worker = staff(1).remove(0);
        crowd();

        #[extrinsic_call]
        _(RawOrigin::Signed(stash()), worker);

        assert!(!Workers::<Runtime>::contains_key(worker));
    }

    /// The last one that a stash may agree to.
    #[benchmark]
    fn sponsor_worker() {
        let stash = stash();
        for _ in 1..MAX_SPONSORED {
            assert_ok!(TeeWorker::sponsor_worker(signed(&stash), key().0, true));
        }

        #[extrinsic_call]
        _(RawOrigin::Signed(stash), key().0, true);
    }
}
