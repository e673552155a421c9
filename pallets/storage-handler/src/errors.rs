//! Why calls fail.

use frame_support::pallet_macros::pallet_section;

/// The errors, in published order.
#[pallet_section]
mod errors {
    #[pallet::error]
    pub enum Error<T> {
        /// The accounts of a territory don't add up; this is a defect of the chain.
        BugInvalid,
        /// Kept for its published index.
        BoundedVecError,
        /// The miners have no more space to rent out; take less or come back later.
        InsufficientAvailableSpace,
        /// The account can't pay the rent or the price and stay alive; top it up.
        InsufficientBalance,
        /// The territory has too little free space; expand it.
        InsufficientStorage,
        /// A number is too large; ask for less space or fewer days.
        Overflow,
        /// The service space in total is what miners hold; it can't be cleared by itself.
        WrongOperation,
        /// Kept for its published index.
        PurchasedSpace,
        /// Kept for its published index.
        NotPurchasedSpace,
        /// Kept for its published index.
        LeaseFreeze,
        /// The territory has expired; reactivate it.
        LeaseExpired,
        /// The order was not paid in time; make a new one.
        OrderExpired,
        /// Kept for its published index.
        RandomErr,
        /// There is no such order: it was paid, or has expired, or never was.
        NoOrder,
        /// A territory has a name and at least a GiB; a new lease lasts at least 30 days, a renewal
        /// one; nobody grants a territory to itself.
        ParamError,
        /// The token exists already; try again in the next block.
        DuplicateTokens,
        /// The account has no territory of this name, or no territory has this token.
        NotHaveTerritory,
        /// The territory is not active.
        NotActive,
        /// The territory has not expired; renew it instead.
        NotExpire,
        /// The territory is not for sale.
        NotOnConsignment,
        /// The lease ends too soon: a territory is sold with more than a day left, and bought early
        /// enough for the sale to take effect.
        InsufficientLease,
        /// The territory is for sale already.
        ConsignmentExisted,
        /// The territory is for sale; cancel the consignment first.
        OnConsignment,
        /// The territory does not expire at this tick.
        StateError,
        /// The territory holds files or open deals: delete or wait for them. An expired territory's
        /// files are deleted by the chain, which takes some blocks.
        ObjectNotZero,
        /// No territory with this token is for sale.
        NonExistentConsignment,
        /// Somebody is buying the territory, or its sale is due already; wait until the sale has
        /// taken effect.
        ConsignmentLocked,
        /// Nobody is buying the territory.
        ConsignmentUnLocked,
        /// Kept for its published index.
        Unexpected,
        /// Somebody else is buying the territory.
        NotBuyer,
        /// The territory has changed since the order was made, and the order does not cover it any
        /// more; make a new one.
        InvalidOrder,
        /// The territory is the sender's own.
        OwnConsignment,
        /// An order can be paid for less than 60 minutes.
        BoundariesNotMet,
        /// The account has a territory of this name already, perhaps an expired one; take another
        /// name.
        DuplicateName,
    }
}
