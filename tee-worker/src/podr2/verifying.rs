//! `podr2.Podr2VerifierApi`: verdicts over service proofs.
//!
//! A miner with many fragments proves them in batches; the worker adds the batches of a challenge
//! up itself. When the product of the sigmas is the submitted proof, the proof is whole: the verdict
//! is `true` if the sum of the names is the chain's snapshot, and if no fragment is named more often,
//! in all batches together, than the chain listed it for the miner when it made the challenge. The
//! verdict comes with the last batch; the request for the aggregate only shows it. What a client
//! presents as its history is never believed.

use super::{
    batches::{add_names, is_part, Batches},
    cores::Cores,
};
use crate::{
    identity::Identity,
    master::{Keyring, Master},
    metrics::Metrics,
    pool::Pool,
    verdicts::{is_owed, Over, Part, Verdict, Verdicts},
    view::{unavailable, View},
};
use cess_podr2::Challenge;
use cess_primitives::{
    audit::ChallengeInfo,
    payload::{master_digest, VerifyServiceResultInfo},
    AccountId, BVec, BloomFilter, Tick,
};
use cess_tee_api::{
    convert::{account, at_most, bloom, challenge as challenge_field, required},
    podr2::{
        podr2_verifier_api_server::Podr2VerifierApi, RequestAggregateSignature, RequestBatchVerify,
        ResponseAggregateSignature, ResponseBatchVerify,
    },
    wire, MinerSigned, MOST_NAMES,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tonic::{Request, Response, Status};

/// The verification service.
#[derive(Clone)]
pub struct Verifier {
    view: View,
    identity: Identity,
    keyring: Keyring,
    verdicts: Verdicts,
    pool: Pool,
    metrics: Metrics,
    cores: Cores,
    batches: Arc<Mutex<HashMap<AccountId, Batches>>>,
}

/// A request that belongs to an open challenge for which this worker owes the verdict.
struct Case {
    miner: AccountId,
    challenge: ChallengeInfo,
    /// The submitted proof.
    sigma: Vec<u8>,
}

impl Case {
    /// Whether these batches are all that was submitted.
    fn is_whole(&self, batches: &Batches) -> bool {
        batches.sigma.as_bytes() == self.sigma
    }
}

impl Verifier {
    /// A service that verifies in the places of this pool.
    pub fn new(
        view: View,
        identity: Identity,
        keyring: Keyring,
        verdicts: Verdicts,
        pool: Pool,
        metrics: Metrics,
    ) -> Self {
        Self {
            view,
            identity,
            keyring,
            verdicts,
            pool,
            metrics,
            cores: Cores::new("verdict"),
            batches: Arc::default(),
        }
    }

    async fn verify(&self, request: RequestBatchVerify) -> Result<ResponseBatchVerify, Status> {
        let case = self.case(account(&request.miner_id, "miner_id")?).await?;
        let asked = challenge_field(required(request.qslices.as_ref(), "qslices")?)?;
        if asked != case.challenge.challenge_element.service_param {
            return Err(Status::invalid_argument(
                "qslices is not the chain's challenge: read it again",
            ));
        }
        let proof = wire::podr2::proof(&request)?;
        at_most(&proof.names, MOST_NAMES, "agg_proof.names")?;
        let master = self.keyring.master()?;
        let signed =
            cess_chain::verify(case.miner.as_ref(), &request.digest(), request.signature());
        let before = self.batches_before(&case, &request.service_bloom_filter)?;
        let is_first = before.is_empty();
        let wanted = &case.challenge.miner_snapshot.service_bloom_filter;
        let sum = add_names(&before.bloom, &proof.names)?;

        let q =
            Challenge::try_from(&asked).map_err(|e| Status::failed_precondition(e.to_string()))?;
        let key = super::key(&self.view, &master).await?;
        let (cores, sigma) = (self.cores.clone(), proof.sigma.clone());
        let place = self.pool.enter().await?;
        let (judged, _place) = place
            .run(move || cores.run(|| before.judge(&*key, &q, proof)))
            .await?;
        let holds = match judged? {
            Ok(batches) => self.check_names(&case, batches).await?,
            Err(rejection) => Err(rejection),
        };
        match holds {
            Ok(batches) if is_first && case.is_whole(&batches) => {
                let signature = self.decide(&case, &master, true).await?;
                Ok(self.response(true, wanted, signature))
            }
            Ok(mut batches) => {
                let signature = self.sign(&case, &master, true, sigma.as_bytes(), &sum)?;
                if case.is_whole(&batches) {
                    batches.verdict = Some(self.decide(&case, &master, true).await?);
                }
                if is_first {
                    self.forget_closed().await;
                }
                // A client of the published protocol still asks for the aggregate.
                self.lock().insert(case.miner, batches);
                Ok(self.response(true, &sum, signature))
            }
            Err(why) if signed => {
                tracing::warn!(miner = %case.miner, why, "a service proof does not hold");
                let signature = self.decide(&case, &master, false).await?;
                Ok(self.response(false, wanted, signature))
            }
            Err(why) => Err(Status::invalid_argument(format!(
                "{why}; there is no verdict because the request is not signed by the miner (miner_sign)"
            ))),
        }
    }

    async fn aggregate(
        &self,
        request: RequestAggregateSignature,
    ) -> Result<ResponseAggregateSignature, Status> {
        let first = request.verify_inservice_file_history.first();
        let first = required(first, "verify_inservice_file_history")?;
        let case = self.case(account(&first.miner_id, "miner_id")?).await?;
        let master = self.keyring.master()?;
        for item in &request.verify_inservice_file_history {
            let filter = bloom(&item.service_bloom_filter, "service_bloom_filter")?;
            let digest = self.digest(&case, item.result, item.sigma.as_bytes(), &filter)?;
            if item.miner_id != first.miner_id
                || !item.result
                || !master.verify(&digest, &item.signature)
            {
                return Err(Status::invalid_argument(
                    "an item of the history is another miner's, false, or not signed for this challenge",
                ));
            }
        }
        let batches = self.lock().get(&case.miner).cloned();
        let start = case.challenge.challenge_element.start;
        let complete = batches.filter(|batches| batches.start == start);
        let Some(signature) = complete.and_then(|batches| batches.verdict) else {
            return Err(Status::failed_precondition(
                "the batches do not add up to the submitted proof and the chain's fragments: verify all of \
                 them with this worker, the first one with an empty filter",
            ));
        };
        Ok(ResponseAggregateSignature {
            tee_account_id: self.identity.key().to_vec(),
            signature: signature.to_vec(),
        })
    }

    /// The miner's open challenge, if this worker owes the verdict over its service proof.
    async fn case(&self, miner: AccountId) -> Result<Case, Status> {
        let challenge = self.view.challenge(&miner).await.map_err(unavailable)?;
        let challenge = challenge
            .ok_or_else(|| Status::failed_precondition("the miner has no open challenge"))?;
        if !is_owed(&challenge, Part::Service, &self.identity.key()) {
            return Err(Status::failed_precondition(
                "no service proof waits for this worker: submit it to the chain first, then ask the worker \
                 that the chain named",
            ));
        }
        let sigma = challenge
            .prove_info
            .service_prove
            .as_ref()
            .map(|proof| proof.service_prove.to_vec());
        Ok(Case {
            miner,
            challenge,
            sigma: sigma.unwrap_or_default(),
        })
    }

    /// What the request continues: nothing, or exactly what this worker has added up so far.
    fn batches_before(&self, case: &Case, filter: &[u64]) -> Result<Batches, Status> {
        let start = case.challenge.challenge_element.start;
        let filter = if filter.is_empty() {
            BloomFilter::default()
        } else {
            bloom(filter, "service_bloom_filter")?
        };
        if filter.is_empty() {
            return Ok(Batches::none(start));
        }
        let known = self
            .lock()
            .get(&case.miner)
            .filter(|batches| batches.start == start && batches.verdict.is_none())
            .cloned();
        known.filter(|batches| batches.bloom == filter).ok_or_else(|| {
            Status::failed_precondition(
                "service_bloom_filter is not the sum of the batches so far: start again with an empty one",
            )
        })
    }

    /// The batches, if their names are those of the chain, or may become them; else why not.
    ///
    /// The chain's snapshot is only a sum, to which a few fragments that are named often enough might
    /// add up in place of many. So none may be named more often than the chain listed it. More than
    /// once is rare (a file of zeros), so that the chain's list, which is long, is only read then.
    async fn check_names(
        &self,
        case: &Case,
        batches: Batches,
    ) -> Result<Result<Batches, String>, Status> {
        let wanted = &case.challenge.miner_snapshot.service_bloom_filter;
        let whole = case.is_whole(&batches);
        let fits = match whole {
            true => batches.bloom == *wanted,
            false => is_part(&batches.bloom, wanted),
        };
        if !fits {
            let why = "the named fragments are not those that the chain counted";
            return Ok(Err(why.into()));
        }
        let repeated = batches.repeated();
        if !whole || repeated.is_empty() {
            return Ok(Ok(batches));
        }
        let listed = self
            .view
            .fragment_counts(&case.miner, batches.start)
            .await
            .map_err(unavailable)?;
        let mut repeated = repeated.iter();
        let excess = repeated.find(|(name, count)| listed.get(name).unwrap_or(&0) < count);
        Ok(match excess {
            Some((name, count)) => Err(format!(
                "fragment {name} is named {count} times, which is more often than the miner held it when it \
                 was challenged"
            )),
            None => Ok(batches),
        })
    }

    /// Forgets what was added up for challenges that are over.
    async fn forget_closed(&self) {
        let kept: Vec<(AccountId, Tick)> = {
            let batches = self.lock();
            let kept = batches.iter().map(|(miner, b)| (miner.clone(), b.start));
            kept.collect()
        };
        for (miner, start) in kept {
            let Ok(open) = self.view.challenge(&miner).await else {
                continue;
            };
            if open.map(|challenge| challenge.challenge_element.start) != Some(start) {
                self.lock()
                    .retain(|other, batches| *other != miner || batches.start != start);
            }
        }
    }

    /// Signs the verdict over the submitted proof, keeps it safe and begins to post it.
    async fn decide(&self, case: &Case, master: &Master, result: bool) -> Result<[u8; 64], Status> {
        let result = self.verdicts.says(result);
        let filter = &case.challenge.miner_snapshot.service_bloom_filter;
        let signature = self.sign(case, master, result, &case.sigma, filter)?;
        let verdict = Verdict {
            miner: case.miner.clone(),
            start: case.challenge.challenge_element.start,
            result,
            signature,
            over: Over::Service {
                bloom: Box::new(filter.clone()),
            },
        };
        self.verdicts.publish(verdict).await.map_err(|error| {
            tracing::error!(%error, "a verdict cannot be kept");
            Status::internal(error.to_string())
        })?;
        self.metrics.verdict("service", result);
        self.lock().remove(&case.miner);
        Ok(signature)
    }

    fn digest(
        &self,
        case: &Case,
        result: bool,
        sigma: &[u8],
        filter: &BloomFilter,
    ) -> Result<[u8; 32], Status> {
        let miner_prove: BVec<u8, _> = sigma
            .to_vec()
            .try_into()
            .map_err(|_| Status::invalid_argument("sigma is too long"))?;
        Ok(master_digest(&VerifyServiceResultInfo {
            miner: case.miner.clone(),
            tee_puk: self.identity.key(),
            miner_prove,
            result,
            chal: case.challenge.challenge_element.service_param.clone(),
            service_bloom_filter: filter.clone(),
        }))
    }

    fn sign(
        &self,
        case: &Case,
        master: &Master,
        result: bool,
        sigma: &[u8],
        filter: &BloomFilter,
    ) -> Result<[u8; 64], Status> {
        Ok(master.sign(&self.digest(case, result, sigma, filter)?))
    }

    fn response(
        &self,
        result: bool,
        filter: &BloomFilter,
        signature: [u8; 64],
    ) -> ResponseBatchVerify {
        ResponseBatchVerify {
            batch_verify_result: result,
            tee_account_id: self.identity.key().to_vec(),
            service_bloom_filter: filter.0.to_vec(),
            signature: signature.to_vec(),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<AccountId, Batches>> {
        self.batches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[tonic::async_trait]
impl Podr2VerifierApi for Verifier {
    async fn request_batch_verify(
        &self,
        request: Request<RequestBatchVerify>,
    ) -> Result<Response<ResponseBatchVerify>, Status> {
        let answer = self.verify(request.into_inner()).await;
        self.metrics.answered("batch_verify", answer)
    }

    async fn request_aggregate_signature(
        &self,
        request: Request<RequestAggregateSignature>,
    ) -> Result<Response<ResponseAggregateSignature>, Status> {
        let answer = self.aggregate(request.into_inner()).await;
        self.metrics.answered("aggregate", answer)
    }
}
