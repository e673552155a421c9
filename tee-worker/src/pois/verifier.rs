//! `pois.PoisVerifierApi`: verdicts over idle proofs.
//!
//! A challenge asks for one set of each sixteen. First the miner has the proof of each range checked, and
//! gets this worker's signature over its hash; then it presents the signed hashes and gets the verdict. Both
//! parts are over the state that the chain recorded with the challenge: front, rear and accumulator.

use super::{check_signed, check_state, is_about_the_proof, params, Keys};
use crate::{
    identity::Identity,
    master::Keyring,
    metrics::Metrics,
    pool::Pool,
    verdicts::{is_owed, Over, Part, Verdict, Verdicts},
    view::{unavailable, View},
};
use cess_pois::{
    space::{self, Range, RangeHash},
    Params, PoisError, SpaceProofInfo, GROUP,
};
use cess_primitives::{
    audit::ChallengeInfo,
    payload::{master_digest, VerifyIdleResultInfo},
    AccountId, BVec,
};
use cess_tee_api::{
    convert::{account, array, at_most, index, required, space_challenge},
    pois::{
        pois_verifier_api_server::PoisVerifierApi, BlocksProof, RequestSpaceProofVerify,
        RequestSpaceProofVerifyTotal, ResponseSpaceProofVerify, ResponseSpaceProofVerifyTotal,
    },
    wire, MinerSigned,
};
use tonic::{Request, Response, Status};

/// The verification service.
#[derive(Clone)]
pub struct Verifier {
    view: View,
    identity: Identity,
    keyring: Keyring,
    keys: Keys,
    verdicts: Verdicts,
    pool: Pool,
    metrics: Metrics,
}

/// A request that belongs to an open challenge for which this worker owes the verdict.
struct Case {
    miner: AccountId,
    challenge: ChallengeInfo,
    /// The submitted total hash.
    total_hash: Vec<u8>,
}

impl Verifier {
    /// A service that verifies in the places of this pool.
    pub(crate) fn new(
        view: View,
        identity: Identity,
        keyring: Keyring,
        keys: Keys,
        verdicts: Verdicts,
        pool: Pool,
        metrics: Metrics,
    ) -> Self {
        Self {
            view,
            identity,
            keyring,
            keys,
            verdicts,
            pool,
            metrics,
        }
    }

    async fn verify_block(
        &self,
        request: RequestSpaceProofVerify,
    ) -> Result<ResponseSpaceProofVerify, Status> {
        let account = account(&request.miner_id, "miner_id")?;
        check_signed(&account, &request)?;
        let case = self.case(account, &request.space_chals).await?;
        let state = case.challenge.miner_snapshot.space_proof_info.clone();
        check_state(&request.miner_id, request.pois_info.as_ref(), &state)?;
        let proof = wire::pois::space_proof(required(request.proof.as_ref(), "proof")?)?;
        let params = params(&self.view).await?;
        let chals = case.challenge.challenge_element.space_param;
        let master = self.keyring.master()?;
        let keys = self.keys.clone();
        let place = self.pool.enter().await?;
        let (verified, _place) = place
            .run(move || {
                let group = keys.group(&master, &state)?;
                space::verify_range(&params, &group, &state, &chals, &proof)?;
                Ok::<_, PoisError>(RangeHash {
                    range: proof.range,
                    hash: proof.hash(),
                })
            })
            .await?;
        match verified {
            Ok(range) => Ok(ResponseSpaceProofVerify {
                signature: self
                    .identity
                    .signer()
                    .sign(&case.range_digest(&range))
                    .to_vec(),
            }),
            Err(error) if !is_about_the_proof(&error) => {
                Err(Status::failed_precondition(error.to_string()))
            }
            Err(error) => {
                tracing::warn!(miner = %case.miner, %error, "an idle proof does not hold");
                self.decide(&case, false).await?;
                Err(Status::invalid_argument(format!(
                    "{error}; the verdict is false"
                )))
            }
        }
    }

    async fn verify_total(
        &self,
        request: RequestSpaceProofVerifyTotal,
    ) -> Result<ResponseSpaceProofVerifyTotal, Status> {
        let account = account(&request.miner_id, "miner_id")?;
        let signed = cess_chain::verify(account.as_ref(), &request.digest(), request.signature());
        let case = self.case(account, &request.space_chals).await?;
        let state = &case.challenge.miner_snapshot.space_proof_info;
        let claimed = (
            index(request.front, "front")?,
            index(request.rear, "rear")?,
            array(&request.acc, "acc")?,
        );
        if claimed != (state.front, state.rear, state.accumulator) {
            return Err(Status::failed_precondition(
                "front, rear or acc is not the challenged state: read it again",
            ));
        }
        let params = params(&self.view).await?;
        let ranges = self.check_ranges(&params, &case, &request.proof_list)?;
        let chals = &case.challenge.challenge_element.space_param;
        let total = space::verify_chain(&params, state, chals, &ranges)
            .map_err(|error| Status::invalid_argument(format!("proof_list: {error}")))?;
        let result = total[..] == case.total_hash;
        if !result && !signed {
            return Err(Status::invalid_argument(
                "the hash is not the one that the miner submitted; there is no verdict because the request is \
                 not signed by the miner (miner_sign)",
            ));
        }
        let signature = self.decide(&case, result).await?;
        Ok(ResponseSpaceProofVerifyTotal {
            miner_id: request.miner_id,
            idle_result: result,
            signature: signature.to_vec(),
        })
    }

    /// The ranges and the hashes of their proofs, if this worker signed each for this challenge.
    fn check_ranges(
        &self,
        params: &Params,
        case: &Case,
        blocks: &[BlocksProof],
    ) -> Result<Vec<RangeHash>, Status> {
        let state = &case.challenge.miner_snapshot.space_proof_info;
        at_most(blocks, most_ranges(params, state), "proof_list")?;
        let range = |block: &BlocksProof| {
            let content = required(
                block.proof_hash_and_left_right.as_ref(),
                "proof_hash_and_left_right",
            )?;
            let range = RangeHash {
                range: Range {
                    left: index(content.left, "left")?,
                    right: index(content.right, "right")?,
                },
                hash: array(&content.space_proof_hash, "space_proof_hash")?,
            };
            let key = self.identity.key();
            let mine = content.tee_id == key
                && cess_chain::verify(&key, &case.range_digest(&range), &block.signature);
            mine.then_some(range).ok_or_else(|| {
                Status::invalid_argument(
                    "an entry is not signed by this worker for this challenge: have the proof verified first",
                )
            })
        };
        blocks.iter().map(range).collect()
    }

    /// The miner's open challenge, if this worker owes the verdict over its idle proof.
    async fn case(&self, miner: AccountId, chals: &[i64]) -> Result<Case, Status> {
        let chals = space_challenge(chals, "space_chals")?;
        let challenge = self.view.challenge(&miner).await.map_err(unavailable)?;
        let challenge = challenge
            .ok_or_else(|| Status::failed_precondition("the miner has no open challenge"))?;
        if !is_owed(&challenge, Part::Idle, &self.identity.key()) {
            return Err(Status::failed_precondition(
                "no idle proof waits for this worker: submit its hash to the chain first, then ask the worker \
                 that the chain named",
            ));
        }
        if challenge.challenge_element.space_param != chals {
            return Err(Status::invalid_argument(
                "space_chals is not the chain's challenge: read it again",
            ));
        }
        let total_hash = challenge
            .prove_info
            .idle_prove
            .as_ref()
            .map(|proof| proof.idle_prove.to_vec());
        Ok(Case {
            miner,
            challenge,
            total_hash: total_hash.unwrap_or_default(),
        })
    }

    /// Signs the verdict, keeps it safe and begins to post it.
    async fn decide(&self, case: &Case, result: bool) -> Result<[u8; 64], Status> {
        let result = self.verdicts.says(result);
        let state = &case.challenge.miner_snapshot.space_proof_info;
        let total_hash: BVec<u8, _> = case
            .total_hash
            .clone()
            .try_into()
            .map_err(|_| Status::failed_precondition("the submitted hash is too long"))?;
        let signature = self
            .keyring
            .master()?
            .sign(&master_digest(&VerifyIdleResultInfo {
                miner: case.miner.clone(),
                miner_prove: total_hash,
                front: state.front,
                rear: state.rear,
                accumulator: state.accumulator,
                space_challenge_param: case.challenge.challenge_element.space_param,
                result,
                tee_puk: self.identity.key(),
            }));
        let verdict = Verdict {
            miner: case.miner.clone(),
            start: case.challenge.challenge_element.start,
            result,
            signature,
            over: Over::Idle {
                total_hash: case.total_hash.clone(),
                front: state.front,
                rear: state.rear,
                accumulator: state.accumulator,
            },
        };
        self.verdicts.publish(verdict).await.map_err(|error| {
            tracing::error!(%error, "a verdict cannot be kept");
            Status::internal(error.to_string())
        })?;
        self.metrics.verdict("idle", result);
        Ok(signature)
    }
}

impl Case {
    /// What this worker signs when a range's proof holds: bound to the miner and the challenge, and with
    /// them to the state that the chain recorded.
    fn range_digest(&self, range: &RangeHash) -> [u8; 32] {
        let start = self.challenge.challenge_element.start;
        master_digest(&(b"cess-tee idle proof", &self.miner, start, range))
    }
}

/// More ranges than any challenge over this state asks for: one for each sixteen sets, of which the first
/// and the last may be in part.
fn most_ranges(params: &Params, state: &SpaceProofInfo) -> usize {
    let live = state.rear.saturating_sub(state.front);
    let ranges = live / (GROUP * params.set_files()) + 2;
    usize::try_from(ranges).unwrap_or(usize::MAX)
}

#[tonic::async_trait]
impl PoisVerifierApi for Verifier {
    async fn request_space_proof_verify_single_block(
        &self,
        request: Request<RequestSpaceProofVerify>,
    ) -> Result<Response<ResponseSpaceProofVerify>, Status> {
        let answer = self.verify_block(request.into_inner()).await;
        self.metrics.answered("space_proof", answer)
    }

    async fn request_verify_space_total(
        &self,
        request: Request<RequestSpaceProofVerifyTotal>,
    ) -> Result<Response<ResponseSpaceProofVerifyTotal>, Status> {
        let answer = self.verify_total(request.into_inner()).await;
        self.metrics.answered("space_total", answer)
    }
}
