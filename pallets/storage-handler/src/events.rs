//! What the pallet says.

use frame_support::pallet_macros::pallet_section;

/// The events, in published order; ours follow from index 16 on.
#[pallet_section]
mod events {
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// Kept for its published index.
        #[codec(index = 0)]
        BuySpace {
            /// The buyer.
            acc: AccountId,
            /// Bytes.
            storage_capacity: u128,
            /// The rent.
            spend: Balance,
        },
        /// Kept for its published index.
        #[codec(index = 1)]
        ExpansionSpace {
            /// The buyer.
            acc: AccountId,
            /// Bytes.
            expansion_space: u128,
            /// The rent.
            fee: Balance,
        },
        /// Kept for its published index.
        #[codec(index = 2)]
        RenewalSpace {
            /// The buyer.
            acc: AccountId,
            /// Days.
            renewal_days: u32,
            /// The rent.
            fee: Balance,
        },
        /// A territory expired; its files are being deleted.
        #[codec(index = 3)]
        LeaseExpired {
            /// The owner.
            acc: AccountId,
            /// Bytes of the territory.
            size: u128,
        },
        /// Kept for its published index.
        #[codec(index = 4)]
        LeaseExpireIn24Hours {
            /// The owner.
            acc: AccountId,
            /// Bytes of the territory.
            size: u128,
        },
        /// An order can be paid.
        #[codec(index = 5)]
        CreatePayOrder {
            /// The order.
            order_hash: BVec<u8, 32>,
        },
        /// An order was paid.
        #[codec(index = 6)]
        PaidOrder {
            /// The order.
            order_hash: BVec<u8, 32>,
        },
        /// A territory was minted.
        #[codec(index = 7)]
        MintTerritory {
            /// Its token.
            token: H256,
            /// Its name.
            name: Name,
            /// Bytes.
            storage_capacity: u128,
            /// The rent.
            spend: Balance,
        },
        /// A territory grew.
        #[codec(index = 8)]
        ExpansionTerritory {
            /// Its name.
            name: Name,
            /// By so many bytes.
            expansion_space: u128,
            /// The rent.
            spend: Balance,
        },
        /// A lease was renewed.
        #[codec(index = 9)]
        RenewalTerritory {
            /// The territory's name.
            name: Name,
            /// By so many days.
            days: u32,
            /// The rent.
            spend: Balance,
        },
        /// An expired territory is back.
        #[codec(index = 10)]
        ReactivateTerritory {
            /// Its name.
            name: Name,
            /// For so many days.
            days: u32,
            /// The rent.
            spend: Balance,
        },
        /// A territory is for sale.
        #[codec(index = 11)]
        Consignment {
            /// Its name.
            name: Name,
            /// Its token.
            token: H256,
            /// The price.
            price: Balance,
        },
        /// Somebody is buying a territory.
        #[codec(index = 12)]
        BuyConsignment {
            /// The name that the buyer wants for it.
            name: Name,
            /// Its token.
            token: H256,
            /// The price.
            price: Balance,
        },
        /// A territory is no longer for sale: its owner cancelled, or its lease ended.
        #[codec(index = 13)]
        CancleConsignment {
            /// Its token.
            token: H256,
        },
        /// A purchase came to nothing and the buyer has its money back: it withdrew, the lease ended,
        /// or the sale could not take effect.
        #[codec(index = 14)]
        CancelPurchaseAction {
            /// The territory's token.
            token: H256,
        },
        /// A territory was sold.
        #[codec(index = 15)]
        ExecConsignment {
            /// The new owner.
            buyer: AccountId,
            /// The old owner.
            seller: AccountId,
            /// Its token.
            token: H256,
        },
        /// A lease ended; renew it before the territory expires.
        #[codec(index = 16)]
        LeaseFrozen {
            /// The owner.
            acc: AccountId,
            /// The territory's name.
            name: Name,
            /// The territory expires at this tick.
            expires: Tick,
        },
        /// A territory was given away.
        #[codec(index = 17)]
        TerritoryGranted {
            /// Its token.
            token: H256,
            /// The old owner.
            from: AccountId,
            /// The new owner.
            to: AccountId,
            /// Its name with the new owner: the bytes of the token.
            name: Name,
        },
        /// A territory has another name.
        #[codec(index = 18)]
        TerritoryRenamed {
            /// Its token.
            token: H256,
            /// The owner.
            acc: AccountId,
            /// Its name until now.
            old_name: Name,
            /// Its name from now on.
            new_name: Name,
        },
    }
}
