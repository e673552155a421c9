//! The calls: each checks its origin and hands over to the file of its concern.

use frame_support::pallet_macros::pallet_section;

/// The published calls.
#[pallet_section]
mod calls {
    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Rents `gib_count` GiB for `days` days under a name that the sender has not used yet.
        ///
        /// Emits [`Event::MintTerritory`]; fails with [`Error::ParamError`],
        /// [`Error::DuplicateName`], [`Error::InsufficientAvailableSpace`], [`Error::Overflow`],
        /// [`Error::InsufficientBalance`] or [`Error::DuplicateTokens`].
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::mint_territory())]
        pub fn mint_territory(
            origin: OriginFor<T>,
            gib_count: u32,
            territory_name: Name,
            days: u32,
        ) -> DispatchResult {
            let sender = ensure_signed(origin)?;
            Self::lease(OrderType::Buy, &sender, territory_name, gib_count, days)
        }

        /// Adds `gib_count` GiB to an active territory for the rest of its lease, whose last day
        /// counts as a whole.
        ///
        /// Emits [`Event::ExpansionTerritory`]; fails with [`Error::ParamError`],
        /// [`Error::NotHaveTerritory`], [`Error::NotActive`],
        /// [`Error::InsufficientAvailableSpace`], [`Error::Overflow`] or
        /// [`Error::InsufficientBalance`].
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::expanding_territory())]
        pub fn expanding_territory(
            origin: OriginFor<T>,
            territory_name: Name,
            gib_count: u32,
        ) -> DispatchResult {
            let sender = ensure_signed(origin)?;
            Self::lease(OrderType::Expansion, &sender, territory_name, gib_count, 0)
        }

        /// Lengthens the lease of an active or frozen territory by `days` days; a frozen one
        /// becomes active, and its days count from now.
        ///
        /// Emits [`Event::RenewalTerritory`]; fails with [`Error::ParamError`],
        /// [`Error::NotHaveTerritory`], [`Error::OnConsignment`], [`Error::LeaseExpired`],
        /// [`Error::Overflow`] or [`Error::InsufficientBalance`].
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::renewal_territory())]
        pub fn renewal_territory(
            origin: OriginFor<T>,
            territory_name: Name,
            days: u32,
        ) -> DispatchResult {
            let sender = ensure_signed(origin)?;
            Self::lease(OrderType::Renewal, &sender, territory_name, 0, days)
        }

        /// Sets the price of a GiB for a day back to 30 TCESS. Origin: root.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::update_price())]
        pub fn update_price(origin: OriginFor<T>) -> DispatchResult {
            ensure_root(origin)?;
            UnitPrice::<T>::put(DEFAULT_PRICE);
            Ok(())
        }

        /// Sets the tick at which a lease ends, for tests and for governance. Origin: root.
        ///
        /// A frozen territory becomes active when the tick lies ahead, and expires later or earlier
        /// when it does not. Fails with [`Error::NotHaveTerritory`] or [`Error::LeaseExpired`].
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::update_user_territory_life())]
        pub fn update_user_territory_life(
            origin: OriginFor<T>,
            user: AccountId,
            terr_name: Name,
            deadline: Tick,
        ) -> DispatchResult {
            ensure_root(origin)?;
            Self::set_lease_end(&user, &terr_name, deadline)
        }

        /// Orders a territory, more space or more days for `target_acc`, at today's price, to be
        /// paid by whoever likes. Origin: anyone.
        ///
        /// `gib_count` matters for a purchase and an expansion, `days` for a purchase and a renewal,
        /// within the limits of the calls that they stand for; `expired` is how long the order can
        /// be paid: fewer than 60 minutes of the protocol's day, in any case one tick. The order's
        /// record names the GiB and days that its price covers.
        ///
        /// Emits [`Event::CreatePayOrder`]; fails with [`Error::BoundariesNotMet`],
        /// [`Error::ParamError`], [`Error::DuplicateName`], [`Error::NotHaveTerritory`],
        /// [`Error::NotActive`], [`Error::OnConsignment`], [`Error::LeaseExpired`] or
        /// [`Error::Overflow`].
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::create_order())]
        pub fn create_order(
            origin: OriginFor<T>,
            target_acc: AccountId,
            territory_name: Name,
            order_type: OrderType,
            gib_count: u32,
            days: u32,
            expired: u32,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::make_order(
                target_acc,
                territory_name,
                order_type,
                gib_count,
                days,
                expired,
            )
        }

        /// Pays an order, which then takes effect and is gone. Origin: anyone.
        ///
        /// Emits [`Event::PaidOrder`] after the event of what was ordered; fails with
        /// [`Error::NoOrder`], [`Error::OrderExpired`], [`Error::InvalidOrder`], and as the call
        /// that the order stands for.
        #[pallet::call_index(7)]
        #[pallet::weight(costs::exec_order::<T>())]
        pub fn exec_order(origin: OriginFor<T>, order_id: OrderId) -> DispatchResult {
            let payer = ensure_signed(origin)?;
            Self::pay_order(&payer, order_id)
        }

        /// Always fails with [`Error::WrongOperation`]: the total of service space is the sum over
        /// all miners and moves only with them. Origin: root.
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::clear_service_space())]
        pub fn clear_service_space(origin: OriginFor<T>) -> DispatchResult {
            ensure_root(origin)?;
            Err(Error::<T>::WrongOperation.into())
        }

        /// Sets the price of a GiB for a day, in base units. Origin: root.
        #[pallet::call_index(9)]
        #[pallet::weight(T::WeightInfo::define_update_price())]
        pub fn define_update_price(origin: OriginFor<T>, price: Balance) -> DispatchResult {
            ensure_root(origin)?;
            UnitPrice::<T>::put(price);
            Ok(())
        }

        /// Computes the free space of a territory again from its other accounts; it changes nothing
        /// on a chain whose accounts agree. Origin: root.
        ///
        /// Fails with [`Error::NotHaveTerritory`], or with [`Error::BugInvalid`] when more is used
        /// and locked than there is.
        #[pallet::call_index(10)]
        #[pallet::weight(T::WeightInfo::fix_territory_space_for_reactivate())]
        pub fn fix_territory_space_for_reactivate(
            origin: OriginFor<T>,
            acc: AccountId,
            tname: Name,
        ) -> DispatchResult {
            ensure_root(origin)?;
            Self::recount(&acc, &tname)
        }

        /// Rents the sender's expired territory again for `days` days from now, at the price of a
        /// new one.
        ///
        /// Its files must be gone, which takes the chain some blocks after the expiry. Emits
        /// [`Event::ReactivateTerritory`]; fails with [`Error::ParamError`],
        /// [`Error::NotHaveTerritory`], [`Error::NotExpire`], [`Error::ObjectNotZero`],
        /// [`Error::InsufficientAvailableSpace`], [`Error::Overflow`] or
        /// [`Error::InsufficientBalance`].
        #[pallet::call_index(101)]
        #[pallet::weight(T::WeightInfo::reactivate_territory())]
        pub fn reactivate_territory(
            origin: OriginFor<T>,
            territory_name: Name,
            days: u32,
        ) -> DispatchResult {
            let sender = ensure_signed(origin)?;
            Self::reactivate(&sender, &sender, territory_name, days)
        }

        /// Puts the sender's territory on sale for `price` base units.
        ///
        /// It must be active, empty, and have more than a day left. Emits [`Event::Consignment`];
        /// fails with [`Error::NotHaveTerritory`], [`Error::ConsignmentExisted`],
        /// [`Error::NotActive`], [`Error::ObjectNotZero`] or [`Error::InsufficientLease`].
        #[pallet::call_index(102)]
        #[pallet::weight(T::WeightInfo::territory_consignment())]
        pub fn territory_consignment(
            origin: OriginFor<T>,
            territory_name: Name,
            price: Balance,
        ) -> DispatchResult {
            let sender = ensure_signed(origin)?;
            Self::consign(sender, territory_name, price)
        }

        /// Buys a territory that is for sale; `rename` is what it will be called. Origin: anyone but
        /// its owner.
        ///
        /// The price is reserved until the sale takes effect, `consignment_lock` ticks later. If the
        /// name is taken by then, the territory is called by the bytes of its token. Emits
        /// [`Event::BuyConsignment`]; fails with [`Error::NonExistentConsignment`],
        /// [`Error::OwnConsignment`], [`Error::ConsignmentLocked`], [`Error::ParamError`],
        /// [`Error::DuplicateName`], [`Error::InsufficientLease`], [`Error::Overflow`] or
        /// [`Error::InsufficientBalance`].
        #[pallet::call_index(103)]
        #[pallet::weight(T::WeightInfo::buy_consignment())]
        pub fn buy_consignment(origin: OriginFor<T>, token: H256, rename: Name) -> DispatchResult {
            let sender = ensure_signed(origin)?;
            Self::buy(sender, token, rename)
        }

        /// Lets a sale take effect at once, under the name `territory_name`. Origin: root.
        ///
        /// Emits [`Event::ExecConsignment`]; fails with [`Error::NonExistentConsignment`],
        /// [`Error::ConsignmentUnLocked`], [`Error::InsufficientLease`], [`Error::ParamError`],
        /// [`Error::DuplicateName`], or when the seller can't be paid.
        #[pallet::call_index(104)]
        #[pallet::weight(T::WeightInfo::exec_consignment())]
        pub fn exec_consignment(
            origin: OriginFor<T>,
            token: H256,
            territory_name: Name,
        ) -> DispatchResult {
            ensure_root(origin)?;
            Self::complete_sale_now(token, territory_name)
        }

        /// Takes the sender's territory off sale while nobody is buying it.
        ///
        /// Emits [`Event::CancleConsignment`]; fails with [`Error::NotHaveTerritory`],
        /// [`Error::NotOnConsignment`] or [`Error::ConsignmentLocked`].
        #[pallet::call_index(105)]
        #[pallet::weight(T::WeightInfo::cancel_consignment())]
        pub fn cancel_consignment(origin: OriginFor<T>, territory_name: Name) -> DispatchResult {
            let sender = ensure_signed(origin)?;
            Self::cancel_sale(&sender, &territory_name)
        }

        /// Withdraws the sender's purchase before the sale takes effect; the price is free again,
        /// and the territory is on sale as before.
        ///
        /// Emits [`Event::CancelPurchaseAction`]; fails with [`Error::NonExistentConsignment`],
        /// [`Error::ConsignmentUnLocked`], [`Error::NotBuyer`], or with
        /// [`Error::ConsignmentLocked`] when the sale is due and only waits for its turn.
        #[pallet::call_index(106)]
        #[pallet::weight(T::WeightInfo::cancel_purchase_action())]
        pub fn cancel_purchase_action(origin: OriginFor<T>, token: H256) -> DispatchResult {
            let sender = ensure_signed(origin)?;
            Self::withdraw_purchase(&sender, token)
        }

        /// Gives the sender's active, empty territory away; the receiver has it under the 32 bytes
        /// of its token.
        ///
        /// Emits [`Event::TerritoryGranted`]; fails with [`Error::ParamError`],
        /// [`Error::NotHaveTerritory`], [`Error::NotActive`], [`Error::ObjectNotZero`] or
        /// [`Error::DuplicateName`].
        #[pallet::call_index(107)]
        #[pallet::weight(T::WeightInfo::territory_grants())]
        pub fn territory_grants(
            origin: OriginFor<T>,
            territory_name: Name,
            receiver: AccountId,
        ) -> DispatchResult {
            let sender = ensure_signed(origin)?;
            Self::grant(sender, territory_name, receiver)
        }

        /// Gives the sender's active, empty territory a name that it has not used yet.
        ///
        /// Emits [`Event::TerritoryRenamed`]; fails with [`Error::NotHaveTerritory`],
        /// [`Error::NotActive`], [`Error::ObjectNotZero`], [`Error::ParamError`] or
        /// [`Error::DuplicateName`].
        #[pallet::call_index(108)]
        #[pallet::weight(T::WeightInfo::territory_rename())]
        pub fn territory_rename(
            origin: OriginFor<T>,
            old_name: Name,
            new_name: Name,
        ) -> DispatchResult {
            let sender = ensure_signed(origin)?;
            Self::rename(sender, old_name, new_name)
        }

        /// As [`reactivate_territory`](Pallet::reactivate_territory), for the territory of
        /// `target_acc` and at the sender's cost. Origin: anyone.
        #[pallet::call_index(120)]
        #[pallet::weight(T::WeightInfo::other_reactivate_territory())]
        pub fn other_reactivate_territory(
            origin: OriginFor<T>,
            target_acc: AccountId,
            territory_name: Name,
            days: u32,
        ) -> DispatchResult {
            let sender = ensure_signed(origin)?;
            Self::reactivate(&sender, &target_acc, territory_name, days)
        }

        /// Moves the expiry of a frozen territory from tick `old_block` to tick `new_block`; one
        /// that is past expires in the next block. Origin: root.
        ///
        /// Fails with [`Error::NotHaveTerritory`], or with [`Error::StateError`] when the territory
        /// does not expire at `old_block`.
        #[pallet::call_index(201)]
        #[pallet::weight(T::WeightInfo::update_expired_exec())]
        pub fn update_expired_exec(
            origin: OriginFor<T>,
            old_block: Tick,
            new_block: Tick,
            token: H256,
        ) -> DispatchResult {
            ensure_root(origin)?;
            Self::move_expiry(token, old_block, new_block)
        }
    }
}
