//! Calls of pallet Sminer (105): miners, stakes, rewards.

use cess_primitives::{
    miner::{Endpoint, PoISKey},
    tee::WorkerKey,
    AccountId, Balance,
};
use codec::Compact;

calls! { "Sminer";
    /// 0: registers the signer as a miner that stakes for itself.
    regnstk(beneficiary: &AccountId, endpoint: &Endpoint, staking_val: Balance, tib_count: u32);
    /// 1: adds to a miner's collateral.
    increase_collateral(miner: &AccountId, collaterals: Compact<Balance>);
    /// 2: changes who receives the rewards.
    update_beneficiary(beneficiary: &AccountId);
    /// 3: changes where the miner is reached.
    update_endpoint(endpoint: &Endpoint);
    /// 4: promises less space.
    decrease_declaration_space(tib_count: u32);
    /// 6: collects the rewards that are due.
    receive_reward();
    /// 7: the miner wishes to leave.
    miner_exit_prep(miner: &AccountId);
    /// 8: root lets a miner leave.
    miner_exit(miner: &AccountId);
    /// 9: a miner that left takes its stake back.
    miner_withdraw();
    /// 13: fills the faucet.
    faucet_top_up(award: Balance);
    /// 14: draws from the faucet.
    faucet(to: &AccountId);
    /// 15: root sets the graph of the proof of idle space.
    update_expender(k: u64, n: u64, d: u64);
    /// 16: registers the key for proofs of idle space.
    register_pois_key(pois_key: &PoISKey, tee_sig_need_verify: &[u8], tee_sig: &[u8], tee_puk: &WorkerKey);
    /// 17: registers the signer as a miner whose collateral another account stakes.
    regnstk_assign_staking(beneficiary: &AccountId, endpoint: &Endpoint, staking_account: &AccountId, tib_count: u32);
    /// 18: promises more space.
    increase_declaration_space(tib_count: u32);
    /// 19: root forgets a miner's service space.
    clear_miner_service(miner: &AccountId);
    /// 20: root sets who may fill the faucet.
    set_facuet_whitelist(acc: &AccountId);
}
