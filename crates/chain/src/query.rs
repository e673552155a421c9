//! What the chain stores, in the types of [`cess_primitives`].
//!
//! Every query reads the block that the handle is pinned to, else the best block.

use crate::{
    chain::decode_exact,
    connection::about_block,
    storage::{blake2, blake2_pair, item, map_key, twox64, Hasher},
    Chain, ChainError,
};
use cess_primitives::{
    audit::ChallengeInfo,
    file::{DealInfo, DealTerms, FileInfo, Name, RestoralOrderInfo, UserFileSliceInfo},
    miner::{MinerInfo, RestoralTargetInfo, Reward},
    oss::OssInfo,
    reservoir::ReservoirInfo,
    tee::{LaunchStatus, MasterKeyDistributePayload, MasterKeyInfo, WorkerInfo, WorkerKey},
    territory::{ConsignmentInfo, OrderInfo, TerritoryInfo},
    AccountId, Balance, Hash, Tick,
};
use codec::{Decode, Encode};
use sp_core::H256;

/// Keys of a map that are asked for at a time.
const PAGE: u32 = 256;
/// Values asked for at a time, so that the answer stays far below the 10 MB that a client accepts:
/// a file of 1000 segments is an answer of 2.6 MB.
const LARGE: usize = 2;
const SMALL: usize = 64;

/// An account's money and nonce.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Decode, Encode)]
pub struct AccountInfo {
    /// Transactions so far.
    pub nonce: u32,
    /// Modules that need the account.
    pub consumers: u32,
    /// Modules that let the account exist.
    pub providers: u32,
    /// Modules that let the account exist for their own purposes.
    pub sufficients: u32,
    /// Money that may be spent.
    pub free: Balance,
    /// Money that is kept for something: collaterals.
    pub reserved: Balance,
    /// Money that may not be withdrawn.
    pub frozen: Balance,
    flags: u128,
}

/// `pub async fn name(keys) -> Option<Value>` over a `Blake2_128Concat` map.
macro_rules! entries {
    ($($(#[$doc:meta])* $name:ident ( $key:ident : $kty:ty ) -> $value:ty = $pallet:literal . $item:literal;)*) => {
        impl Chain {
            $(
                $(#[$doc])*
                pub async fn $name(&self, $key: $kty) -> Result<Option<$value>, ChainError> {
                    self.value(blake2($pallet, $item, &$key), concat!($pallet, ".", $item)).await
                }
            )*
        }
    };
}

/// `pub async fn name() -> Vec<(Key, Value)>` over a map.
macro_rules! maps {
    ($($(#[$doc:meta])* $name:ident -> ($key:ty, $value:ty) = $pallet:literal . $item:literal, $hasher:ident, $batch:ident;)*) => {
        impl Chain {
            $(
                $(#[$doc])*
                pub async fn $name(&self) -> Result<Vec<($key, $value)>, ChainError> {
                    self.map(item($pallet, $item), Hasher::$hasher, $batch, concat!($pallet, ".", $item)).await
                }
            )*
        }
    };
}

/// `pub async fn name() -> Value` over a plain value with a default.
macro_rules! values {
    ($($(#[$doc:meta])* $name:ident -> $value:ty = $pallet:literal . $item:literal;)*) => {
        impl Chain {
            $(
                $(#[$doc])*
                pub async fn $name(&self) -> Result<$value, ChainError> {
                    let value = self.value(item($pallet, $item), concat!($pallet, ".", $item)).await?;
                    Ok(value.unwrap_or_default())
                }
            )*
        }
    };
}

entries! {
    /// An open deal.
    deal(hash: &Hash) -> DealInfo = "FileBank"."DealMap";
    /// Who declared a deal, and until when it lives.
    deal_terms(hash: &Hash) -> DealTerms = "FileBank"."DealTermsOf";
    /// A stored file.
    file(hash: &Hash) -> FileInfo = "FileBank"."File";
    /// A lost fragment that waits to be rebuilt.
    restoral_order(fragment: &Hash) -> RestoralOrderInfo = "FileBank"."RestoralOrder";
    /// A miner.
    miner(account: &AccountId) -> MinerInfo = "Sminer"."MinerItems";
    /// A miner's rewards.
    reward(miner: &AccountId) -> Reward = "Sminer"."RewardMap";
    /// A miner that left and whose fragments are being restored.
    restoral_target(miner: &AccountId) -> RestoralTargetInfo = "Sminer"."RestoralTarget";
    /// When a miner that wishes to leave may do so.
    exit_lock(miner: &AccountId) -> Tick = "Sminer"."MinerLock";
    /// A miner's open challenge.
    challenge(miner: &AccountId) -> ChallengeInfo = "Audit"."ChallengeSnapShot";
    /// False service verdicts of a miner in a row; `None` for none.
    service_faults(miner: &AccountId) -> u32 = "Audit"."CountedServiceFailed";
    /// Missing service proofs of a miner in a row; `None` for none.
    missing_proofs(miner: &AccountId) -> u8 = "Audit"."CountedClear";
    /// Owner and name of the territory with this id.
    territory_key(token: &H256) -> (AccountId, Name) = "StorageHandler"."TerritoryKey";
    /// A territory for sale.
    consignment(token: &H256) -> ConsignmentInfo = "StorageHandler"."Consignment";
    /// An order that anyone may pay.
    pay_order(id: &Vec<u8>) -> OrderInfo = "StorageHandler"."PayOrder";
    /// A gateway.
    oss(account: &AccountId) -> OssInfo = "Oss"."Oss";
}

maps! {
    /// All open deals.
    deals -> (Hash, DealInfo) = "FileBank"."DealMap", Blake2, LARGE;
    /// All stored files.
    files -> (Hash, FileInfo) = "FileBank"."File", Blake2, LARGE;
    /// All open restoral orders, by fragment.
    restoral_orders -> (Hash, RestoralOrderInfo) = "FileBank"."RestoralOrder", Blake2, SMALL;
    /// All miners.
    miners -> (AccountId, MinerInfo) = "Sminer"."MinerItems", Blake2, SMALL;
    /// All miners that left and are being restored.
    restoral_targets -> (AccountId, RestoralTargetInfo) = "Sminer"."RestoralTarget", Blake2, SMALL;
    /// All open challenges.
    challenges -> (AccountId, ChallengeInfo) = "Audit"."ChallengeSnapShot", Blake2, SMALL;
    /// All miners' rewards, also of those that left and are still owed something.
    rewards -> (AccountId, Reward) = "Sminer"."RewardMap", Blake2, SMALL;
    /// Of each era: what there is to earn, and what of it is promised.
    reward_rounds -> (u32, (Balance, Balance)) = "CessTreasury"."RoundReward", Blake2, SMALL;
    /// What each user holds.
    held_files -> (AccountId, Vec<UserFileSliceInfo>) = "FileBank"."UserHoldFileList", Blake2, SMALL;
    /// All gateways.
    oss_list -> (AccountId, OssInfo) = "Oss"."Oss", Blake2, SMALL;
}

values! {
    /// Certified idle space of all miners, bytes.
    total_idle_space -> u128 = "StorageHandler"."TotalIdleSpace";
    /// Locked and service space of all miners, bytes.
    total_service_space -> u128 = "StorageHandler"."TotalServiceSpace";
    /// Space of all territories, bytes.
    purchased_space -> u128 = "StorageHandler"."PurchasedSpace";
    /// Price of a GiB for a day.
    unit_price -> Balance = "StorageHandler"."UnitPrice";
    /// Rewards that rounds have not promised yet.
    undistributed_rewards -> Balance = "CessTreasury"."CurrencyReward";
    /// Rewards that are promised and not paid.
    promised_rewards -> Balance = "CessTreasury"."Promised";
    /// Rewards that nobody earned.
    reserved_rewards -> Balance = "CessTreasury"."ReserveReward";
    /// The reservoir's money.
    reservoir -> ReservoirInfo = "Reservoir"."Reservoir";
    /// Whether there is a master key.
    master_key -> LaunchStatus = "TeeWorker"."MasterKeyStatus";
    /// The master keys so far.
    master_key_history -> Vec<MasterKeyInfo> = "TeeWorker"."MasterKeyHistory";
    /// Whether a TEE worker may register without an attestation.
    none_attestation_enabled -> bool = "TeeWorker"."NoneAttestationEnabled";
    /// Whether simulated attestations are believed.
    simulated_attestation_enabled -> bool = "TeeWorker"."SimulatedAttestationEnabled";
    /// Whether only listed binaries of TEE workers may register.
    ceseal_verify_required -> bool = "TeeWorker"."CesealVerifyRequired";
    /// The listed binaries, by the hashes of their measurements.
    ceseal_allow_list -> Vec<H256> = "TeeWorker"."CesealBinAllowList";
    /// The TEE workers that verdicts are asked of.
    validation_type_list -> Vec<WorkerKey> = "TeeWorker"."ValidationTypeList";
    /// `(k, n, d)` of the proof of idle space.
    expenders -> (u64, u64, u64) = "Sminer"."Expenders";
    /// All miners' accounts.
    all_miners -> Vec<AccountId> = "Sminer"."AllMiner";
}

impl Chain {
    /// A user's files.
    pub async fn user_files(&self, user: &AccountId) -> Result<Vec<UserFileSliceInfo>, ChainError> {
        const WHAT: &str = "FileBank.UserHoldFileList";
        Ok(self
            .value(blake2("FileBank", "UserHoldFileList", user), WHAT)
            .await?
            .unwrap_or_default())
    }

    /// Bytes of idle files that must give way to a miner's service files.
    pub async fn pending_replacement(&self, miner: &AccountId) -> Result<u128, ChainError> {
        const WHAT: &str = "Sminer.PendingReplacements";
        Ok(self
            .value(blake2("Sminer", "PendingReplacements", miner), WHAT)
            .await?
            .unwrap_or_default())
    }

    /// The gateways that may act for a user.
    pub async fn authority_list(&self, user: &AccountId) -> Result<Vec<AccountId>, ChainError> {
        const WHAT: &str = "Oss.AuthorityList";
        Ok(self
            .value(blake2("Oss", "AuthorityList", user), WHAT)
            .await?
            .unwrap_or_default())
    }

    /// A user's territory.
    pub async fn territory(
        &self,
        owner: &AccountId,
        name: &Name,
    ) -> Result<Option<TerritoryInfo>, ChainError> {
        const WHAT: &str = "StorageHandler.Territory";
        self.value(
            blake2_pair("StorageHandler", "Territory", owner, name),
            WHAT,
        )
        .await
    }

    /// A user's territories.
    pub async fn territories(
        &self,
        owner: &AccountId,
    ) -> Result<Vec<(Name, TerritoryInfo)>, ChainError> {
        const WHAT: &str = "StorageHandler.Territory";
        self.map(
            blake2("StorageHandler", "Territory", owner),
            Hasher::Blake2,
            SMALL,
            WHAT,
        )
        .await
    }

    /// All territories, with owner and name.
    pub async fn all_territories(
        &self,
    ) -> Result<Vec<((AccountId, Name), TerritoryInfo)>, ChainError> {
        const WHAT: &str = "StorageHandler.Territory";
        // Between owner and name is the hash of the name.
        let all: Vec<((AccountId, [u8; 16], Name), TerritoryInfo)> = self
            .map(
                item("StorageHandler", "Territory"),
                Hasher::Blake2,
                SMALL,
                WHAT,
            )
            .await?;
        let named = |((owner, _, name), info)| ((owner, name), info);
        Ok(all.into_iter().map(named).collect())
    }

    /// All TEE workers.
    pub async fn workers(&self) -> Result<Vec<WorkerInfo>, ChainError> {
        let workers: Vec<(WorkerKey, WorkerInfo)> = self
            .map(
                item("TeeWorker", "Workers"),
                Hasher::Twox64,
                SMALL,
                "TeeWorker.Workers",
            )
            .await?;
        Ok(workers.into_iter().map(|(_, worker)| worker).collect())
    }

    /// A TEE worker.
    pub async fn worker(&self, key: &WorkerKey) -> Result<Option<WorkerInfo>, ChainError> {
        self.value(twox64("TeeWorker", "Workers", key), "TeeWorker.Workers")
            .await
    }

    /// Which binary an attested TEE worker runs, by the hash of its measurement.
    pub async fn measurement(&self, worker: &WorkerKey) -> Result<Option<H256>, ChainError> {
        const WHAT: &str = "TeeWorker.Measurements";
        self.value(twox64("TeeWorker", "Measurements", worker), WHAT)
            .await
    }

    /// When a TEE worker last did something useful, or registered.
    pub async fn last_work(&self, worker: &WorkerKey) -> Result<Option<Tick>, ChainError> {
        self.value(
            twox64("TeeWorker", "LastWork", worker),
            "TeeWorker.LastWork",
        )
        .await
    }

    /// The encrypted master key that waits for a worker, and when it was posted.
    pub async fn master_key_post(
        &self,
        worker: &WorkerKey,
    ) -> Result<Option<(Tick, MasterKeyDistributePayload)>, ChainError> {
        const WHAT: &str = "TeeWorker.MasterKeyPostation";
        let post: Option<Option<_>> = self
            .value(twox64("TeeWorker", "MasterKeyPostation", worker), WHAT)
            .await?;
        Ok(post.flatten())
    }

    /// Workers that asked for the master key, each with the holder that is to send it.
    pub async fn master_key_requests(&self) -> Result<Vec<(WorkerKey, WorkerKey)>, ChainError> {
        const WHAT: &str = "TeeWorker.MasterKeyDistributeNotify";
        self.map(
            item("TeeWorker", "MasterKeyDistributeNotify"),
            Hasher::Twox64,
            SMALL,
            WHAT,
        )
        .await
    }

    /// An account's money and nonce; zero for an account that doesn't exist.
    pub async fn account(&self, account: &AccountId) -> Result<AccountInfo, ChainError> {
        Ok(self
            .value(blake2("System", "Account", account), "System.Account")
            .await?
            .unwrap_or_default())
    }

    /// All entries under a prefix, of one block, read in pages.
    pub(crate) async fn map<K: Decode, V: Decode>(
        &self,
        prefix: Vec<u8>,
        hasher: Hasher,
        batch: usize,
        what: &str,
    ) -> Result<Vec<(K, V)>, ChainError> {
        let pinned = self.pinned().await?;
        let mut entries = Vec::new();
        for keys in pinned.all_keys(&prefix).await?.chunks(batch) {
            let values = pinned.raw_values(keys.to_vec()).await?;
            for (key, value) in keys.iter().zip(values) {
                let Some(value) = value else { continue };
                let key =
                    map_key(key, prefix.len(), hasher).map_err(|e| ChainError::decode(what, e))?;
                entries.push((key, decode_exact(&value, what)?));
            }
        }
        Ok(entries)
    }

    /// All values of a map, whatever their keys.
    pub(crate) async fn values_of<V: Decode>(
        &self,
        pallet: &str,
        name: &str,
    ) -> Result<Vec<V>, ChainError> {
        let pinned = self.pinned().await?;
        let mut values = Vec::new();
        for keys in pinned.all_keys(&item(pallet, name)).await?.chunks(SMALL) {
            for value in pinned
                .raw_values(keys.to_vec())
                .await?
                .into_iter()
                .flatten()
            {
                values.push(decode_exact(&value, &format!("{pallet}.{name}"))?);
            }
        }
        Ok(values)
    }

    /// The first part of each key under a prefix.
    pub(crate) async fn map_keys<K: Decode>(
        &self,
        prefix: Vec<u8>,
        hasher: Hasher,
        what: &str,
    ) -> Result<Vec<K>, ChainError> {
        let keys = self.pinned().await?.all_keys(&prefix).await?;
        keys.iter()
            .map(|key| map_key(key, prefix.len(), hasher))
            .collect::<Result<_, _>>()
            .map_err(|e| ChainError::decode(what, e))
    }

    /// The same chain at one block: several answers of different blocks would not fit together.
    pub(crate) async fn pinned(&self) -> Result<Self, ChainError> {
        Ok(match self.at {
            Some(_) => self.clone(),
            None => self.at(self.best().await?.1),
        })
    }

    async fn all_keys(&self, prefix: &[u8]) -> Result<Vec<Vec<u8>>, ChainError> {
        let mut all: Vec<Vec<u8>> = Vec::new();
        loop {
            let page = self.keys(prefix, all.last().map(Vec::as_slice)).await?;
            let full = page.len() >= PAGE as usize;
            all.extend(page);
            if !full {
                return Ok(all);
            }
        }
    }

    async fn keys(&self, prefix: &[u8], after: Option<&[u8]>) -> Result<Vec<Vec<u8>>, ChainError> {
        let at = self.at;
        self.connection()
            .ask("state_getKeysPaged", |rpc| async move {
                rpc.state_get_keys_paged(prefix, PAGE, after, at).await
            })
            .await
            .map_err(|e| about_block(e, at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_info_has_the_shape_of_frame_system() {
        let bytes = [
            5u32.encode(),
            1u32.encode(),
            2u32.encode(),
            0u32.encode(),
            700u128.encode(),
            30u128.encode(),
            1u128.encode(),
            (1u128 << 127).encode(),
        ]
        .concat();
        let info: AccountInfo = decode_exact(&bytes, "System.Account").unwrap();
        assert_eq!((info.nonce, info.free, info.reserved), (5, 700, 30));
    }

    #[test]
    fn leftover_bytes_are_refused() {
        assert!(decode_exact::<u32>(&[0; 5], "x").is_err());
    }
}
