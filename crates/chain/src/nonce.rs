//! Consecutive nonces for concurrent transactions of one account.

use cess_primitives::AccountId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The next nonce of an account, if it is known. The lock is held while a transaction enters the
/// pool, so that nonces arrive in order and a refused transaction leaves no gap.
pub(crate) type NextNonce = Arc<tokio::sync::Mutex<Option<u64>>>;

/// One counter for each account that signs in this process.
#[derive(Default)]
pub(crate) struct Nonces(Mutex<HashMap<AccountId, NextNonce>>);

impl Nonces {
    pub(crate) fn of(&self, account: &AccountId) -> NextNonce {
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(counters.entry(account.clone()).or_default())
    }
}
