//! Who sends a request, proven by a signature.
//!
//! A request carries `Account` (an SS58 address with any prefix), `Message` and `Signature`
//! (sr25519). The message is good in three forms:
//!
//! * `<METHOD> <path> <unix expiry>`, for example `PUT /file 1893456000`: good for this request only,
//!   until it expires. This is the form to use.
//! * any text that contains a time (unix seconds, unix milliseconds or `YYYY-MM-DD hh:mm:ss`, UTC):
//!   good until then, as published clients send it;
//! * any other text, also one with a time of the last ten minutes, as the published JavaScript SDK sends it:
//!   good once.

mod message;
mod signature;

use crate::envelope::ApiError;
use crate::records::{Records, Spent, MESSAGES_PER_ACCOUNT};
use axum::http::{HeaderMap, HeaderValue, Method};
use cess_primitives::AccountId;
use message::Validity;
use sha2::{Digest, Sha256};
use std::time::SystemTime;

/// The sender of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) account: AccountId,
    /// What must not be seen again.
    once: Option<[u8; 32]>,
}

/// Why the sender of a request is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AuthError {
    #[error("the header {0} is missing: sign a message, for example `{1} {2} <unix expiry>`, with the account's sr25519 key and send Account, Message and Signature")]
    Missing(&'static str, Method, String),
    #[error("the header {0} is given more than once")]
    Twice(&'static str),
    #[error("EthAcc is not supported, because nothing proves that an Ethereum account may act for a CESS account: sign with the sr25519 key of Account")]
    Ethereum,
    #[error("the header Account is not an SS58 address")]
    Account,
    #[error("the header Signature is not 64 bytes in hex or base58")]
    SignatureForm,
    #[error("the signature is not one of Account over Message: sign exactly the text of the header Message with sr25519")]
    Signature,
    #[error("the message expired at {expiry} (unix time, it is {now} now): sign a new one")]
    Expired { expiry: u64, now: u64 },
    #[error(
        "the message is bound to `{bound}` but this is `{this}`: sign a message for this request"
    )]
    OtherRequest { bound: String, this: String },
    #[error("the message starts like `<METHOD> <path> <unix expiry>` but has no expiry in unix seconds or milliseconds at its end")]
    BoundForm,
    #[error("the message holds the time `{0}`, which does not exist")]
    NoSuchTime(String),
    #[error("the message was used before and holds no expiry: sign a new one, best `<METHOD> <path> <unix expiry>`")]
    Replayed,
    #[error("the account used {MESSAGES_PER_ACCOUNT} messages without expiry, which is all that are remembered: put an expiry into the message, best `<METHOD> <path> <unix expiry>`")]
    TooMany,
}

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        let msg = error.to_string();
        match error {
            AuthError::Missing(..) => Self::unauthorized(msg),
            AuthError::Twice(_) | AuthError::Account | AuthError::SignatureForm => {
                Self::bad_request(msg)
            }
            AuthError::BoundForm | AuthError::NoSuchTime(_) => Self::bad_request(msg),
            _ => Self::forbidden(msg),
        }
    }
}

/// Checks who sends a request. `path` is as it was sent, without the query.
pub(crate) fn authenticate(
    method: &Method,
    path: &str,
    headers: &HeaderMap,
    now: SystemTime,
) -> Result<Caller, AuthError> {
    let header = |name: &'static str| -> Result<&HeaderValue, AuthError> {
        let mut values = headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (Some(value), None) if !value.is_empty() => Ok(value),
            (Some(_), Some(_)) => Err(AuthError::Twice(name)),
            _ => Err(AuthError::Missing(name, method.clone(), path.to_owned())),
        }
    };
    if headers.contains_key("EthAcc") {
        return Err(AuthError::Ethereum);
    }
    let account = header("Account")?
        .to_str()
        .map_err(|_| AuthError::Account)?;
    let account: AccountId = account.trim().parse().map_err(|_| AuthError::Account)?;
    let message = header("Message")?.as_bytes();
    let candidates = signature::decode(header("Signature")?.as_bytes());
    if candidates.is_empty() {
        return Err(AuthError::SignatureForm);
    }
    if !signature::verify(&account, message, &candidates) {
        return Err(AuthError::Signature);
    }
    let validity = message::check(message, method, path, now)?;
    let once =
        (validity == Validity::Once).then(|| Sha256::new_with_prefix(message).finalize().into());
    Ok(Caller { account, once })
}

impl Caller {
    /// What stands for a message that is good once.
    pub(crate) fn once(&self) -> Option<[u8; 32]> {
        self.once
    }

    /// Uses the message up, if it is good once only. Called when the request is about to take
    /// effect, and only for accounts that authorised this gateway, so that strangers cannot fill the
    /// records.
    pub(crate) async fn spend(&self, records: &Records) -> Result<(), ApiError> {
        let Some(message) = self.once else {
            return Ok(());
        };
        match records.spend(self.account.clone(), message).await? {
            Ok(()) => Ok(()),
            Err(Spent::Before) => Err(AuthError::Replayed.into()),
            Err(Spent::TooMany) => Err(AuthError::TooMany.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cess_chain::Signer;
    use std::time::Duration;

    const NOW: u64 = 1_800_000_000;

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)
    }

    fn headers(account: &str, message: &str, signature: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("Account", account),
            ("Message", message),
            ("Signature", signature),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        headers
    }

    fn signed(message: &str) -> HeaderMap {
        let alice = Signer::from_uri("//Alice").unwrap();
        let signature = hex::encode(alice.sign(message.as_bytes()));
        headers(&alice.ss58(), message, &signature)
    }

    fn put(headers: &HeaderMap) -> Result<Caller, AuthError> {
        authenticate(&Method::PUT, "/file", headers, now())
    }

    #[test]
    fn every_form_of_account_and_signature_names_the_same_sender() {
        let alice = Signer::from_uri("//Alice").unwrap();
        let message = format!("PUT /file {}", NOW + 60);
        let raw = alice.sign(message.as_bytes());
        let wrapped = alice.sign(format!("<Bytes>{message}</Bytes>").as_bytes());
        let generic = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
        let upper = hex::encode_upper(raw);
        for account in [alice.ss58(), generic.into()] {
            for signature in [
                hex::encode(raw),
                upper.clone(),
                format!("0x{}", hex::encode(raw)),
                bs58::encode(raw).into_string(),
                hex::encode(wrapped),
            ] {
                let caller = put(&headers(&account, &message, &signature)).unwrap();
                assert_eq!(
                    caller,
                    Caller {
                        account: alice.account_id(),
                        once: None
                    }
                );
            }
        }
    }

    #[test]
    fn a_raw_signature_is_taken_where_http_can_carry_it() {
        let alice = Signer::from_uri("//Alice").unwrap();
        // sr25519 signatures are random: some have no byte that a header cannot hold.
        let signature = std::iter::repeat_with(|| alice.sign(b"once")).find_map(|raw| {
            HeaderValue::from_bytes(&raw)
                .ok()
                .filter(|_| raw.trim_ascii() == raw)
        });
        let mut headers = signed("once");
        headers.insert("Signature", signature.unwrap());
        assert!(put(&headers).is_ok());
    }

    #[test]
    fn what_is_missing_double_or_malformed_is_named() {
        for name in ["Account", "Message", "Signature"] {
            let mut missing = signed("x");
            missing.remove(name);
            assert!(matches!(put(&missing), Err(AuthError::Missing(n, ..)) if n == name));
            let mut double = signed("x");
            double.append(name, "more".parse().unwrap());
            assert_eq!(put(&double), Err(AuthError::Twice(name)));
        }
        let good = signed("x");
        let with = |name: &'static str, value: &str| {
            let mut headers = good.clone();
            headers.insert(name, value.parse().unwrap());
            put(&headers)
        };
        assert_eq!(with("Account", "5Grw"), Err(AuthError::Account));
        assert_eq!(with("Signature", "zz"), Err(AuthError::SignatureForm));
        assert_eq!(with("Message", "y"), Err(AuthError::Signature));
        assert_eq!(with("EthAcc", "0xabc"), Err(AuthError::Ethereum));
        let bob = Signer::from_uri("//Bob").unwrap().ss58();
        assert_eq!(with("Account", &bob), Err(AuthError::Signature));
    }

    #[test]
    fn a_bound_message_is_good_for_its_request_until_it_expires() {
        assert!(put(&signed(&format!("PUT /file {}", NOW + 1))).is_ok());
        assert!(put(&signed(&format!("PUT /file {}", (NOW + 1) * 1000))).is_ok());
        for bound in ["DELETE /file", "PUT /object/abc"] {
            let result = put(&signed(&format!("{bound} {}", NOW + 1)));
            assert!(matches!(result, Err(AuthError::OtherRequest { .. })));
        }
        let result = put(&signed(&format!("PUT /file {}", NOW - 1)));
        assert_eq!(
            result,
            Err(AuthError::Expired {
                expiry: NOW - 1,
                now: NOW
            })
        );
        for incomplete in ["PUT /file", "PUT /file soon", "PUT /file 7"] {
            assert_eq!(put(&signed(incomplete)), Err(AuthError::BoundForm));
        }
    }

    #[test]
    fn a_free_message_is_good_until_the_time_in_it_else_once() {
        for future in [format!("hello {}", NOW + 5), "2030-01-01 00:00:00".into()] {
            assert_eq!(put(&signed(&future)).unwrap().once, None);
        }
        for past in [format!("hello {}", NOW - 601), "2020-02-29 23:59:59".into()] {
            assert!(matches!(
                put(&signed(&past)),
                Err(AuthError::Expired { .. })
            ));
        }
        for once in ["hello".into(), format!("hello {}", NOW - 600)] {
            assert!(put(&signed(&once)).unwrap().once.is_some());
        }
        assert!(matches!(
            put(&signed("2030-02-30 00:00:00")),
            Err(AuthError::NoSuchTime(_))
        ));
    }
}
