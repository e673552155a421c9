//! Users with territories, and files that exist by name alone.

use crate::load::{self, Lane};
use anyhow::{ensure, Context, Result};
use cess_chain::{calls, Call, Signer};
use cess_primitives::file::{DeclaredSegments, Name, SegmentList, UserBrief};
use cess_primitives::{hash, BVec, Balance, Hash, FRAGMENT_COUNT, GIB, TCESS};
use cess_tests::Devnet;
use cessnet::lifecycle;

/// Accounts that declare.
const USERS: u32 = 16;
/// More than rents and fees come to.
const MONEY: Balance = 2_000_000 * TCESS;
/// The shortest rent.
const DAYS: u32 = 30;
/// Declarations that are measured, at most.
const MOST: usize = 24_000;
/// Deals that are reported.
const REPORTED: usize = 1_600;

/// Users who each rent an equal share of what the miners offer.
pub(crate) struct Users {
    signers: Vec<Signer>,
    territory: Name,
    /// Files that fit each territory.
    room: usize,
    /// Files so far, so that no two have the same segment.
    made: u32,
}

impl Users {
    /// Gives them money and territories.
    pub(crate) async fn settle(net: &Devnet) -> Result<Self> {
        let signers = (1..=USERS)
            .map(|n| Signer::from_uri(&format!("//User//{n}")))
            .collect::<Result<Vec<_>, _>>()?;
        let gifts = signers.iter().map(|user| {
            let user = user.account_id();
            calls::balances::transfer_keep_alive(&user, MONEY)
        });
        let gifts = Call::batch_all(gifts.collect());
        net.chain.submit(&net.user, gifts).await?;
        let offered = net.chain.total_idle_space().await? + net.chain.total_service_space().await?;
        let left = offered.saturating_sub(net.chain.purchased_space().await?);
        let gib = u32::try_from(left / u128::from(GIB))? / USERS;
        ensure!(gib > 0, "{left} bytes are too few for {USERS} territories");
        let territory = lifecycle::name("load")?;
        let rents = signers.iter().map(|user| {
            let rent = calls::storage_handler::mint_territory(gib, &territory, DAYS);
            net.chain.submit(user, rent)
        });
        futures::future::try_join_all(rents).await?;
        // A territory must keep a byte.
        let space = u128::from(gib) * u128::from(GIB) - 1;
        let room = usize::try_from(space / net.params.file_space(1))?;
        let made = 0;
        Ok(Self {
            signers,
            territory,
            room,
            made,
        })
    }

    /// Declarations to measure: as many as fit, with room for those that will be reported.
    pub(crate) async fn declarations(&mut self, net: &Devnet) -> Result<Vec<Lane>> {
        let users = self.signers.len();
        let each = self.room.saturating_sub(REPORTED / users).min(MOST / users);
        Ok(self.sign(net, each).await?.0)
    }

    /// Declarations of the deals that will be reported, and the deals.
    pub(crate) async fn deals(&mut self, net: &Devnet) -> Result<(Vec<Lane>, Vec<Hash>)> {
        self.sign(net, REPORTED / self.signers.len()).await
    }

    /// So many new files of each user, declared by transactions that are signed and not sent.
    async fn sign(&mut self, net: &Devnet, each: usize) -> Result<(Vec<Lane>, Vec<Hash>)> {
        let nonces = load::idle_nonces(net, &self.signers).await?;
        let (mut lanes, mut fids) = (Vec::new(), Vec::new());
        for (user, first) in self.signers.iter().zip(nonces) {
            let mut lane = Lane::with_capacity(each);
            for nonce in (first..).take(each) {
                self.made += 1;
                let (fid, segments) = file(self.made)?;
                let brief = UserBrief {
                    user: user.account_id(),
                    file_name: lifecycle::name("load.bin")?,
                    territory_name: self.territory.clone(),
                };
                let size = u128::from(net.params.segment_size);
                let call = calls::file_bank::upload_declaration(&fid, &segments, &brief, size);
                lane.push(net.chain.sign(user, &call, nonce)?);
                fids.push(fid);
            }
            lanes.push(lane);
        }
        Ok((lanes, fids))
    }
}

/// The `n`-th file of one segment: its fid and what is declared of it.
fn file(n: u32) -> Result<(Hash, DeclaredSegments)> {
    let name = |part: usize| Hash::of(format!("throughput/{n}/{part}").as_bytes());
    let hash = name(FRAGMENT_COUNT);
    let fragments: Vec<Hash> = (0..FRAGMENT_COUNT).map(name).collect();
    let fid = hash::fid([hash]).context("one segment has a root")?;
    let segment = SegmentList {
        hash,
        fragment_list: BVec::truncate_from(fragments),
    };
    Ok((fid, BVec::truncate_from(vec![segment])))
}

/// The reports of these deals by twelve miners, each of its own column of every deal.
pub(crate) async fn reports(net: &Devnet, miners: &[Signer], fids: &[Hash]) -> Result<Vec<Lane>> {
    let miners = miners.get(..FRAGMENT_COUNT);
    let miners = miners.with_context(|| format!("a deal needs {FRAGMENT_COUNT} miners"))?;
    let nonces = load::idle_nonces(net, miners).await?;
    let lane = |(index, (miner, first)): (u8, (&Signer, u64))| {
        let numbered = fids.iter().zip(first..);
        let signed = numbered.map(|(fid, nonce)| {
            let call = calls::file_bank::transfer_report(index, fid);
            Ok(net.chain.sign(miner, &call, nonce)?)
        });
        signed.collect::<Result<Lane>>()
    };
    (1..).zip(miners.iter().zip(nonces)).map(lane).collect()
}
