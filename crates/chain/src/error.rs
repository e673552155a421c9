//! What can go wrong between a process and the chain, each with its remedy.

use sp_core::H256;
use std::time::Duration;
use subxt::ext::subxt_rpcs;
use thiserror::Error;

/// Why a question to the chain, or a call, failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ChainError {
    /// The node did not answer for as long as the caller is patient.
    #[error("no answer from {url} for {} s ({reason}): check that the node runs and that its RPC port is right", .waited.as_secs())]
    Unreachable {
        /// The node's address.
        url: String,
        /// How long was tried.
        waited: Duration,
        /// The last failure.
        reason: String,
    },
    /// The node came back with another chain.
    #[error("{url} serves the chain {found:?} but this process belongs to {expected:?}: point it at its own network or start it with fresh data")]
    WrongChain {
        /// The node's address.
        url: String,
        /// Genesis hash that this process started with.
        expected: H256,
        /// Genesis hash that the node has now.
        found: H256,
    },
    /// The node answered with a JSON-RPC error.
    #[error("the node refused {method}: {message} (code {code})")]
    Rpc {
        /// What was asked.
        method: &'static str,
        /// JSON-RPC error code.
        code: i32,
        /// The node's words.
        message: String,
    },
    /// The answer was not what the method promises.
    #[error(
        "the node's answer to {method} makes no sense ({reason}): it may be another kind of node"
    )]
    Answer {
        /// What was asked.
        method: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// Stored bytes don't have the published shape.
    #[error("{what} does not have the published shape ({reason}): node and process are of different releases")]
    Decode {
        /// Which value.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The runtime lacks a pallet or a call.
    #[error("the node's runtime has no call {pallet}.{name}: node and process are of different releases")]
    NoSuchCall {
        /// The pallet.
        pallet: String,
        /// The call.
        name: String,
    },
    /// The runtime's metadata cannot be used.
    #[error(
        "the runtime's metadata cannot be used ({0}): node and process are of different releases"
    )]
    Metadata(String),
    /// The node threw the state of this block away.
    #[error("the node no longer has the state of block {0:?}: ask for a newer block or start it with --state-pruning archive")]
    Pruned(H256),
    /// The transaction pool refused the transaction.
    #[error("the transaction pool refused {call}: {source}")]
    Pool {
        /// `Pallet.call`.
        call: String,
        /// Why.
        source: PoolError,
    },
    /// The call was executed and failed.
    #[error("{call} failed with {pallet}.{error}: {docs}")]
    Dispatch {
        /// `Pallet.call`.
        call: String,
        /// The pallet whose error it is; `System` for errors of no pallet.
        pallet: String,
        /// The error's name.
        error: String,
        /// What the runtime says about it.
        docs: String,
    },
    /// No block took the transaction in time. It may still be included later.
    #[error("no block included {call} within {} s: check that the chain produces blocks; the call may still take effect", .waited.as_secs())]
    NotIncluded {
        /// `Pallet.call`.
        call: String,
        /// How long was waited.
        waited: Duration,
    },
}

/// Why the transaction pool does not want a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PoolError {
    /// The nonce was used already.
    #[error("its nonce was used already: somebody else signs with the same account")]
    Stale,
    /// The signer cannot pay the fee.
    #[error("the account cannot pay the fee: transfer some tokens to it")]
    CannotPay,
    /// Signature, chain or runtime version do not fit.
    #[error("its signature does not fit this runtime: node and process are of different releases")]
    BadSignature,
    /// The same bytes were refused a moment ago.
    #[error("the same transaction was refused a moment ago and is banned for a while")]
    Banned,
    /// The pool has these bytes already.
    #[error("the pool has this transaction already")]
    AlreadyThere,
    /// Another transaction of the same nonce waits with a higher tip.
    #[error("another transaction of the same nonce waits in the pool")]
    PriorityTooLow,
    /// The pool is full.
    #[error("the pool is full: try again when blocks have drained it")]
    Full,
    /// Anything else.
    #[error("{message} (code {code})")]
    Refused {
        /// JSON-RPC error code.
        code: i32,
        /// The node's words.
        message: String,
    },
}

impl ChainError {
    /// Whether the call failed with this error of this pallet.
    pub fn is_dispatch(&self, wanted_pallet: &str, wanted_error: &str) -> bool {
        matches!(self, Self::Dispatch { pallet, error, .. } if pallet == wanted_pallet && error == wanted_error)
    }

    /// Whether the node may be up again later: nothing is known about the question itself.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }

    pub(crate) fn decode(what: impl Into<String>, reason: impl ToString) -> Self {
        Self::Decode {
            what: what.into(),
            reason: reason.to_string(),
        }
    }

    /// Gives a typed form to an error that is not a lost connection.
    pub(crate) fn from_rpc(method: &'static str, error: subxt_rpcs::Error) -> Self {
        match error {
            subxt_rpcs::Error::User(e) => Self::Rpc {
                method,
                code: e.code,
                message: words(&e),
            },
            other => Self::Answer {
                method,
                reason: other.to_string(),
            },
        }
    }
}

impl PoolError {
    /// Codes of `sc-rpc-api`'s author interface; 1010 tells its cause in the data only.
    pub(crate) fn from_user(error: &subxt_rpcs::UserError) -> Self {
        let message = words(error);
        match error.code {
            1010 if message.contains("outdated") => Self::Stale,
            1010 if message.contains("pay some fees") => Self::CannotPay,
            1010 if message.contains("bad signature") => Self::BadSignature,
            1012 => Self::Banned,
            1013 => Self::AlreadyThere,
            1014 => Self::PriorityTooLow,
            1016 => Self::Full,
            code => Self::Refused { code, message },
        }
    }
}

/// Message and data of a JSON-RPC error in one line.
fn words(error: &subxt_rpcs::UserError) -> String {
    match &error.data {
        Some(data) => format!("{}: {}", error.message, data.get().trim_matches('"')),
        None => error.message.clone(),
    }
}
