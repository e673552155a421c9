//! Sending transactions and waiting for what becomes of them.

use crate::{
    connection::{Backoff, Failure, Rpc},
    error::{ChainError, PoolError},
    event::{self, Event},
    storage, Call, Chain, Signer,
};
use codec::Decode;
use sp_core::H256;
use sp_crypto_hashing::blake2_256;
use sp_runtime::DispatchError;
use subxt::{
    backend::legacy::rpc_methods::TransactionStatus,
    ext::subxt_rpcs::{self, client::RpcSubscription},
};
use tokio::time::Instant;

/// Blocks that are searched for a transaction whose fate was not reported.
const SEARCHED: u32 = 256;

/// A call that was executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Included {
    /// The block, which was a best one.
    pub block: H256,
    /// The block's height.
    pub number: u32,
    /// The transaction's hash.
    pub transaction: H256,
    /// What the call caused.
    pub events: Vec<Event>,
}

/// A transaction in the pool.
struct Placed {
    nonce: u64,
    hash: H256,
    statuses: RpcSubscription<TransactionStatus<H256>>,
}

/// Why a transaction did not enter the pool.
enum Refusal {
    Pool(PoolError),
    /// Nobody knows whether the pool has the transaction of this nonce.
    Lost {
        nonce: u64,
        reason: String,
    },
    Final(ChainError),
}

impl From<ChainError> for Refusal {
    fn from(error: ChainError) -> Self {
        Self::Final(error)
    }
}

impl Chain {
    /// Signs and submits a call, and waits until it is in a best block.
    ///
    /// Safe to use concurrently with one account. Fails with [`ChainError::Dispatch`] when the call
    /// was executed and failed, with [`ChainError::Pool`] when the pool refuses it for a reason
    /// that another try doesn't mend, with [`ChainError::NotIncluded`] when no block takes it
    /// within [`Options::inclusion`](crate::Options::inclusion).
    pub async fn submit(&self, signer: &Signer, call: Call) -> Result<Included, ChainError> {
        self.submit_and_judge(signer, &call, |_| None).await
    }

    /// Submits a call as root; `signer` is the sudo key. Also fails when the inner call does.
    pub async fn submit_sudo(&self, signer: &Signer, call: Call) -> Result<Included, ChainError> {
        let title = call.title();
        let included = self
            .submit_and_judge(signer, &call.sudo(), |raw| {
                // Sudid { sudo_result: Result<(), DispatchError> }
                let fields = raw.fields_of("Sudo", "Sudid")?;
                (fields.first() == Some(&1)).then(|| fields.get(1..).unwrap_or_default().to_vec())
            })
            .await;
        included.map_err(|error| match error {
            ChainError::Dispatch {
                pallet,
                error,
                docs,
                ..
            } => ChainError::Dispatch {
                call: title,
                pallet,
                error,
                docs,
            },
            other => other,
        })
    }

    async fn submit_and_judge(
        &self,
        signer: &Signer,
        call: &Call,
        inner_error: fn(&event::Raw) -> Option<Vec<u8>>,
    ) -> Result<Included, ChainError> {
        let waited = self.connection().options.inclusion;
        let judged = tokio::time::timeout(waited, async {
            let (block, transaction) = self.include(signer, call).await?;
            self.outcome(call, block, transaction, inner_error).await
        });
        judged.await.unwrap_or_else(|_| {
            Err(ChainError::NotIncluded {
                call: call.title(),
                waited,
            })
        })
    }

    /// Tries until a best block includes the call; gives the block and the transaction's hash.
    async fn include(&self, signer: &Signer, call: &Call) -> Result<(H256, H256), ChainError> {
        let since = self.best_number().await?;
        let start = Instant::now();
        let mut backoff = Backoff::new();
        let mut sent: Vec<H256> = Vec::new();
        // A nonce that a lost transaction holds: the next try takes its place, never stands beside it.
        let mut held: Option<u64> = None;
        loop {
            let reason = match self.place(signer, call, held, &mut sent).await {
                Ok(placed) => {
                    held = Some(placed.nonce);
                    match watch(placed.statuses).await {
                        Ok(block) => return Ok((block, placed.hash)),
                        Err(reason) => reason,
                    }
                }
                Err(Refusal::Final(error)) => return Err(error),
                Err(Refusal::Pool(error)) if is_hopeless(&error) => {
                    return Err(ChainError::Pool {
                        call: call.title(),
                        source: error,
                    });
                }
                Err(Refusal::Pool(error)) => error.to_string(),
                Err(Refusal::Lost { nonce, reason }) => {
                    held = Some(nonce);
                    reason
                }
            };
            tracing::debug!(call = call.title(), reason, waited = ?start.elapsed(), "submitting again");
            if let Some(found) = self.search(&sent, since).await? {
                return Ok(found);
            }
            if let Some(nonce) = held {
                let used = u64::from(self.account(&signer.account_id()).await?.nonce);
                if nonce < used {
                    held = None;
                    self.shared
                        .nonces
                        .of(&signer.account_id())
                        .lock()
                        .await
                        .take();
                }
            }
            backoff.pause().await;
        }
    }

    /// Signs and puts a transaction into the pool, with the held nonce or the account's next one.
    async fn place(
        &self,
        signer: &Signer,
        call: &Call,
        held: Option<u64>,
        sent: &mut Vec<H256>,
    ) -> Result<Placed, Refusal> {
        if let Some(nonce) = held {
            return self.place_at(signer, call, nonce, sent).await;
        }
        let counter = self.shared.nonces.of(&signer.account_id());
        let mut next = counter.lock().await;
        // Whatever interrupts this, the next transaction asks the chain again.
        let nonce = match next.take() {
            Some(nonce) => nonce,
            None => self.next_nonce(&signer.account_id()).await?,
        };
        let placed = self.place_at(signer, call, nonce, sent).await?;
        *next = Some(nonce + 1);
        Ok(placed)
    }

    async fn place_at(
        &self,
        signer: &Signer,
        call: &Call,
        nonce: u64,
        sent: &mut Vec<H256>,
    ) -> Result<Placed, Refusal> {
        let runtime = self.connection().runtime()?;
        let (bytes, hash) = runtime.sign(signer, call, nonce)?;
        sent.push(hash);
        let bytes = &bytes;
        let question = |rpc: Rpc| async move { rpc.author_submit_and_watch_extrinsic(bytes).await };
        match self.connection().try_ask(&question).await? {
            Ok(statuses) => Ok(Placed {
                nonce,
                hash,
                statuses,
            }),
            Err(Failure::Lost(reason)) => Err(Refusal::Lost { nonce, reason }),
            Err(Failure::Refused(subxt_rpcs::Error::User(error))) => {
                let error = PoolError::from_user(&error);
                let known = runtime.spec_version();
                if error == PoolError::BadSignature
                    && self.connection().refresh_runtime().await?.spec_version() != known
                {
                    return Err(Refusal::Lost {
                        nonce,
                        reason: "the runtime was upgraded".into(),
                    });
                }
                Err(Refusal::Pool(error))
            }
            Err(Failure::Refused(error)) => Err(Refusal::Final(ChainError::from_rpc(
                "author_submitAndWatchExtrinsic",
                error,
            ))),
        }
    }

    /// Looks for one of these transactions in the best chain's recent blocks.
    async fn search(&self, sent: &[H256], since: u32) -> Result<Option<(H256, H256)>, ChainError> {
        if sent.is_empty() {
            return Ok(None);
        }
        let best = self.best_number().await?;
        for number in since.max(best.saturating_sub(SEARCHED))..=best {
            let Some(block) = self.block_hash(number).await? else {
                continue;
            };
            let found = self
                .extrinsics(block)
                .await?
                .into_iter()
                .find(|hash| sent.contains(hash));
            if let Some(hash) = found {
                return Ok(Some((block, hash)));
            }
        }
        Ok(None)
    }

    /// Hashes of a block's extrinsics.
    async fn extrinsics(&self, block: H256) -> Result<Vec<H256>, ChainError> {
        let details = self
            .connection()
            .ask("chain_getBlock", |rpc| async move {
                rpc.chain_get_block(Some(block)).await
            })
            .await?
            .ok_or(ChainError::Pruned(block))?;
        Ok(details
            .block
            .extrinsics
            .iter()
            .map(|bytes| blake2_256(bytes).into())
            .collect())
    }

    /// What became of a transaction in this block.
    async fn outcome(
        &self,
        call: &Call,
        block: H256,
        transaction: H256,
        inner_error: fn(&event::Raw) -> Option<Vec<u8>>,
    ) -> Result<Included, ChainError> {
        let hashes = self.extrinsics(block).await?;
        let index = hashes.iter().position(|hash| *hash == transaction);
        let index = index
            .and_then(|index| u32::try_from(index).ok())
            .ok_or_else(|| ChainError::Answer {
                method: "chain_getBlock",
                reason: "the transaction is not in the block that included it".into(),
            })?;
        let number = self.header(Some(block)).await?.number;
        let keys = vec![storage::item("System", "Events")];
        let bytes = self
            .at(block)
            .raw_values(keys)
            .await?
            .pop()
            .flatten()
            .unwrap_or_default();
        let runtime = self.connection().runtime()?;
        let mut events = Vec::new();
        for raw in event::split(bytes, runtime.metadata())? {
            if raw.extrinsic() != Some(index) {
                continue;
            }
            // ExtrinsicFailed { dispatch_error, .. }: what follows the error doesn't matter here.
            let failed = raw
                .fields_of("System", "ExtrinsicFailed")
                .map(<[u8]>::to_vec);
            if let Some(error) = failed.or_else(|| inner_error(&raw)) {
                return Err(dispatch_error(call, &error, runtime.metadata()));
            }
            events.push(raw.typed());
        }
        Ok(Included {
            block,
            number,
            transaction,
            events,
        })
    }
}

/// Waits until a best block includes the transaction, or says how it was lost.
async fn watch(mut statuses: RpcSubscription<TransactionStatus<H256>>) -> Result<H256, String> {
    while let Some(status) = statuses.next().await {
        match status.map_err(|error| error.to_string())? {
            TransactionStatus::InBlock(block) | TransactionStatus::Finalized(block) => {
                return Ok(block)
            }
            TransactionStatus::Usurped(_) => {
                return Err("another transaction took its nonce".into())
            }
            TransactionStatus::Dropped => return Err("the pool dropped it".into()),
            TransactionStatus::Invalid => return Err("the pool found it invalid".into()),
            TransactionStatus::Future
            | TransactionStatus::Ready
            | TransactionStatus::Broadcast(_)
            | TransactionStatus::Retracted(_)
            | TransactionStatus::FinalityTimeout(_) => {}
        }
    }
    Err("the node stopped watching it".into())
}

/// Whether signing the same call again would change nothing.
fn is_hopeless(error: &PoolError) -> bool {
    matches!(
        error,
        PoolError::CannotPay | PoolError::BadSignature | PoolError::Refused { .. }
    )
}

/// Gives a name to the `DispatchError` at the start of these SCALE bytes.
fn dispatch_error(call: &Call, mut bytes: &[u8], metadata: &subxt::Metadata) -> ChainError {
    let (pallet, error, docs) = match DispatchError::decode(&mut bytes) {
        Ok(DispatchError::Module(module)) => {
            let pallet = metadata.pallet_by_index(module.index);
            let variant = pallet
                .as_ref()
                .and_then(|p| p.error_variant_by_index(module.error[0]));
            let pallet_name = pallet
                .as_ref()
                .map_or("Unknown".into(), |p| p.name().to_owned());
            match variant {
                Some(variant) => (
                    pallet_name,
                    variant.name.clone(),
                    explanation(&variant.docs),
                ),
                None => (
                    pallet_name,
                    format!("{:?}", module.error),
                    "not in the metadata".into(),
                ),
            }
        }
        Ok(error) => (
            "System".into(),
            format!("{error:?}"),
            <&str>::from(error).to_owned(),
        ),
        Err(error) => ("System".into(), "Unknown".into(), error.to_string()),
    };
    ChainError::Dispatch {
        call: call.title(),
        pallet,
        error,
        docs,
    }
}

fn explanation(docs: &[String]) -> String {
    match docs.join(" ").trim() {
        "" => "the runtime's metadata says no more".into(),
        docs => docs.to_owned(),
    }
}
