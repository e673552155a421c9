//! A deal's fragments on their way: column `j` (fragment `j` of every segment) to one miner each.

use crate::gateway::Gateway;
use crate::place;
use crate::signals::Heard;
use crate::GatewayError;
use bytes::Bytes;
use cess_p2p::{Address, Refusal, TransportError};
use cess_primitives::file::{CompleteInfo, DealInfo};
use cess_primitives::{AccountId, Hash, Tick, FRAGMENT_COUNT};
use cess_segment::{encode_segment, SegmentParts};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use tokio::sync::{mpsc, watch, OwnedSemaphorePermit};
use tokio::task::JoinSet;

/// How often a fragment is offered to a miner that is busy, or whose node lags behind.
const OFFERS: u32 = 6;
/// A miner that failed is not asked again for this long, unless the deal ends before.
const COOLING: Tick = 12;
/// The deal is looked at this often even if no event says so.
const GLANCE: Tick = 10;

/// How a distribution ended.
#[derive(Debug)]
pub(crate) enum Distributed {
    /// The deal is over: stored, cancelled or expired.
    Over,
    /// The file is not here any more as it was declared.
    BadSpool(String),
}

/// A column that a miner is to take.
#[derive(Clone, Debug)]
struct Assignment {
    miner: AccountId,
    address: Address,
    /// The miner has all of it and must report before this tick.
    due: Option<Tick>,
}

struct Distribution<'a> {
    gateway: &'a Arc<Gateway>,
    fid: Hash,
    /// Columns 1 to 12 that are under way.
    assigned: BTreeMap<u8, Assignment>,
    /// Miners that failed, and until when they are left alone.
    cooling: HashMap<AccountId, Tick>,
}

/// Works on a deal until it is over.
pub(crate) async fn run(
    gateway: &Arc<Gateway>,
    fid: Hash,
    heard: &mut watch::Receiver<Heard>,
) -> Result<Distributed, GatewayError> {
    let mut this = Distribution {
        gateway,
        fid,
        assigned: BTreeMap::new(),
        cooling: HashMap::new(),
    };
    loop {
        let seen = heard.borrow_and_update().events;
        let Some(deal) = gateway.chain.deal(&fid).await? else {
            return Ok(Distributed::Over);
        };
        let params = gateway.chain.params().await?;
        let now = gateway.chain.now().await?;
        reconcile(&mut this.assigned, &deal.complete_list);
        this.drop_late(now);
        let complete = this
            .assign(
                &deal,
                params.column_space(deal.segment_list.len() as u32),
                now,
            )
            .await?;
        if this.assigned.values().any(|a| a.due.is_none()) {
            let ended = async {
                // The sender lives as long as this upload is driven.
                let _ = heard
                    .wait_for(|h| h.ended.is_some() && h.events > seen)
                    .await;
            };
            let sent = tokio::select! {
                sent = this.send(&deal) => sent?,
                () = ended => continue,
            };
            match sent {
                Err(cause) => return Ok(Distributed::BadSpool(cause)),
                Ok(results) => this.settle(results, (params.deal_life / 4).max(3)).await?,
            }
            continue;
        }
        let due = this.assigned.values().filter_map(|a| a.due).min();
        let glance = now.saturating_add(if complete { GLANCE } else { 1 });
        let wake = due.map_or(glance, |due| due.min(glance));
        tokio::select! {
            _ = heard.changed() => {}
            () = gateway.tick_reaches(wake) => {}
        }
    }
}

/// Takes account of reports. Columns may have equal fragments, and then a miner may report another
/// column than the one it was given: the two miners have changed places.
fn reconcile(assigned: &mut BTreeMap<u8, Assignment>, reports: &[CompleteInfo]) {
    for report in reports {
        let own = assigned.iter().find(|(_, a)| a.miner == report.miner);
        if let Some(own) = own.map(|(column, _)| *column) {
            assigned.remove(&own);
            if let Some(displaced) = assigned.remove(&report.index) {
                assigned.insert(own, displaced);
            }
        }
        assigned.remove(&report.index);
    }
}

impl Distribution<'_> {
    /// Gives the columns of miners that did not report in time to others.
    fn drop_late(&mut self, now: Tick) {
        let late = |a: &Assignment| a.due.is_some_and(|due| due <= now);
        let late: Vec<u8> = self
            .assigned
            .iter()
            .filter(|(_, a)| late(a))
            .map(|(c, _)| *c)
            .collect();
        for column in late {
            self.give_up(column, now, "it did not report the column in time");
        }
    }

    fn give_up(&mut self, column: u8, now: Tick, cause: &str) {
        if let Some(Assignment { miner, .. }) = self.assigned.remove(&column) {
            tracing::warn!(fid = %self.fid, %miner, column, cause, "a column goes to another miner");
            self.gateway.directory.blame(&miner, now);
            self.cooling.insert(miner, now.saturating_add(COOLING));
        }
    }

    /// Finds miners for the columns that have none; true when every column has one.
    async fn assign(
        &mut self,
        deal: &DealInfo,
        space: u128,
        now: Tick,
    ) -> Result<bool, GatewayError> {
        let reports = &deal.complete_list;
        let reported = |column: &u8| reports.iter().any(|r| r.index == *column);
        let free: Vec<u8> = (1..=FRAGMENT_COUNT as u8)
            .filter(|c| !reported(c) && !self.assigned.contains_key(c))
            .collect();
        if free.is_empty() {
            return Ok(true);
        }
        self.cooling.retain(|_, until| *until > now);
        let busy: HashSet<&AccountId> = reports
            .iter()
            .map(|r| &r.miner)
            .chain(self.assigned.values().map(|a| &a.miner))
            .chain(self.cooling.keys())
            .collect();
        let mut candidates = place::eligible(&self.gateway.chain.miners().await?, space);
        candidates.retain(|c| !busy.contains(&c.miner));
        let blamed = |miner: &AccountId| self.gateway.directory.is_blamed(miner, now);
        let ranked = place::rank(candidates, blamed, &mut rand::thread_rng());
        let complete = ranked.len() >= free.len();
        for (column, candidate) in free.into_iter().zip(ranked) {
            let place::Candidate { miner, address, .. } = candidate;
            self.assigned.insert(
                column,
                Assignment {
                    miner,
                    address,
                    due: None,
                },
            );
        }
        Ok(complete)
    }

    /// Sends all columns that their miners don't have yet, segment after segment. The inner error
    /// says what is wrong with the file on disk.
    async fn send(&self, deal: &DealInfo) -> Result<Result<SendResults, String>, GatewayError> {
        let _place = Arc::clone(&self.gateway.limits.deals).acquire_owned().await;
        let mut lanes = JoinSet::new();
        let mut inlets = Vec::new();
        for (column, assignment) in self.assigned.iter().filter(|(_, a)| a.due.is_none()) {
            let (inlet, outlet) = mpsc::channel(1);
            inlets.push((*column, inlet));
            let lane = Lane {
                gateway: Arc::clone(self.gateway),
                fid: self.fid,
                to: assignment.address.clone(),
            };
            let (column, miner) = (*column, assignment.miner.clone());
            lanes.spawn(async move { (column, miner, lane.run(outlet).await) });
        }
        for (index, declared) in deal.segment_list.iter().enumerate() {
            let permit = Arc::clone(&self.gateway.limits.encoded)
                .acquire_owned()
                .await;
            let parts = match self.encode(index).await? {
                Ok(parts) if parts.list() == *declared => parts,
                Ok(_) => return Ok(Err(format!("segment {index} is not the declared one"))),
                Err(error) => return Ok(Err(format!("segment {index}: {error}"))),
            };
            let held = Arc::new(permit.ok());
            let mut fragments: BTreeMap<u8, _> = (1u8..).zip(parts.fragments).collect();
            let mut open = Vec::new();
            for (column, inlet) in inlets {
                let Some((hash, data)) = fragments.remove(&column) else {
                    continue;
                };
                let parcel = Parcel {
                    hash,
                    data: data.into(),
                    _held: Arc::clone(&held),
                };
                // A lane that failed is closed; its result says why.
                if inlet.send(parcel).await.is_ok() {
                    open.push((column, inlet));
                }
            }
            inlets = open;
            if inlets.is_empty() {
                break;
            }
        }
        drop(inlets);
        let mut results = Vec::new();
        while let Some(joined) = lanes.join_next().await {
            results.push(joined.map_err(|_| GatewayError::CutOff)?);
        }
        Ok(Ok(results))
    }

    async fn encode(&self, index: usize) -> Result<Result<SegmentParts, String>, GatewayError> {
        let (cache, layout, fid) = (self.gateway.cache.clone(), self.gateway.layout, self.fid);
        let encode = move || {
            let bytes = cache
                .read_unchecked(&fid, index)
                .map_err(|e| e.to_string())?;
            encode_segment(&bytes, layout).map_err(|e| e.to_string())
        };
        tokio::task::spawn_blocking(encode)
            .await
            .map_err(|_| GatewayError::CutOff)
    }

    async fn settle(&mut self, results: SendResults, wait: Tick) -> Result<(), GatewayError> {
        let now = self.gateway.chain.now().await?;
        for (column, miner, result) in results {
            match result {
                Ok(()) => {
                    if let Some(assignment) = self.assigned.get_mut(&column) {
                        assignment.due = Some(now.saturating_add(wait));
                        tracing::debug!(fid = %self.fid, %miner, column, "column delivered");
                    }
                }
                Err(error) => self.give_up(column, now, &error.to_string()),
            }
        }
        Ok(())
    }
}

type SendResults = Vec<(u8, AccountId, Result<(), TransportError>)>;

/// One fragment, and its share of the place that its segment takes in memory.
struct Parcel {
    hash: Hash,
    data: Bytes,
    _held: Arc<Option<OwnedSemaphorePermit>>,
}

/// The way to one miner.
struct Lane {
    gateway: Arc<Gateway>,
    fid: Hash,
    to: Address,
}

impl Lane {
    async fn run(self, mut parcels: mpsc::Receiver<Parcel>) -> Result<(), TransportError> {
        let mut sent = HashSet::new();
        while let Some(parcel) = parcels.recv().await {
            // Equal segments have equal fragments, which a miner keeps once.
            if sent.insert(parcel.hash) {
                let result = self.put(&parcel).await;
                let label = if result.is_ok() { "ok" } else { "failed" };
                self.gateway
                    .metrics
                    .fragments_sent
                    .with_label_values(&[label])
                    .inc();
                result?;
            }
        }
        Ok(())
    }

    async fn put(&self, parcel: &Parcel) -> Result<(), TransportError> {
        let mut offer = 1;
        loop {
            let data = parcel.data.clone();
            match self
                .gateway
                .transport
                .put(&self.to, self.fid, parcel.hash, data)
                .await
            {
                Err(TransportError::Refused(refusal)) if offer < OFFERS && may_change(refusal) => {
                    offer += 1;
                    self.gateway.next_tick().await;
                }
                other => return other,
            }
        }
    }
}

/// Whether the next block may change the miner's mind: it is busy, or its node has not seen the
/// declaration yet.
fn may_change(refusal: Refusal) -> bool {
    let unseen = [
        Refusal::UnknownDeal,
        Refusal::NotAuthorised,
        Refusal::NotInDeal,
    ];
    refusal.is_transient() || unseen.contains(&refusal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cess_p2p::Identity;

    fn miner(index: u8) -> AccountId {
        AccountId::new([index; 32])
    }

    /// Columns 1 to 3 are with miners 1 to 3; what is left after these reports of (column, miner).
    fn left(reports: &[(u8, u8)]) -> Vec<(u8, AccountId)> {
        let address = |i| Address::new(Identity::from_seed([i; 32]).peer_id(), None).unwrap();
        let assignment = |i| Assignment {
            miner: miner(i),
            address: address(i),
            due: None,
        };
        let mut assigned: BTreeMap<u8, _> = (1..=3).map(|i| (i, assignment(i))).collect();
        let report = |(index, by): &(u8, u8)| CompleteInfo {
            index: *index,
            miner: miner(*by),
        };
        reconcile(
            &mut assigned,
            &reports.iter().map(report).collect::<Vec<_>>(),
        );
        assigned
            .into_iter()
            .map(|(column, a)| (column, a.miner))
            .collect()
    }

    #[test]
    fn a_reported_column_is_done_whoever_reported_it() {
        assert_eq!(left(&[(2, 2)]), [(1, miner(1)), (3, miner(3))]);
        assert_eq!(left(&[(2, 9)]), [(1, miner(1)), (3, miner(3))]);
        assert_eq!(left(&[(1, 1), (2, 2), (3, 3)]), []);
    }

    #[test]
    fn miners_that_report_each_other_s_column_change_places() {
        assert_eq!(left(&[(1, 3)]), [(2, miner(2)), (3, miner(1))]);
        assert_eq!(left(&[(1, 3), (3, 1)]), [(2, miner(2))]);
    }
}
