//! Becoming a miner, and staying reachable.

use crate::error::MinerError;
use crate::miner::Miner;
use crate::status::Step;
use cess_primitives::miner::{state as miner_state, Endpoint};
use cess_primitives::{Balance, COLLATERAL_PER_TIB, TIB};
use std::sync::Arc;

/// Registers the miner and its key as far as it is not done yet, and corrects endpoint and
/// declared space. Safe to repeat at any point.
pub async fn run(
    miner: &Arc<Miner>,
    endpoint: &str,
    tib: u32,
    spare: Balance,
) -> Result<(), MinerError> {
    let endpoint: Endpoint = endpoint.as_bytes().to_vec().try_into().map_err(|_| {
        MinerError::Config(format!(
            "the address `{endpoint}` is longer than the chain's 100 bytes; listen on an IP"
        ))
    })?;
    let me = miner.account();
    let info = match miner.chain.miner(&me).await? {
        Some(info) => info,
        None => {
            miner.status.set_step(Step::Starting("registering".into()));
            let stake = COLLATERAL_PER_TIB * u128::from(tib) + spare;
            miner.chain.register(endpoint.clone(), stake, tib).await?;
            tracing::info!(tib, "registered");
            let gone = || MinerError::Config("the registration was undone by a fork".into());
            miner.chain.miner(&me).await?.ok_or_else(gone)?
        }
    };
    if info.endpoint != endpoint {
        miner.chain.update_endpoint(endpoint).await?;
    }
    if info.is(miner_state::NOT_READY) {
        miner
            .status
            .set_step(Step::Starting("waiting for a key from a TEE worker".into()));
        let key = miner.tee.new_key().await?;
        miner
            .chain
            .register_pois_key(key.info.pois_key, key.certificate)
            .await?;
        tracing::info!("key for idle space registered");
    }
    let declared = info.declaration_space / u128::from(TIB);
    let more = u128::from(tib).saturating_sub(declared);
    if more > 0 && info.is(miner_state::POSITIVE) {
        let needed = (COLLATERAL_PER_TIB * u128::from(tib)).saturating_sub(info.collaterals);
        if needed > 0 {
            miner.chain.increase_collateral(needed).await?;
        }
        miner
            .chain
            .increase_declaration(u32::try_from(more).unwrap_or(u32::MAX))
            .await?;
    }
    Ok(())
}
