//! Messages to TEE workers on which an audit depends.

use cess_tee_api::podr2::RequestBatchVerify;
use cess_tee_api::pois::{RequestSpaceProofVerify, RequestSpaceProofVerifyTotal};
use std::any::Any;

/// A message that the miner is about to sign. They are the published ones, so that a strain does not
/// depend on how proofs are made.
#[non_exhaustive]
pub enum Message<'a> {
    /// A batch of a service proof.
    Service(&'a mut RequestBatchVerify),
    /// A part of an idle proof.
    Idle(&'a mut RequestSpaceProofVerify),
    /// The request for the verdict over the idle proof.
    IdleTotal(&'a mut RequestSpaceProofVerifyTotal),
    /// Any other: about keys, certificates and idle files that are given up.
    Other,
}

impl<'a> Message<'a> {
    /// Recognises a message.
    pub fn of(message: &'a mut dyn Any) -> Self {
        if message.is::<RequestBatchVerify>() {
            return message.downcast_mut().map_or(Self::Other, Self::Service);
        }
        if message.is::<RequestSpaceProofVerify>() {
            return message.downcast_mut().map_or(Self::Other, Self::Idle);
        }
        message.downcast_mut().map_or(Self::Other, Self::IdleTotal)
    }
}
