//! A call of the runtime.

use crate::ChainError;
use codec::{Compact, Encode};
use std::{borrow::Cow, fmt};
use subxt::Metadata;

/// A call: names are looked up in the node's metadata when it is submitted.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    pallet: Cow<'static, str>,
    name: Cow<'static, str>,
    args: Args,
}

#[derive(Clone, PartialEq, Eq)]
enum Args {
    /// SCALE bytes of all arguments.
    Plain(Vec<u8>),
    /// One argument, which is a call.
    Call(Box<Call>),
    /// One argument, which is a list of calls.
    Calls(Vec<Call>),
}

impl Call {
    /// A call with SCALE-encoded arguments, in the order of the published interface.
    pub fn new(
        pallet: impl Into<Cow<'static, str>>,
        name: impl Into<Cow<'static, str>>,
        args: Vec<u8>,
    ) -> Self {
        Self {
            pallet: pallet.into(),
            name: name.into(),
            args: Args::Plain(args),
        }
    }

    /// The call as root, when the sudo key signs it; see [`crate::Chain::submit_sudo`].
    pub fn sudo(self) -> Self {
        Self {
            pallet: "Sudo".into(),
            name: "sudo".into(),
            args: Args::Call(Box::new(self)),
        }
    }

    /// All of these calls, or none of them when one fails.
    pub fn batch_all(calls: Vec<Self>) -> Self {
        Self {
            pallet: "Utility".into(),
            name: "batch_all".into(),
            args: Args::Calls(calls),
        }
    }

    /// `Pallet.call`.
    pub fn title(&self) -> String {
        format!("{}.{}", self.pallet, self.name)
    }

    /// Index bytes and arguments, as the runtime decodes them.
    pub(crate) fn encode_with(
        &self,
        metadata: &Metadata,
        out: &mut Vec<u8>,
    ) -> Result<(), ChainError> {
        let index = metadata.pallet_by_name(&self.pallet).and_then(|pallet| {
            Some((
                pallet.index(),
                pallet.call_variant_by_name(&self.name)?.index,
            ))
        });
        let no_such = || ChainError::NoSuchCall {
            pallet: self.pallet.clone().into_owned(),
            name: self.name.clone().into_owned(),
        };
        index.ok_or_else(no_such)?.encode_to(out);
        match &self.args {
            Args::Plain(bytes) => out.extend_from_slice(bytes),
            Args::Call(call) => call.encode_with(metadata, out)?,
            Args::Calls(calls) => {
                let count = u32::try_from(calls.len()).map_err(|e| {
                    ChainError::decode(format!("a batch of {} calls", calls.len()), e)
                })?;
                Compact(count).encode_to(out);
                calls
                    .iter()
                    .try_for_each(|call| call.encode_with(metadata, out))?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.args {
            Args::Plain(bytes) => write!(f, "{}(0x{})", self.title(), hex::encode(bytes)),
            Args::Call(call) => write!(f, "{}({call:?})", self.title()),
            Args::Calls(calls) => write!(f, "{}({calls:?})", self.title()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{calls, testing::metadata};
    use cess_primitives::{AccountId, Hash};

    fn encoded(call: &Call) -> Result<Vec<u8>, ChainError> {
        let mut out = Vec::new();
        call.encode_with(&metadata(), &mut out).map(|()| out)
    }

    #[test]
    fn a_call_is_its_two_indices_and_its_arguments() {
        let hash = Hash([b'a'; 64]);
        let mut expected = vec![104, 3, 7];
        expected.extend([b'a'; 64]);
        assert_eq!(
            encoded(&calls::file_bank::transfer_report(7, &hash)).unwrap(),
            expected
        );
    }

    #[test]
    fn sudo_and_batch_wrap_the_inner_calls() {
        let inner = calls::oss::authorize(&AccountId::new([9; 32]));
        let bytes = encoded(&inner).unwrap();
        assert_eq!(
            encoded(&inner.clone().sudo()).unwrap(),
            [&[22, 0][..], &bytes].concat()
        );
        let batch = Call::batch_all(vec![inner.clone(), inner]);
        assert_eq!(
            encoded(&batch).unwrap(),
            [&[1, 2, 8][..], &bytes, &bytes].concat()
        );
    }

    #[test]
    fn an_unknown_call_says_that_the_releases_differ() {
        let error = encoded(&Call::new("FileBank", "fly", vec![])).unwrap_err();
        assert!(
            error.to_string().contains("no call FileBank.fly"),
            "{error}"
        );
        assert!(encoded(&Call::new("Aviary", "fly", vec![])).is_err());
    }
}
