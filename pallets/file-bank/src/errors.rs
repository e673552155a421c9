//! Why calls fail.

use frame_support::pallet_macros::pallet_section;

/// The errors, in published order; ours follow from index 33 on.
#[pallet_section]
mod errors {
    #[pallet::error]
    pub enum Error<T> {
        /// The fid has a live deal (wait for its end, or cancel it), the column or the miner was
        /// reported already, or the fragment's restoral order is open already.
        Existed,
        /// Kept for its published index.
        FileExistent,
        /// No file with this fid is stored; check the fid, or whether its deal is complete.
        FileNonExistent,
        /// Kept for its published index.
        Overflow,
        /// The account does not own the file.
        NotOwner,
        /// Kept for its published index.
        ScheduleNonExistent,
        /// Kept for its published index.
        BoundedVecError,
        /// The user holds as many files, or this file in as many territories, or the file has as many
        /// owners, as there may be.
        StorageLimitReached,
        /// Kept for its published index.
        MinerPowerInsufficient,
        /// The bucket has files in it; take them out or delete them first.
        NotEmpty,
        /// Another miner claimed the order; it may be claimed again after its deadline.
        Locked,
        /// The owner has as many buckets as there may be.
        LengthExceedsLimit,
        /// The pallet's own records contradict each other.
        BugInvalid,
        /// A hash is not 64 characters of lower-case hex.
        ConvertHashError,
        /// The sender is neither the owner nor authorised by it; use `Oss.authorize`. For an order:
        /// the sender did not claim it.
        NoPermission,
        /// There is no such deal or restoral order, or the miner does not hold such a fragment.
        NonExistent,
        /// Kept for its published index.
        Unexpected,
        /// A file name has at least three bytes.
        LessMinLength,
        /// Kept for its published index.
        Unprepared,
        /// The user holds this file in this territory already.
        IsOwned,
        /// A file has at least one segment, a segment exactly 12 fragments, equal segments equal
        /// fragments, and a column an index from 1 to 12.
        SpecError,
        /// Kept for its published index.
        PanicOverflow,
        /// Kept for its published index.
        InsufficientAvailableSpace,
        /// The file is still being tagged; wait for `FileActivated`.
        Calculate,
        /// The sender is not a positive miner; or the miner that is said to have left did not, or
        /// the sender has left itself.
        MinerStateError,
        /// The deal's life, or the time to complete the claimed order, is over.
        Expired,
        /// The master key did not sign this.
        VerifyTeeSigFailed,
        /// The TEE worker is not registered, or its role does not allow this.
        TeeNoPermission,
        /// The digests are not exactly the miner's untagged fragments of the file.
        DigestError,
        /// A signature has 64 bytes.
        MalformedSignature,
        /// What was signed names another miner than the sender.
        MinerError,
        /// The miner holds another fragment of the same segment; one miner holds one at most.
        RulesNotAllowed,
        /// The territory does not exist, expired, or is being cleared.
        NotActive,
        /// The fid is not the Merkle root over the declared segments.
        FidMismatch,
        /// The file's size is zero, or more than its segments hold.
        SizeMismatch,
        /// The file is stored already, from other segments or fragments than the declared ones.
        SegmentsDiffer,
        /// A fragment with the same hash, of another file or miner, is being restored; try again
        /// when that order is done.
        FragmentBusy,
        /// Nothing of this file waits for the miner's tags.
        NothingToTag,
        /// The signature was used before; have the restored fragments tagged anew.
        SignatureSpent,
        /// An earlier file with this fid left orders and duties behind that are still being removed;
        /// try again in a few blocks.
        StillErasing,
        /// A bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens, begins and ends
        /// with a letter or digit, has no two dots in a row, and is not like an IP address.
        InvalidBucketName,
        /// The owner has a bucket of this name already.
        SameBucketName,
        /// The owner has no bucket of this name; create it first.
        NoSuchBucket,
        /// The file is in none of the owner's buckets.
        NotInBucket,
    }
}
