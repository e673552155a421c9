//! Calls of pallet Balances (6).

use cess_primitives::{AccountId, Balance};
use codec::{Compact, Encode};
use sp_runtime::MultiAddress;

/// Transfers money and keeps the sender's account alive.
pub fn transfer_keep_alive(dest: &AccountId, value: Balance) -> crate::Call {
    transfer("transfer_keep_alive", dest, value)
}

/// Transfers money, even all of it.
pub fn transfer_allow_death(dest: &AccountId, value: Balance) -> crate::Call {
    transfer("transfer_allow_death", dest, value)
}

fn transfer(name: &'static str, dest: &AccountId, value: Balance) -> crate::Call {
    let dest = MultiAddress::<AccountId, u32>::Id(dest.clone());
    crate::Call::new("Balances", name, (dest, Compact(value)).encode())
}
