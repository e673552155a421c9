//! `podr2.Podr2Api`: a miner sends a fragment, the worker sends its tag.

use super::{cores::Cores, internal};
use crate::{
    identity::Identity,
    master::{Keyring, Master},
    metrics::Metrics,
    pool::{Place, Pool},
    view::{unavailable, View},
};
use cess_podr2::{SecretKey, Tagged};
use cess_primitives::{
    file::{DigestInfo, FileInfo, TagSigInfo},
    payload::master_digest,
    AccountId, BVec, Hash, ProtocolParams, MAX_SEGMENTS,
};
use cess_tee_api::{
    convert::{account, array, at_most, hash, BadField},
    podr2::{podr2_api_server::Podr2Api, EchoMessage, RequestGenTag, ResponseGenTag},
    wire,
};
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

/// Best blocks that are waited for until the file appears: the miner may know it a moment earlier.
const PATIENCE_BLOCKS: u32 = 3;
/// A stream keeps its place; one that says nothing for so long loses it.
const SILENCE: Duration = Duration::from_secs(20);

/// The tagging service.
#[derive(Clone)]
pub struct Tagger {
    view: View,
    identity: Identity,
    keyring: Keyring,
    pool: Pool,
    metrics: Metrics,
    cores: Cores,
}

/// A fragment to be tagged, in protocol types.
struct Job {
    data: Vec<u8>,
    name: Hash,
    custom_data: String,
    /// The miner's fragments of this file that were tagged before.
    before: TagSigInfo,
    before_signature: Vec<u8>,
}

impl Tagger {
    /// A service that tags in the places of this pool.
    pub fn new(
        view: View,
        identity: Identity,
        keyring: Keyring,
        pool: Pool,
        metrics: Metrics,
    ) -> Self {
        Self {
            view,
            identity,
            keyring,
            pool,
            metrics,
            cores: Cores::new("tag"),
        }
    }

    /// Answers the messages of one stream, in order. The first one takes a place for the whole
    /// stream, so that a miner never uploads a fragment for which there is no place.
    async fn converse(
        &self,
        mut requests: Streaming<RequestGenTag>,
        answers: &mpsc::Sender<Result<ResponseGenTag, Status>>,
    ) -> Result<(), Status> {
        let mut place: Option<Place> = None;
        loop {
            let next = tokio::time::timeout(SILENCE, requests.message()).await;
            let next = next.map_err(|_| {
                Status::deadline_exceeded(
                    "nothing was sent for 20 s: open a new stream when there is a fragment",
                )
            })?;
            let Some(request) = next? else { return Ok(()) };
            let answer = if request.fragment_data.is_empty() {
                if place.is_none() {
                    place = Some(self.pool.enter_line(&line(&request)).await?);
                }
                ResponseGenTag {
                    processing: true,
                    msg: None,
                }
            } else {
                let held = place.take().ok_or_else(|| {
                    Status::failed_precondition(
                        "Please ask if TEEWorker is available before requesting to generate a tag!",
                    )
                })?;
                let (answer, held) = self.tag(request, held).await?;
                place = Some(held);
                answer
            };
            if answers.send(Ok(answer)).await.is_err() {
                return Ok(());
            }
        }
    }

    async fn tag(
        &self,
        request: RequestGenTag,
        place: Place,
    ) -> Result<(ResponseGenTag, Place), Status> {
        let params = self.view.params().await.map_err(unavailable)?;
        let job = parse(request, &params)?;
        let master = self.keyring.master()?;
        check_before(&job, &master)?;
        self.wait_until_wanted(&job).await?;
        let key = super::key(&self.view, &master).await?;
        let timer = self.metrics.tag_seconds.start_timer();
        let (fid, name, miner) = (job.before.file_hash, job.name, job.before.miner.clone());
        let (me, cores) = (self.identity.key(), self.cores.clone());
        let (done, place) = place
            .run(move || cores.run(|| make(job, &master, &*key, params.chunk_count, me)))
            .await?;
        timer.observe_duration();
        let (tagged, signature) = done?;
        self.metrics.tags.inc();
        tracing::info!(%fid, fragment = %name, %miner, "tagged");
        let msg = Some(wire::podr2::tag_message(tagged, signature));
        Ok((
            ResponseGenTag {
                processing: false,
                msg,
            },
            place,
        ))
    }

    /// Returns when the chain lists the fragment as this miner's and untagged.
    async fn wait_until_wanted(&self, job: &Job) -> Result<(), Status> {
        let fid = &job.before.file_hash;
        let mut refusal = String::new();
        for round in 0..=PATIENCE_BLOCKS {
            if round > 0 {
                self.view.next_block().await;
            }
            let file = self.view.file(fid).await.map_err(unavailable)?;
            match file.map(|file| is_wanted(&file, job)) {
                Some(Ok(())) => return Ok(()),
                Some(Err(why)) => refusal = why,
                None => refusal = format!("the chain has no file {fid}"),
            }
        }
        Err(Status::failed_precondition(format!(
            "{refusal}: request a tag when the file is in state Calculate or the restoral is complete"
        )))
    }
}

/// The line in which a miner waits with a file; what is no name is a line as well.
fn line(request: &RequestGenTag) -> Vec<u8> {
    const LONGEST: usize = 64;
    let file = request.file_name.as_bytes();
    [
        &request.miner_id[..request.miner_id.len().min(LONGEST)],
        &file[..file.len().min(LONGEST)],
    ]
    .concat()
}

fn parse(request: RequestGenTag, params: &ProtocolParams) -> Result<Job, BadField> {
    let miner = account(&request.miner_id, "miner_id")?;
    let expected = usize::try_from(params.fragment_size).unwrap_or(usize::MAX);
    if request.fragment_data.len() != expected {
        let found = request.fragment_data.len();
        return Err(BadField::Length {
            field: "fragment_data",
            expected,
            found,
        });
    }
    // One place is left for the new fragment.
    at_most(
        &request.tee_digest_list,
        MAX_SEGMENTS as usize - 1,
        "tee_digest_list",
    )?;
    let digest = request
        .tee_digest_list
        .iter()
        .map(|digest| {
            Ok(DigestInfo {
                fragment: hash(&digest.fragment_name, "tee_digest_list.fragment_name")?,
                tee_puk: array(&digest.tee_account_id, "tee_digest_list.tee_account_id")?,
            })
        })
        .collect::<Result<Vec<_>, BadField>>()?;
    Ok(Job {
        data: request.fragment_data,
        name: hash(request.fragment_name, "fragment_name")?,
        custom_data: request.custom_data,
        before: TagSigInfo {
            miner,
            digest: BVec::truncate_from(digest),
            file_hash: hash(request.file_name, "file_name")?,
        },
        before_signature: request.last_tee_signature,
    })
}

/// The list of earlier fragments must be one that the master key signed.
fn check_before(job: &Job, master: &Master) -> Result<(), Status> {
    let signed = master.verify(&master_digest(&job.before), &job.before_signature);
    if job.before.digest.is_empty() || signed {
        return Ok(());
    }
    Err(Status::invalid_argument(
        "last_tee_signature is not the master key's over tee_digest_list: start the list anew",
    ))
}

/// Whether the miner still needs a tag for one more copy of this fragment.
fn is_wanted(file: &FileInfo, job: &Job) -> Result<(), String> {
    let miner: &AccountId = &job.before.miner;
    let fragments = file
        .segment_list
        .iter()
        .flat_map(|segment| &segment.fragment_list);
    let mine: Vec<_> = fragments
        .filter(|f| f.hash == job.name && f.miner == *miner)
        .collect();
    if mine.is_empty() {
        return Err(format!(
            "fragment {} of that file is not this miner's",
            job.name
        ));
    }
    let untagged = mine.iter().filter(|f| f.avail && f.tag.is_none()).count();
    let listed = job
        .before
        .digest
        .iter()
        .filter(|digest| digest.fragment == job.name)
        .count();
    if listed < untagged {
        Ok(())
    } else {
        Err(format!(
            "fragment {} of this miner needs no further tag",
            job.name
        ))
    }
}

/// Tags, and signs the list with the new fragment at its end.
fn make(
    job: Job,
    master: &Master,
    key: &dyn SecretKey,
    chunks: u32,
    me: [u8; 32],
) -> Result<(Tagged, [u8; 64]), Status> {
    let tagged = key
        .tag(&job.name, &job.data, chunks, job.custom_data.as_bytes())
        .map_err(|error| match error {
            cess_podr2::Podr2Error::WrongData { .. } => Status::invalid_argument(error.to_string()),
            error => internal(&error),
        })?;
    let mut signed = job.before;
    let digest = DigestInfo {
        fragment: job.name,
        tee_puk: me,
    };
    signed
        .digest
        .try_push(digest)
        .map_err(|_| Status::invalid_argument("tee_digest_list is full"))?;
    Ok((tagged, master.sign(&master_digest(&signed))))
}

#[tonic::async_trait]
impl Podr2Api for Tagger {
    type request_gen_tagStream = ReceiverStream<Result<ResponseGenTag, Status>>;

    async fn request_gen_tag(
        &self,
        request: Request<Streaming<RequestGenTag>>,
    ) -> Result<Response<Self::request_gen_tagStream>, Status> {
        let (sender, receiver) = mpsc::channel(1);
        let this = Arc::new(self.clone());
        tokio::spawn(async move {
            if let Err(status) = this.converse(request.into_inner(), &sender).await {
                this.metrics.refused("tag", &status);
                // A client that is gone doesn't mind.
                let _ = sender.send(Err(status)).await;
            }
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }

    async fn echo(&self, request: Request<EchoMessage>) -> Result<Response<EchoMessage>, Status> {
        Ok(Response::new(request.into_inner()))
    }
}
