//! Why calls fail: the published errors in their order, then ours from index 27 on.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
    #[pallet::error]
    pub enum Error<T> {
        /// The signer is not a registered miner.
        NotMiner,
        /// The account is a miner already, or what it held before is still being restored.
        AlreadyRegistered,
        /// A number would leave its range.
        Overflow,
        /// No such miner is registered.
        NotExisted,
        /// The account drew from the faucet within the last day.
        LessThan24Hours,
        /// Published, never raised.
        ConversionError,
        /// Published, never raised.
        AlreadyFrozen,
        /// The miner is not positive: raise its collateral, or register its PoIS key first.
        NotpositiveState,
        /// There is no room for another miner.
        StorageLimitReached,
        /// Published, never raised.
        BoundedVecError,
        /// Published, never raised.
        DataNotExist,
        /// Published, never raised.
        Unexpected,
        /// The master key did not sign this.
        VerifyTeeSigFailed,
        /// A count must not be zero.
        CountError,
        /// The miner's state does not allow this.
        StateError,
        /// A fragment can't be counted in or out: its hash is not hex, or it was never counted.
        BloomElemPushError,
        /// The collateral is less than 4000 TCESS for each TiB, or nothing is added to it.
        CollateralNotUp,
        /// Only the miner's staking account may do this.
        NotStakingAcc,
        /// Published, never raised.
        BugInvalid,
        /// The collateral was raised too recently.
        InsufficientStakingPeriod,
        /// The miner would hold more than it declared; declare more first.
        ExceedingDeclarationSpace,
        /// Fewer idle files must give way than are being replaced.
        InsufficientReplaceable,
        /// A signature has 64 bytes.
        MalformedSignature,
        /// Nobody may draw from the faucet yet; root names the account.
        NotSetWhite,
        /// Only the faucet's account on the whitelist may do this.
        WrongOrigin,
        /// The faucet gave out all of today's money.
        ExceedRelease,
        /// The miner holds more than it would declare, or would declare nothing.
        UnableReduceDeclaration,
        /// This TEE worker may not certify space.
        TeeNoPermission,
        /// The certificate is of another miner or another PoIS key.
        ForeignCertificate,
        /// The certificate does not continue from the miner's certified idle files.
        StaleCertificate,
        /// Another miner has this PoIS key; the TEE worker must make a new one.
        PoisKeyTaken,
        /// The miner has less idle space than is asked for.
        InsufficientIdleSpace,
        /// The miner has less space locked than is to be moved.
        InsufficientLockedSpace,
        /// The miner has less service space than is to be given up.
        InsufficientServiceSpace,
        /// The reservoir lends the miner less than this: attend one of its events, or store more.
        LoanTooSmall,
        /// The miner stores fragments that files count on: let them be restored or deleted first.
        StillServing,
    }
}
