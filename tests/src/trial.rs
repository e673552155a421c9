//! Miners that cheat, and what becomes of them.

use crate::{Devnet, Watch};
use anyhow::{ensure, Context, Result};
use cess_chain::event::SminerEvent;
use cess_chain::Event;
use cess_primitives::{AccountId, Balance};
use cessnet::lifecycle::{self, AuditOutcome};
use cessnet::strains;
use std::collections::BTreeMap;

/// A network in which nobody is audited but by the scenario, and whose fines are written down.
pub struct Trial {
    fines: Watch,
    before: BTreeMap<AccountId, Balance>,
}

impl Trial {
    /// Holds random audits back, and returns when none is under way.
    pub async fn begin(net: &Devnet) -> Result<Self> {
        net.hold_audits().await?;
        let fines = Watch::start(&net.chain, |event| {
            matches!(event, Event::Sminer(SminerEvent::Punished { .. }))
        })
        .await?;
        let miners = net.chain.miners().await?.into_iter();
        let before = miners.map(|(miner, info)| (miner, info.collaterals));
        Ok(Self {
            fines,
            before: before.collect(),
        })
    }

    /// Makes a miner cheat, or honest again.
    pub async fn turn(&self, net: &Devnet, miner: &AccountId, strain: &str) -> Result<()> {
        let now = strains::turn(&net.miner(miner)?, strain).await?;
        ensure!(now == strain, "{miner} is {now}");
        Ok(())
    }

    /// Lets so much time pass that a fault counts as a new one.
    pub async fn later(&self, net: &Devnet) -> Result<()> {
        net.jump(net.params.challenge_window + 1).await.map(drop)
    }

    /// Audits these miners, later than the last time.
    pub async fn audit(
        &self,
        net: &Devnet,
        miners: &[AccountId],
    ) -> Result<BTreeMap<AccountId, AuditOutcome>> {
        self.later(net).await?;
        net.audit(miners).await
    }

    /// What the miner was fined so far.
    pub async fn fined(&self, miner: &AccountId) -> Result<Balance> {
        let amount = |event| match event {
            Event::Sminer(SminerEvent::Punished {
                miner: fined,
                amount,
                ..
            }) if fined == *miner => amount,
            _ => 0,
        };
        Ok(self.fines.seen().await?.into_iter().map(amount).sum())
    }

    /// What the miner has lost: its collateral is smaller by every fine.
    pub async fn loss(&self, net: &Devnet, miner: &AccountId) -> Result<Balance> {
        let before = self.before.get(miner).context("it was a miner before")?;
        let what = format!("the fines of {miner} are paid from its collateral");
        lifecycle::until(&net.chain, net.ticks(10), &what, || async {
            let info = net.chain.miner(miner).await?.context("it is a miner")?;
            let lost = before.saturating_sub(info.collaterals) + info.debt;
            Ok((lost == self.fined(miner).await?).then_some(lost))
        })
        .await
    }
}
