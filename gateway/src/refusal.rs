//! What the chain's errors mean to somebody who uses a gateway.

use crate::db::DbError;
use crate::envelope::ApiError;
use crate::GatewayError;
use cess_chain::{ChainError, PoolError};
use cess_primitives::{AccountId, SS58_PREFIX};
use cess_segment::SegmentError;
use sp_core::crypto::{Ss58AddressFormat, Ss58Codec};

/// An account with the prefix of CESS (`cX…`).
pub(crate) fn ss58(account: &AccountId) -> String {
    account.to_ss58check_with_version(Ss58AddressFormat::custom(SS58_PREFIX))
}

/// How to let this gateway act for a user.
pub(crate) fn not_authorised(gateway: &AccountId) -> ApiError {
    let address = ss58(gateway);
    ApiError::forbidden(format!(
        "this gateway may not act for the account: call Oss.authorize({address}) with it first"
    ))
}

/// The answer to a request that the chain refused or did not answer.
pub(crate) fn of_chain(error: ChainError, gateway: &AccountId) -> ApiError {
    let address = ss58(gateway);
    match &error {
        ChainError::Dispatch {
            pallet,
            error: name,
            docs,
            ..
        } => of_dispatch(pallet, name, docs, gateway),
        ChainError::Pool {
            source: PoolError::CannotPay,
            ..
        } => ApiError::unavailable(format!(
            "the gateway cannot pay the transaction's fee: transfer some tokens to {address}"
        )),
        ChainError::Pool { .. } | ChainError::Unreachable { .. } => {
            ApiError::unavailable(error.to_string())
        }
        ChainError::NotIncluded { .. } => ApiError::gateway_timeout(error.to_string()),
        _ => ApiError::bad_gateway(error.to_string()),
    }
}

fn of_dispatch(pallet: &str, name: &str, docs: &str, gateway: &AccountId) -> ApiError {
    let same = "; GET /file/deal/<fid> tells how far it is";
    match (pallet, name) {
        ("FileBank", "NoPermission") => not_authorised(gateway),
        ("FileBank", "Existed") => {
            ApiError::conflict(format!("the same content is being stored already{same}"))
        }
        ("FileBank", "IsOwned") => {
            ApiError::conflict("the account holds this file in this territory already")
        }
        ("FileBank", "Calculate") => ApiError::conflict(
            "the file is still being tagged by TEE workers: try again when its state is `active`",
        ),
        ("FileBank", "NotOwner") => ApiError::forbidden("the account does not own this file"),
        ("FileBank", "FileNonExistent" | "NonExistent") => {
            ApiError::not_found("the chain knows no such file or deal (any more)")
        }
        ("FileBank", "SegmentsDiffer") => ApiError::conflict(
            "the chain knows this file with other fragments: the first one who declared it gave \
             wrong hashes, so it cannot be shared; change a byte of the file",
        ),
        ("FileBank", "StorageLimitReached") => ApiError::forbidden(
            "the account holds as many files, or the file has as many owners, as the chain allows",
        ),
        ("FileBank", "LessMinLength") => ApiError::bad_request("a file name has 3 to 63 bytes"),
        ("FileBank", "NotActive") => ApiError::bad_request(
            "the territory expired or is being cleared: rent another one with \
             StorageHandler.mint_territory and name it",
        ),
        ("StorageHandler", "NotHaveTerritory") => ApiError::bad_request(
            "the account has no such territory: rent it with StorageHandler.mint_territory",
        ),
        ("StorageHandler", "InsufficientStorage" | "InsufficientAvailableSpace") => {
            ApiError::bad_request(
                "the territory has too little space left: enlarge it with \
                 StorageHandler.expanding_territory",
            )
        }
        ("StorageHandler", "NotActive" | "LeaseFreeze" | "LeaseExpired") => ApiError::bad_request(
            "the territory is not active: renew it with StorageHandler.renewal_territory",
        ),
        _ => ApiError::bad_request(format!("the chain refused: {pallet}.{name}: {docs}")),
    }
}

/// The answer to a request whose file cannot be cut or opened.
pub(crate) fn of_segment(error: SegmentError) -> ApiError {
    let msg = error.to_string();
    match error {
        SegmentError::TooManySegments { .. } => ApiError::too_large(msg),
        SegmentError::Empty | SegmentError::KeyLength(_) | SegmentError::EmptyPassword => {
            ApiError::bad_request(msg)
        }
        SegmentError::WrongLength { .. } => ApiError::bad_request(format!(
            "{msg}: the upload was cut off, or its Content-Length is wrong; send it again"
        )),
        SegmentError::PasswordNeeded => {
            ApiError::forbidden(format!("{msg}; give it in the header Cipher"))
        }
        SegmentError::WrongPassword | SegmentError::WrongPasswordOrDamaged(_) => {
            ApiError::forbidden(format!("{msg}; check the header Cipher"))
        }
        SegmentError::SizeMismatch { .. } => ApiError::forbidden(
            "the file cannot be opened like this: if it is encrypted, give its password in the \
             header Cipher; if it is not, leave the header out",
        ),
        SegmentError::Io(error) => of_io(&error),
        _ => ApiError::internal(msg),
    }
}

/// The answer when the gateway's disk fails.
pub(crate) fn of_io(error: &std::io::Error) -> ApiError {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    match error.kind() {
        StorageFull | QuotaExceeded => ApiError::no_space(
            "the gateway's disk is full: try again later, or use another gateway",
        ),
        _ => ApiError::internal(format!("the gateway's disk failed: {error}")),
    }
}

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        Self::internal(error.to_string())
    }
}

impl ApiError {
    /// The answer when the gateway itself failed.
    pub(crate) fn of_gateway(error: GatewayError, gateway: &AccountId) -> Self {
        match error {
            GatewayError::Chain(error) => of_chain(error, gateway),
            GatewayError::Segment(error) => of_segment(error),
            GatewayError::Io(error) => of_io(&error),
            other => Self::internal(other.to_string()),
        }
    }
}
