//! The audit of idle space: PoIS over files on disk.

use crate::{
    clock::thread_time,
    damage::Damage,
    experiment::Steps,
    plan::Graph,
    subject::{Subject, Traffic},
    trial::TagCost,
    Draw, LabError, Layout,
};
use cess_pois::{
    commit, new_miner, space, DirStore, Group, Params, PoisError, Prover, Record, SecretKey,
    SpaceProofInfo, Store, LABEL_LEN,
};
use cess_primitives::AccountId;
use cess_tee_api::{
    convert::space_challenge_message,
    pois::{RequestSpaceProofVerify, RequestSpaceProofVerifyTotal},
    wire,
};
use codec::Encode;
use prost::Message;
use space::{RangeHash, RangeProof};
use std::{
    cell::Cell,
    collections::BTreeSet,
    fs, io,
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::Duration,
};
use tempfile::TempDir;

/// Labels of a chunk. A miner keeps the Merkle tree from 8 KiB upwards, so that a damaged byte takes all
/// labels of its 8 KiB with it.
pub(crate) const PLACES: u32 = 128;

thread_local! {
    /// Bytes that this thread read from idle files.
    static READ: Cell<u64> = const { Cell::new(0) };
}

/// A miner with certified idle files, and the worker that certified them.
pub struct IdleSpace {
    dir: TempDir,
    params: Params,
    prover: Prover<Counting>,
    state: SpaceProofInfo,
    key: SecretKey,
    damaged: BTreeSet<u32>,
}

impl IdleSpace {
    /// Generates and certifies sets of idle files until the layout is filled, as a miner and a worker do.
    pub(crate) fn certified(
        layout: Layout,
        graph: Graph,
        seed: u64,
        steps: &Steps<'_>,
    ) -> Result<(Self, TagCost), LabError> {
        let dir = tempfile::Builder::new().prefix("cess-lab-").tempdir();
        let dir = dir.map_err(|source| LabError::Store {
            path: std::env::temp_dir(),
            source,
        })?;
        let params = graph.params(&layout)?;
        let mut draw = Draw::about(("idle space", seed));
        let miner = AccountId::new(draw.bytes());
        let key = SecretKey::derive(&draw.bytes(), &miner)?;
        let mut state = new_miner(miner, key.public());
        let files = DirStore::open(dir.path()).map_err(|source| LabError::Store {
            path: dir.path().into(),
            source,
        })?;
        let prover = Prover::open(params, state.clone(), Counting(files))?;
        let group = Group::secret(&key)?;
        let (mut cpu, mut message) = (Duration::ZERO, 0);
        while state.rear < u64::from(layout.fragments) {
            let commitment = prover.generate(&mut |_| match steps.stopped() {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            });
            let commitment = match commitment {
                Err(PoisError::Cancelled) => return Err(LabError::Stopped),
                other => other?,
            };
            let challenge = commit::challenge(&params, &state, &commitment, &draw.bytes())?;
            let (proof, append) = prover.prove_commit(&commitment, &challenge)?;
            let before = thread_time();
            state = commit::verify(
                &params,
                &group,
                &state,
                &commitment,
                &challenge,
                &proof,
                &append,
            )?;
            cpu += thread_time().saturating_sub(before);
            prover.adopt(state.clone())?;
            prover.clean()?;
            let proof = wire::pois::commit_proof_message(&proof);
            let append = wire::pois::append_message(&append);
            message = proof.map_or(0, |proof| proof.encoded_len())
                + append.map_or(0, |append| append.encoded_len());
            (0..layout.set).for_each(|_| steps.step("idle files certified"));
        }
        let cost = TagCost {
            cpu: cpu / layout.fragments,
            message: message as u64 / u64::from(layout.set),
        };
        let space = Self {
            dir,
            params,
            prover,
            state,
            key,
            damaged: BTreeSet::new(),
        };
        Ok((space, cost))
    }

    fn path(&self, fragment: u32) -> PathBuf {
        let (file, k) = (u64::from(fragment), u64::from(self.params.layers()));
        let (cluster, layer) = (file / k + 1, (k + file % k) as u32);
        self.prover.store().0.path(Record::Layer { cluster, layer })
    }

    fn kept(&self, fragment: u32) -> PathBuf {
        self.dir.path().join(format!("whole-{fragment}"))
    }

    /// Lets `change` change the labels of a file, of which a copy is kept.
    fn change(
        &mut self,
        fragment: u32,
        change: impl FnOnce(&Path) -> io::Result<()>,
    ) -> Result<(), LabError> {
        let (path, kept) = (self.path(fragment), self.kept(fragment));
        self.damaged.insert(fragment);
        fs::copy(&path, kept)
            .and_then(|_| change(&path))
            .map_err(|source| LabError::Store { path, source })
    }
}

impl Subject for IdleSpace {
    type Challenge = [u64; space::NODES];
    type Proof = Vec<RangeProof>;

    fn damage(&mut self, damage: &Damage, draw: &mut Draw) -> Result<(), LabError> {
        for fragment in std::mem::take(&mut self.damaged) {
            let path = self.path(fragment);
            fs::rename(self.kept(fragment), &path)
                .map_err(|source| LabError::Store { path, source })?;
        }
        for wounds in damage.wounds.chunk_by(|a, b| a.fragment == b.fragment) {
            self.change(wounds[0].fragment, |path| {
                let mut data = fs::read(path)?;
                for wound in wounds {
                    let (from, to) = (wound.at as usize, (wound.at + wound.len) as usize);
                    // Not by zero: the byte must change.
                    let bytes = data.get_mut(from..to).into_iter().flatten();
                    bytes.for_each(|byte| *byte ^= 1 + draw.below(255) as u8);
                }
                fs::write(path, data)
            })?;
        }
        for fragment in &damage.lost {
            self.change(*fragment, |path| fs::remove_file(path))?;
        }
        Ok(())
    }

    /// Eight distinct nodes of a file, as pallet audit draws them.
    fn challenge(&self, _: u32, draw: &mut Draw) -> Result<Self::Challenge, LabError> {
        let nodes = draw.distinct(space::NODES as u64, self.params.labels().into());
        let few = |_| PoisError::Params("a file has eight labels at least");
        Ok(nodes.try_into().map_err(few)?)
    }

    /// As the miner does it, nothing is proven when a file that is asked for is lost or damaged.
    fn prove(&self, challenge: &Self::Challenge) -> Result<(Vec<RangeProof>, u64), LabError> {
        READ.set(0);
        let proofs = match self.prover.prove_space(&self.state, challenge) {
            Err(PoisError::Missing(_) | PoisError::NotMyState) => Vec::new(),
            other => other?,
        };
        Ok((proofs, READ.get()))
    }

    fn accepts(
        &self,
        challenge: &Self::Challenge,
        proofs: &Vec<RangeProof>,
    ) -> Result<bool, LabError> {
        let group = Group::secret(&self.key)?;
        let ranges = proofs.iter().map(|proof| {
            space::verify_range(&self.params, &group, &self.state, challenge, proof)?;
            Ok(RangeHash {
                range: proof.range,
                hash: proof.hash(),
            })
        });
        let ranges = ranges.collect::<Result<Vec<_>, PoisError>>();
        match ranges
            .and_then(|ranges| space::verify_chain(&self.params, &self.state, challenge, &ranges))
        {
            Ok(total) => Ok(total[..] == submitted(proofs)),
            // These say nothing of the proof.
            Err(error @ (PoisError::Arithmetic(_) | PoisError::Store { .. })) => Err(error.into()),
            Err(_) => Ok(false),
        }
    }

    fn traffic(&self, challenge: &Self::Challenge, proofs: &Vec<RangeProof>) -> Traffic {
        let pois_info = wire::pois::state_message(&self.state, &[0; 64]);
        let space_chals = space_challenge_message(challenge);
        let singles = proofs.iter().map(|proof| RequestSpaceProofVerify {
            space_chals: space_chals.clone(),
            miner_id: vec![0; 32],
            pois_info: pois_info.clone(),
            proof: wire::pois::space_proof_message(proof),
            miner_space_proof_hash_polkadot_sig: vec![0; 64],
        });
        let singles: usize = singles.map(|single| single.encoded_len()).sum();
        // Without the workers' signatures over the ranges, some 200 bytes each.
        let total = RequestSpaceProofVerifyTotal {
            miner_id: vec![0; 32],
            front: self.state.front as i64,
            rear: self.state.rear as i64,
            acc: self.state.accumulator.to_vec(),
            space_chals,
            miner_sign: vec![0; 64],
            ..Default::default()
        };
        let submitted = submitted(proofs);
        // The arguments of `submit_idle_proof` and `post_idle_verdict`.
        let verdict = (
            &self.state.miner,
            &submitted,
            (self.state.front, self.state.rear, self.state.accumulator),
            false,
            [0; 64].to_vec(),
            [0; 32],
        );
        Traffic {
            message: (singles + total.encoded_len()) as u64,
            challenge: challenge.encoded_size() as u64,
            proof: submitted.encoded_size() as u64,
            verdict: verdict.encoded_size() as u64,
            submitted,
        }
    }
}

/// What the miner submits to the chain.
fn submitted(proofs: &[RangeProof]) -> Vec<u8> {
    let hashes: Vec<_> = proofs.iter().map(RangeProof::hash).collect();
    space::total_hash(&hashes).to_vec()
}

/// Bytes of a chunk of an idle file.
pub(crate) fn chunk_len() -> u64 {
    u64::from(PLACES) * LABEL_LEN as u64
}

/// Counts what is read.
struct Counting(DirStore);

impl Store for Counting {
    fn read(&self, record: Record) -> io::Result<Option<Vec<u8>>> {
        let data = self.0.read(record)?;
        READ.set(READ.get() + data.as_ref().map_or(0, Vec::len) as u64);
        Ok(data)
    }

    fn read_at(&self, record: Record, offset: u64, buffer: &mut [u8]) -> io::Result<bool> {
        let there = self.0.read_at(record, offset, buffer)?;
        READ.set(READ.get() + if there { buffer.len() as u64 } else { 0 });
        Ok(there)
    }

    fn write(&self, record: Record, parts: &[&[u8]]) -> io::Result<()> {
        self.0.write(record, parts)
    }

    fn remove(&self, record: Record) -> io::Result<()> {
        self.0.remove(record)
    }

    fn list(&self) -> io::Result<Vec<Record>> {
        self.0.list()
    }
}
