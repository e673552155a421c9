//! Random walks: whatever happens in whatever order, the records agree after each step.

use crate::{mock::*, *};
use cess_primitives::{
    payload::WorkerPayload,
    tee::{
        MasterKeyApplyPayload, MasterKeyDistributePayload, MasterKeyLaunchPayload,
        WorkerExitPayload, WorkerRole,
    },
    traits::TeeWorkers,
};
use frame_support::{dispatch::DispatchResult, storage::with_storage_layer};

const STEPS: u32 = 4_000;
const WORKERS: u64 = 8;

/// Xorshift: good enough to choose steps, and the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn worker(&mut self) -> u32 {
        self.roll(WORKERS) as u32 + 1
    }

    fn role(&mut self) -> WorkerRole {
        [WorkerRole::Full, WorkerRole::Verifier, WorkerRole::Marker][self.roll(3) as usize]
    }
}

fn now_ms() -> u64 {
    (EPOCH + System::block_number()) * 1000
}

fn renewal(dice: &mut Dice, n: u32) -> DispatchResult {
    let info = info(n, dice.role());
    let report = (dice.roll(2) == 0).then(|| report(&info));
    let by = if dice.roll(4) == 0 { dice.worker() } else { n };
    TeeWorker::register_worker(signed(by), info, report)
}

fn settlement(n: u32, step: u32) -> DispatchResult {
    let payload = MasterKeyLaunchPayload {
        launcher: key(n),
        master_pubkey: key(10_000 + step % 500),
    };
    let signature = sign(n, WorkerPayload::MasterKeyLaunch, &payload);
    TeeWorker::settle_master_key_launch(signed(9), payload, signature)
}

fn application(n: u32) -> DispatchResult {
    let payload = MasterKeyApplyPayload {
        pubkey: key(n),
        ecdh_pubkey: [n as u8; 32],
        signing_time: now_ms(),
    };
    let signature = sign(n, WorkerPayload::MasterKeyApply, &payload);
    TeeWorker::apply_master_key(signed(9), payload, signature)
}

fn answer(from: u32, to: u32) -> DispatchResult {
    let payload = MasterKeyDistributePayload {
        distributor: key(from),
        target: key(to),
        ecdh_pubkey: [1; 32],
        encrypted_master_key: vec![1; 10],
        iv: [1; 12],
        signing_time: now_ms(),
    };
    let signature = sign(from, WorkerPayload::MasterKeyDistribute, &payload);
    TeeWorker::distribute_master_key(signed(9), payload, signature)
}

fn farewell(n: u32) -> DispatchResult {
    let payload = WorkerExitPayload {
        pubkey: key(n),
        genesis_block_hash: genesis_hash(),
        added_at: WorkerAddedAt::<Test>::get(key(n)).unwrap_or_default(),
        signing_time: now_ms(),
    };
    let signature = sign(n, WorkerPayload::WorkerExit, &payload);
    TeeWorker::exit_worker(signed(9), payload, signature)
}

fn step(dice: &mut Dice, step: u32) -> DispatchResult {
    let n = dice.worker();
    match dice.roll(24) {
        0..=3 => renewal(dice, n),
        4 | 5 => {
            let stash = RuntimeOrigin::signed(stash(n));
            TeeWorker::sponsor_worker(stash, key(n), dice.roll(4) > 0)
        }
        6 => farewell(n),
        7 => TeeWorker::withdraw_worker(signed(n), key(n)),
        8 => {
            let stash = (dice.roll(2) == 0).then(|| stash(n));
            TeeWorker::force_register_worker(root(), key(n), [n as u8; 32], stash)
        }
        9 => TeeWorker::force_clear_tee(root(), key(n)),
        10 => TeeWorker::launch_master_key(root(), key(n), dice.roll(2) == 0),
        11 | 12 => settlement(n, step),
        13 => TeeWorker::change_master_key_holder(root(), key(n)),
        14 | 15 => application(n),
        16 | 17 => answer(dice.worker(), n),
        18 | 19 => {
            TeeWorker::failed(&key(n));
            Ok(())
        }
        20 => {
            TeeWorker::worked(&key(n));
            Ok(())
        }
        21 => match dice.roll(3) {
            0 => TeeWorker::migration_last_work(root()),
            1 => TeeWorker::patch_clear_invalid_tee(root()),
            _ => TeeWorker::patch_clear_not_work_tee(root()),
        },
        22 => match dice.roll(4) {
            0 => TeeWorker::set_none_attestation_enabled(root(), dice.roll(3) > 0),
            1 => TeeWorker::set_ceseal_verify_required(root(), dice.roll(3) == 0),
            2 => TeeWorker::add_ceseal(root(), BINARY.hash()),
            _ => TeeWorker::remove_ceseal(root(), BINARY.hash()),
        },
        _ => {
            System::set_block_number(System::block_number() + dice.roll(10));
            Ok(())
        }
    }
}

#[test]
fn records_agree_after_every_step() {
    for seed in [1, 0xC355, 0x5EED_5EED] {
        ExtBuilder::default().launching(1).build_and_execute(|| {
            let mut dice = Dice(seed);
            let (mut done, mut holders) = (0, 0);
            for n in 0..STEPS {
                let before = TeeWorker::holder();
                done += u32::from(with_storage_layer(|| step(&mut dice, n)).is_ok());
                TeeWorker::do_try_state()
                    .unwrap_or_else(|broken| panic!("seed {seed}, step {n}: {broken:?}"));
                holders += u32::from(TeeWorker::holder() != before);
            }
            assert!(done > STEPS / 4, "the walk gets somewhere: {done}");
            assert!(holders > 10, "the key changes hands: {holders}");
        });
    }
}
