//! Certifying new files at the rear.

use crate::{
    filler::{self, label_of, parents, PARENTS},
    merkle::Node,
    Filler, FillerStore, Label, LiveFiles, Params, PoisError, SpaceProofInfo,
};
use codec::{Decode, Encode};
use sha2::{Digest, Sha512};

/// The files that a miner wants certified.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Claim {
    /// The first file; the one after the last certified.
    pub first: u64,
    /// Their roots, in order.
    pub roots: Vec<Node>,
}

/// The nodes that must be opened: one row for each new file.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Challenge {
    /// Node indices.
    pub rows: Vec<Vec<u32>>,
}

/// A label and its place under its file's root.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Opening {
    /// The node.
    pub node: u32,
    /// Its label.
    pub label: Label,
    /// The siblings up to the file's root.
    pub path: Vec<Node>,
}

impl Opening {
    pub(crate) fn of(file: &Filler, tree: &crate::merkle::Tree, node: u32) -> Self {
        Self {
            node,
            label: file.label(node),
            path: tree.path(node as usize).unwrap_or_default(),
        }
    }

    /// Checks that this is the label of `node` in the file `index` with that root.
    pub(crate) fn check(
        &self,
        index: u64,
        node: u32,
        labels: u32,
        root: &Node,
    ) -> Result<(), PoisError> {
        if self.node != node {
            return Err(PoisError::WrongShape("it opens another node"));
        }
        if filler::root_of(&self.label, node, labels, &self.path).as_ref() != Some(root) {
            return Err(PoisError::WrongNode { index, node });
        }
        Ok(())
    }
}

/// A challenged node with the nodes that its label was made from (none for node 0).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct NodeProof {
    /// The node.
    pub node: Opening,
    /// Its parents; the one before it first.
    pub parents: Vec<Opening>,
}

/// The answer to a [`Challenge`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Proof {
    /// Roots of the files that are live already.
    pub live: Vec<Node>,
    /// One row for each new file, one proof for each challenged node.
    pub files: Vec<Vec<NodeProof>>,
}

/// The claim over the next `count` files of a store.
///
/// # Errors
/// [`PoisError::Count`], [`PoisError::Read`], [`PoisError::Damaged`].
pub fn claim(
    params: &Params,
    live: &LiveFiles,
    count: u32,
    store: &impl FillerStore,
) -> Result<Claim, PoisError> {
    check_count(params, count.into())?;
    let first = live.rear() + 1;
    let files = first..first + u64::from(count);
    let roots = files.map(|index| Ok(Filler::load(params, store, index)?.root()));
    Ok(Claim {
        first,
        roots: roots.collect::<Result<_, PoisError>>()?,
    })
}

/// The worker's challenge. It follows from the worker's `secret`, the certified state and the claim, so
/// the worker can make it again instead of remembering it, and a miner can't foresee it.
///
/// # Errors
/// [`PoisError::Count`], [`PoisError::Gap`], [`PoisError::Params`], [`PoisError::State`].
pub fn challenge(
    params: &Params,
    info: &SpaceProofInfo,
    claim: &Claim,
    secret: &[u8; 32],
) -> Result<Challenge, PoisError> {
    check_claim(params, info, claim)?;
    let labels = params.labels()?;
    let base = Sha512::new_with_prefix(b"cess-pois/commit/1")
        .chain_update(secret)
        .chain_update((info, claim).encode());
    let rows = (0..claim.roots.len() as u64).map(|file| {
        let node =
            |k: u32| draw(base.clone().chain_update((file, k).encode()), labels.into()) as u32;
        (0..params.commit_nodes).map(node).collect()
    });
    Ok(Challenge {
        rows: rows.collect(),
    })
}

/// The miner's answer.
///
/// # Errors
/// [`PoisError::Read`], [`PoisError::Damaged`] for a file that is no longer the claimed one,
/// [`PoisError::WrongShape`] for a challenge that is not for this claim.
pub fn prove(
    params: &Params,
    live: &LiveFiles,
    claim: &Claim,
    challenge: &Challenge,
    store: &impl FillerStore,
) -> Result<Proof, PoisError> {
    if challenge.rows.len() != claim.roots.len() {
        return Err(PoisError::WrongShape(
            "the challenge has a row for each claimed file",
        ));
    }
    let labels = params.labels()?;
    let mut files = Vec::with_capacity(claim.roots.len());
    for ((index, root), row) in (claim.first..).zip(&claim.roots).zip(&challenge.rows) {
        let file = Filler::load(params, store, index)?;
        let tree = file.tree();
        if tree.root().as_ref() != Some(root) {
            return Err(PoisError::Damaged(index));
        }
        if row.iter().any(|node| *node >= labels) {
            return Err(PoisError::WrongShape(
                "the challenge asks for a node that no file has",
            ));
        }
        let open = |node| Opening::of(&file, &tree, node);
        let prove_node = |node: &u32| {
            let parents = match node.checked_sub(1) {
                Some(before) => parents(*node, &file.label(before)).map(open).to_vec(),
                None => Vec::new(),
            };
            NodeProof {
                node: open(*node),
                parents,
            }
        };
        files.push(row.iter().map(prove_node).collect());
    }
    Ok(Proof {
        live: live.roots().to_vec(),
        files,
    })
}

/// The worker's check: the state with the new files.
///
/// # Errors
/// Says what does not hold.
pub fn verify(
    params: &Params,
    info: &SpaceProofInfo,
    claim: &Claim,
    challenge: &Challenge,
    proof: &Proof,
) -> Result<SpaceProofInfo, PoisError> {
    check_claim(params, info, claim)?;
    let mut live = LiveFiles::checked(info, &proof.live)?;
    if proof.files.len() != claim.roots.len() || challenge.rows.len() != claim.roots.len() {
        return Err(PoisError::WrongShape(
            "there is a row for each claimed file",
        ));
    }
    let rows = challenge.rows.iter().zip(&proof.files);
    for ((index, root), (row, answers)) in (claim.first..).zip(&claim.roots).zip(rows) {
        if row.len() != answers.len() {
            return Err(PoisError::WrongShape("every challenged node is opened"));
        }
        let seed = filler::seed(params, info, index)?;
        for (node, answer) in row.iter().zip(answers) {
            check_node(params.labels()?, &seed, index, root, *node, answer)?;
        }
    }
    live.append(claim);
    Ok(SpaceProofInfo {
        rear: live.rear(),
        accumulator: live.accumulator(&info.pois_key),
        ..info.clone()
    })
}

/// Recomputes the label of a challenged node from its parents, all of which must be in the file.
fn check_node(
    labels: u32,
    seed: &Label,
    index: u64,
    root: &Node,
    node: u32,
    answer: &NodeProof,
) -> Result<(), PoisError> {
    answer.node.check(index, node, labels, root)?;
    let expected = match answer.parents.first() {
        Some(before) if node > 0 && answer.parents.len() == PARENTS => {
            parents(node, &before.label).to_vec()
        }
        None if node == 0 => Vec::new(),
        _ => {
            return Err(PoisError::WrongShape(
                "a node has four parents, the first has none",
            ))
        }
    };
    for (parent, opening) in expected.into_iter().zip(&answer.parents) {
        opening.check(index, parent, labels, root)?;
    }
    let label = label_of(
        seed,
        node,
        answer.parents.iter().map(|parent| &parent.label[..]),
    );
    if label == answer.node.label {
        Ok(())
    } else {
        Err(PoisError::WrongLabel { index, node })
    }
}

fn check_claim(params: &Params, info: &SpaceProofInfo, claim: &Claim) -> Result<(), PoisError> {
    check_count(params, claim.roots.len() as u64)?;
    crate::live::live_count(info)?;
    let (first, next) = (claim.first, info.rear.saturating_add(1));
    // The second condition keeps the numbers of the new files from overflowing.
    if first == next && next.checked_add(claim.roots.len() as u64).is_some() {
        Ok(())
    } else {
        Err(PoisError::Gap { first, next })
    }
}

fn check_count(params: &Params, asked: u64) -> Result<(), PoisError> {
    let most = params.max_commit.into();
    if (1..=most).contains(&asked) {
        Ok(())
    } else {
        Err(PoisError::Count { asked, most })
    }
}

/// A number below `bound` from a hash; the bias of 64 bits over a file's labels is below 2^-32.
pub(crate) fn draw(hash: Sha512, bound: u64) -> u64 {
    let digest = hash.finalize();
    digest[..8]
        .iter()
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
        % bound
}
