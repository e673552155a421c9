//! Calls of pallet TeeWorker (103): workers and the master key.

use cess_primitives::{
    tee::{
        attestation::AttestationReport, MasterKeyApplyPayload, MasterKeyDistributePayload,
        MasterKeyLaunchPayload, WorkerKey, WorkerRegistrationInfo,
    },
    AccountId,
};
use sp_core::H256;

calls! { "TeeWorker";
    /// 1: registers a worker, with or without an attestation report, or changes what was registered.
    register_worker(info: &WorkerRegistrationInfo, attestation: &Option<AttestationReport>);
    /// 2: root asks a worker to make the master key.
    launch_master_key(holder: &WorkerKey, roll_if_launched: bool);
    /// 3: root makes another worker the holder.
    change_master_key_holder(new_holder: &WorkerKey);
    /// 4: the holder publishes the master key; `signature` by its identity key.
    settle_master_key_launch(payload: &MasterKeyLaunchPayload, signature: &[u8]);
    /// 5: a worker asks for the master key; `signature` by its identity key.
    apply_master_key(payload: &MasterKeyApplyPayload, signature: &[u8]);
    /// 6: the holder hands the encrypted master key out; `signature` by its identity key.
    distribute_master_key(payload: &MasterKeyDistributePayload, signature: &[u8]);
    /// 7: root allows a worker binary.
    add_ceseal(ceseal_hash: H256);
    /// 8: root disallows a worker binary.
    remove_ceseal(ceseal_hash: H256);
    /// 9: root sets the oldest version that may register.
    set_minimum_ceseal_version(major: u32, minor: u32, patch: u32);
    /// 10: root says whether workers may register without attestation.
    set_none_attestation_enabled(enabled: bool);
    /// 11: root says whether the binary is checked.
    set_ceseal_verify_required(required: bool);
    /// 115: root removes invalid workers.
    patch_clear_invalid_tee();
    /// 116: root removes workers that do nothing.
    patch_clear_not_work_tee();
    /// 117: root removes a worker.
    force_clear_tee(puk: &WorkerKey);
    /// 118: root registers a worker.
    force_register_worker(pubkey: &WorkerKey, ecdh_pubkey: &[u8; 32], stash_account: &Option<AccountId>);
    /// 122: root says whether simulated attestations are believed.
    set_simulated_attestation_enabled(enabled: bool);
}
