//! Calls of pallet Staking (11); root only.

calls! { "Staking";
    /// 12: ends the era with the running session.
    force_new_era();
}
