//! Eras, validators and how they were elected.

use crate::{
    storage::{item, twox64},
    Chain, ChainError,
};
use cess_primitives::{AccountId, Balance};
use codec::Decode;

/// An election of validators and how it came out (pallet R2s, 121).
#[derive(Clone, Debug, PartialEq, Eq, Decode)]
pub struct Election {
    /// The era that was elected for.
    pub era: u32,
    /// How many validators were wanted.
    pub seats: u32,
    /// The candidates, best first.
    pub candidates: Vec<Score>,
}

/// What a candidate was worth; parts and whole are on a scale of 0 to 1000.
#[derive(Clone, Debug, PartialEq, Eq, Decode)]
pub struct Score {
    /// The candidate.
    pub account: AccountId,
    /// The era of the first election in the unbroken row of those that it stood in.
    pub since: u32,
    /// What is staked on it.
    pub backing: Balance,
    /// What its TEE workers did.
    pub credit: u32,
    /// What is staked on it in relation to the others.
    pub stake: u32,
    /// Its luck.
    pub chance: u32,
    /// Half credit, three tenths stake, a fifth chance.
    pub total: u32,
    /// Whether it got a seat.
    pub elected: bool,
}

impl Chain {
    /// The era that is running; eras count sessions, not ticks. `None` before the first one.
    pub async fn active_era(&self) -> Result<Option<u32>, ChainError> {
        const WHAT: &str = "Staking.ActiveEra";
        // Its index, and when it began in milliseconds since 1970.
        let era: Option<(u32, Option<u64>)> =
            self.value(item("Staking", "ActiveEra"), WHAT).await?;
        Ok(era.map(|(index, _)| index))
    }

    /// The validators of the running session.
    pub async fn validators(&self) -> Result<Vec<AccountId>, ChainError> {
        const WHAT: &str = "Session.Validators";
        let validators = self.value(item("Session", "Validators"), WHAT).await?;
        Ok(validators.unwrap_or_default())
    }

    /// The last election of validators.
    pub async fn last_election(&self) -> Result<Option<Election>, ChainError> {
        self.value(item("R2s", "LastElection"), "R2s.LastElection")
            .await
    }

    /// What validators earned in an era; `None` while it runs.
    pub async fn validators_reward(&self, era: u32) -> Result<Option<Balance>, ChainError> {
        const WHAT: &str = "Staking.ErasValidatorReward";
        self.value(twox64("Staking", "ErasValidatorReward", &era), WHAT)
            .await
    }
}
