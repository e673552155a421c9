//! What the chain has booked for a tick: deadlines, ends of leases, exits, returns of stakes.

use crate::{
    storage::{item, Hasher},
    Chain, ChainError,
};
use cess_primitives::{
    file::{DealTerms, Name, RestoralOrderInfo},
    territory::{ConsignmentInfo, TerritoryInfo, TerritoryState},
    Tick,
};
use std::collections::BTreeSet;

/// Something that happens when its tick has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// A miner's proofs can no longer come.
    Proofs,
    /// A TEE worker's verdicts can no longer come.
    Verdicts,
    /// A deal ends.
    Deal,
    /// A miner's fragments must be tagged.
    Tags,
    /// A claimed fragment must be restored; afterwards others may claim it.
    Restoral,
    /// A territory freezes.
    Freeze,
    /// A frozen territory expires.
    Expiry,
    /// The files of an expired territory are deleted.
    Clearing,
    /// A territory that was bought is handed over.
    Handover,
    /// A miner leaves.
    Exit,
    /// The stake of a miner that was thrown out, or that declares less, returns.
    StakeReturn,
    /// The reservoir offers a loan no longer.
    Offer,
    /// What was not staked of a loan goes back to the reservoir.
    Loan,
}

impl Due {
    /// Whether a process has to do something before the tick; it is penalised, or its work is lost,
    /// when it does not.
    pub fn is_owed(self) -> bool {
        matches!(
            self,
            Self::Proofs | Self::Verdicts | Self::Deal | Self::Tags | Self::Restoral
        )
    }

    /// Whether the chain does it by itself once the tick has passed.
    pub fn is_automatic(self) -> bool {
        self != Self::Restoral
    }
}

/// An entry of the chain's calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Booking {
    /// When.
    pub tick: Tick,
    /// What.
    pub due: Due,
}

impl Chain {
    /// The chain's calendar at one block, earliest first.
    pub async fn bookings(&self) -> Result<Vec<Booking>, ChainError> {
        let chain = self.pinned().await?;
        let mut bookings = Vec::new();
        let mut book = |due, ticks: Vec<Tick>| {
            bookings.extend(ticks.into_iter().map(|tick| Booking { tick, due }));
        };
        for (due, pallet, name, hasher) in [
            (Due::Proofs, "Audit", "ChallengeSlip", Hasher::Blake2),
            (Due::Verdicts, "Audit", "VerifySlip", Hasher::Blake2),
            (
                Due::Freeze,
                "StorageHandler",
                "TerritoryFrozen",
                Hasher::Blake2,
            ),
            (
                Due::Expiry,
                "StorageHandler",
                "TerritoryExpired",
                Hasher::Blake2,
            ),
            (
                Due::StakeReturn,
                "Sminer",
                "ReturnStakingSchedule",
                Hasher::Blake2,
            ),
            (
                Due::Offer,
                "Reservoir",
                "EventExpiredRecords",
                Hasher::Twox64,
            ),
            (Due::Loan, "Reservoir", "LoanDeadlines", Hasher::Twox64),
        ] {
            let prefix = item(pallet, name);
            book(due, chain.map_keys(prefix, hasher, name).await?);
        }
        let deals: Vec<DealTerms> = chain.values_of("FileBank", "DealTermsOf").await?;
        book(Due::Deal, deals.iter().map(|deal| deal.deadline).collect());
        book(Due::Tags, chain.values_of("FileBank", "TagDuties").await?);
        let orders: Vec<RestoralOrderInfo> = chain.values_of("FileBank", "RestoralOrder").await?;
        let claimed = orders.iter().map(|order| order.deadline);
        book(Due::Restoral, claimed.filter(|tick| *tick > 0).collect());
        book(Due::Exit, chain.values_of("Sminer", "MinerLock").await?);
        let sales: Vec<ConsignmentInfo> = chain.values_of("StorageHandler", "Consignment").await?;
        book(Due::Handover, sales.iter().filter_map(|s| s.exec).collect());
        book(Due::Clearing, chain.uncleared().await?);
        bookings.sort();
        Ok(bookings)
    }

    /// What the chain should have done by now; it does a bounded amount in each block.
    pub async fn overdue(&self) -> Result<Vec<Booking>, ChainError> {
        let chain = self.pinned().await?;
        let now = chain.now().await?;
        let mut bookings = chain.bookings().await?;
        bookings.retain(|booking| booking.due.is_automatic() && booking.tick < now);
        Ok(bookings)
    }

    /// When the territories expired whose files are still there.
    async fn uncleared(&self) -> Result<Vec<Tick>, ChainError> {
        let lists = self.held_files().await?;
        let mut expired = Vec::new();
        for (owner, files) in lists {
            let names: BTreeSet<Name> = files.into_iter().map(|f| f.territory_name).collect();
            for name in names {
                let territory = self.territory(&owner, &name).await?;
                let gone = |t: &TerritoryInfo| t.state == TerritoryState::Expired;
                expired.extend(territory.filter(gone).map(|t| t.deadline));
            }
        }
        Ok(expired)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        storage::{blake2, blake2_pair, twox64},
        testing::Node,
    };
    use cess_primitives::{file::UserFileSliceInfo, Hash};
    use codec::Encode;

    const OWNER: [u8; 32] = [1; 32];

    fn name() -> Name {
        b"attic".to_vec().try_into().unwrap()
    }

    fn expired_territory() -> TerritoryInfo {
        TerritoryInfo {
            token: [9; 32].into(),
            total_space: 10,
            used_space: 10,
            locked_space: 0,
            remaining_space: 0,
            start: 0,
            deadline: 30,
            state: TerritoryState::Expired,
        }
    }

    /// A calendar with one entry of most kinds.
    fn busy() -> Node {
        let node = Node::new(1);
        let slip = |name, tick: Tick| blake2_pair("Audit", name, &tick, &OWNER);
        node.put(slip("ChallengeSlip", 50), true.encode());
        node.put(slip("VerifySlip", 90), true.encode());
        let lease = |name, tick: Tick| blake2_pair("StorageHandler", name, &tick, &[7u8; 32]);
        node.put(lease("TerritoryFrozen", 400), true.encode());
        node.put(lease("TerritoryExpired", 60), true.encode());
        let deal = DealTerms {
            operator: OWNER.into(),
            declared_at: 10,
            deadline: 70,
        };
        let fid = Hash([b'a'; 64]);
        let loan = twox64("Reservoir", "LoanDeadlines", &(300u32, OWNER));
        node.put(loan, ().encode());
        node.put(blake2("FileBank", "DealTermsOf", &fid), deal.encode());
        node.put(blake2("Sminer", "MinerLock", &OWNER), 80u32.encode());
        for (fragment, deadline) in [(b'b', 55u32), (b'c', 0)] {
            let order = RestoralOrderInfo {
                count: 0,
                miner: OWNER.into(),
                origin_miner: OWNER.into(),
                fragment_hash: Hash([fragment; 64]),
                file_hash: fid,
                gen_block: 1,
                deadline,
            };
            let key = blake2("FileBank", "RestoralOrder", &order.fragment_hash);
            node.put(key, order.encode());
        }
        let held = vec![UserFileSliceInfo {
            territory_name: name(),
            file_hash: fid,
            file_size: 10,
        }];
        node.put(
            blake2("FileBank", "UserHoldFileList", &OWNER),
            held.encode(),
        );
        let territory = blake2_pair("StorageHandler", "Territory", &OWNER, &name());
        node.put(territory, expired_territory().encode());
        node
    }

    #[tokio::test]
    async fn the_calendar_is_in_order_and_knows_unclaimed_restorals_no_tick() {
        let chain = busy().chain().await;
        let bookings = chain.bookings().await.unwrap();
        let seen: Vec<_> = bookings.iter().map(|b| (b.tick, b.due)).collect();
        let expected = [
            (30, Due::Clearing),
            (50, Due::Proofs),
            (55, Due::Restoral),
            (60, Due::Expiry),
            (70, Due::Deal),
            (80, Due::Exit),
            (90, Due::Verdicts),
            (300, Due::Loan),
            (400, Due::Freeze),
        ];
        assert_eq!(seen, expected);
        assert!(Due::Proofs.is_owed() && !Due::Freeze.is_owed());
    }

    #[tokio::test]
    async fn overdue_is_what_the_chain_does_by_itself_and_has_not_done() {
        let node = busy();
        node.set_offset(60);
        let overdue = node.chain().await.overdue().await.unwrap();
        let seen: Vec<_> = overdue.iter().map(|b| b.due).collect();
        // At 60 the expiry is not late yet, and nobody but a miner can end a restoral.
        assert_eq!(seen, [Due::Clearing, Due::Proofs]);
    }

    #[tokio::test]
    async fn long_calendars_are_read_in_pages() {
        let node = Node::new(1);
        for tick in 0..600u32 {
            let key = blake2_pair("StorageHandler", "TerritoryFrozen", &tick, &[7u8; 32]);
            node.put(key, true.encode());
        }
        let bookings = node.chain().await.bookings().await.unwrap();
        let ticks: Vec<_> = bookings.iter().map(|b| b.tick).collect();
        assert_eq!(ticks, (0..600).collect::<Vec<_>>());
    }
}
