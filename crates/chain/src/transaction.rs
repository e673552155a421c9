//! Transactions that are signed beforehand and handed in without waiting for a block.
//!
//! [`Chain::submit`] is what a process wants: one call, done or failed. A load generator wants
//! thousands of transactions in flight, and no signing between them.

use crate::{
    connection::about_block,
    error::{ChainError, PoolError},
    Call, Chain, Signer,
};
use cess_primitives::{AccountId, Balance};
use codec::{Compact, Decode, Encode};
use sp_core::H256;
use subxt::ext::subxt_rpcs;

/// A signed transaction, immortal and of one chain and runtime version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    title: String,
    bytes: Vec<u8>,
    hash: H256,
}

impl Transaction {
    /// Its hash.
    pub fn hash(&self) -> H256 {
        self.hash
    }

    /// Its length in a block, bytes.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }
}

impl Chain {
    /// The nonce of the account's next transaction, behind those that wait in the pool.
    pub async fn next_nonce(&self, account: &AccountId) -> Result<u64, ChainError> {
        self.connection()
            .ask("system_accountNextIndex", |rpc| async move {
                rpc.system_account_next_index(account).await
            })
            .await
    }

    /// Signs a call with a nonce that the caller keeps count of, and sends nothing.
    pub fn sign(
        &self,
        signer: &Signer,
        call: &Call,
        nonce: u64,
    ) -> Result<Transaction, ChainError> {
        let (bytes, hash) = self.connection().runtime()?.sign(signer, call, nonce)?;
        Ok(Transaction {
            title: call.title(),
            bytes,
            hash,
        })
    }

    /// What a transaction would cost in the next block, in the token's smallest unit. Nothing is sent, and
    /// neither nonce nor balance is looked at.
    pub async fn fee(&self, transaction: &Transaction) -> Result<Balance, ChainError> {
        const METHOD: &str = "TransactionPaymentApi_query_info";
        let at = self.at;
        let mut args = transaction.bytes.clone();
        // A transaction of 4 GiB could not have been signed.
        (transaction.bytes.len() as u32).encode_to(&mut args);
        let args = args.as_slice();
        let bytes = self
            .connection()
            .ask(METHOD, |rpc| async move {
                rpc.state_call(METHOD, Some(args), at).await
            })
            .await
            .map_err(|e| about_block(e, at))?;
        // `RuntimeDispatchInfo`: the weight's time and proof size, the class, the fee without a tip.
        type Info = ((Compact<u64>, Compact<u64>), u8, Balance);
        let (_, _, fee) = Info::decode(&mut &*bytes).map_err(|e| ChainError::decode(METHOD, e))?;
        Ok(fee)
    }

    /// Hands a signed transaction to the pool and returns; whether a block takes it, and how it ends,
    /// is for the caller to see in the blocks' events.
    ///
    /// Fails with [`ChainError::Pool`] when the pool refuses it; one that is there already is no
    /// error. When the connection breaks it is sent again, so that [`PoolError::Stale`] may also
    /// mean that a block took it meanwhile.
    pub async fn send(&self, transaction: &Transaction) -> Result<(), ChainError> {
        let bytes = &transaction.bytes;
        let answer = self
            .connection()
            .ask("author_submitExtrinsic", |rpc| async move {
                match rpc.author_submit_extrinsic(bytes).await {
                    Err(subxt_rpcs::Error::User(error)) => Ok(Err(PoolError::from_user(&error))),
                    other => other.map(Ok),
                }
            })
            .await?;
        match answer {
            Ok(_) | Err(PoolError::AlreadyThere) => Ok(()),
            Err(source) => Err(ChainError::Pool {
                call: transaction.title.clone(),
                source,
            }),
        }
    }
}
