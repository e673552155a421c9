//! Why calls fail.

use frame_support::pallet_macros::pallet_section;

/// The errors, in published order; ours follow from index 22 on.
#[pallet_section]
mod errors {
    #[pallet::error]
    pub enum Error<T> {
        /// Kept for its published index.
        BoundedVecError,
        /// Kept for its published index.
        StorageLimitReached,
        /// Kept for its published index.
        Overflow,
        /// The miner is not challenged.
        NoChallenge,
        /// Kept for its published index.
        ScheduleNonExistent,
        /// Kept for its published index.
        FileTypeError,
        /// The miner has no space, or this side of the challenge nothing to prove.
        NotQualified,
        /// Verdicts can't be due before proofs; choose another tick.
        RecordTimeError,
        /// Kept for its published index.
        OffchainSignedTxError,
        /// Kept for its published index.
        NoLocalAcctForSigning,
        /// Kept for its published index.
        LengthExceedsLimit,
        /// Kept for its published index.
        SystemError,
        /// The challenge has no slip at the old tick; look up where it is.
        NonExistentMission,
        /// Kept for its published index.
        UnexpectedError,
        /// The proof was due earlier.
        Expired,
        /// The master key did not sign this.
        VerifyTeeSigFailed,
        /// The verdict is over other fragments than those of the snapshot.
        BloomFilterError,
        /// The proof, verdict or report is in already.
        Submitted,
        /// The expenders leave fewer than eight nodes to choose from; update them.
        RandomErr,
        /// There is no proof that the verdict could be over.
        UnSubmitted,
        /// The worker does not owe this verdict, or may not give verdicts.
        TeeNoPermission,
        /// A signature has 64 bytes.
        MalformedSignature,
        /// The miner's last challenge is still open; wait for its end.
        AlreadyChallenged,
        /// No TEE worker could give a verdict; register one first.
        NoVerifier,
    }
}
