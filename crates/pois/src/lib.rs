//! PoIS: proof that a miner keeps its idle space filled, as published (spec off-chain 5).
//!
//! # The mathematics in a page
//!
//! **Notation.** K layers, N nodes of a layer, D drawn parents, C clusters of a set ([`Params`]). `||` joins
//! bytes, integers are big-endian, `^` over labels is XOR. A **label** is 64 bytes, a **file** the N labels of
//! a layer. Files are numbered from 1; a **cluster** has K of them, a **set** C clusters. Files are certified
//! set by set at the rear and given up one by one at the front: `front+1..=rear` are **live**.
//!
//! **The graph.** A cluster is 2·K layers. Layers 0 to K-1 lie on each other and are temporary; layers K to
//! 2K-1 are the files, which all stand on layer K-1. Node `j` of logical layer `l` has the number
//! `x = l·N + j`. Above layer 0 its parents are `x - N` and, for `i < D` with byte `b` number `i` of
//! `sha512(miner || i64 cluster || i64 layer || i64 x)`, `g = N/D` and `o = g/256`,
//! ```text
//! y = (l-1)·N + i·g + b·o + b mod o;    y + 1 if y = x - N;    y + N if y < x - N
//! ```
//! The last case leads to a node of the same layer that comes earlier, so a layer is made node after node.
//!
//! **Labels.** With `P` the XOR of the parents' labels, `E` that of K/2 *elders* (for a file, node `j` of
//! every other temporary layer; else zeros), and `prev` node `j` of the layer that was made before this one,
//! ```text
//! label(x) = sha512(miner || i64 cluster || i64 file or 0 || i32 x || P || E || prev)
//! ```
//! Layers are made in rows: layer 0 of all clusters of the set, then layer 1, and so on. `prev` chains them,
//! so a set is one sequence of `2·K·C·N` labels, of which no part can be made without what comes before.
//! Each layer has a SHA-256 Merkle root ([`merkle`]).
//!
//! **The accumulator** ([`accumulator`]). A TEE worker makes an RSA modulus `n` and a square `g` for the miner
//! ([`SecretKey`]). `acc(S) = g^(Π Hp(e)) mod n` for the primes `Hp(e)` of the elements. File `i` has the element
//! `sha512(miner || i || root)`; 256 files are under a bottom accumulator, 256 of those under a middle one, and
//! those under the top. `(top, front, rear)` with miner and key is what workers sign and the chain keeps
//! ([`SpaceProofInfo`]); a verifier remembers nothing else.
//!
//! * **Certifying** ([`commit`]). The miner commits to the roots of all `2·K·C` layers. The worker draws one
//!   node of each file, and for each cluster a node of layer K-1 from which it walks down along parents. The
//!   miner opens those nodes with all that their labels are made from; the worker makes the labels again, and
//!   puts the files under the accumulator: `bottom' = bottom^(Π Hp)`, and so on up.
//! * **Giving up** ([`deletion`]). The miner shows `bottom'` with `bottom'^(Π Hp) = bottom`.
//! * **Proving** ([`space`]). The chain draws eight numbers. A hash chain over them and over the proofs made
//!   so far chooses one set of each 16; of every live file of it the miner opens eight nodes, with a witness
//!   `w` that the file is under the accumulator: `w^Hp(e) = bottom`. The chain gets 32 bytes over all proofs.
//!
//! # Why it proves something
//!
//! *Space.* Stacked bipartite expanders are hard to pebble with less space than they have nodes (Ren and
//! Devadas, Proof of Space from Stacked Expanders, TCC 2016): who keeps less than a constant fraction of the
//! last layer must, for most challenges, make a large part of a whole lower layer again, one label after the
//! other. Elders and `prev` make that worse: a file needs the temporary layers of its cluster, and those
//! of the clusters before. So a miner either keeps its files, or needs for an answer the time in which they
//! are generated. **This holds as far as that time is longer than the time to answer.**
//!
//! *Commitment.* A label shows its parents only through their sum, so all parents, elders and `prev` must be
//! under their roots, and the list of parents is drawn again for every node. A worker opens `2·K` nodes of
//! a cluster; a set in which a fraction ε of the files' labels is wrong passes with `(1-ε)^(K·C)`: one in a
//! hundred passes once in thirteen at 256 files, one in twenty once in 500,000. Single wrong labels pass, and
//! save nothing.
//!
//! *Accumulator.* Under the strong RSA assumption nobody without the factors finds a root `w` of `acc` for a
//! prime that is not in it (Boneh, Bünz, Fisch, Batching Techniques for Accumulators, CRYPTO 2019), and 64 bytes
//! of hash keep elements from having each other's primes. The worker could forge: it is trusted with more
//! than that anyway. Zero and numbers from `n` on are refused, so that a residue has one form.
//!
//! *Detection.* Who drops a fraction δ of every file passes with `(1-δ)^(8·K·C)`; who drops one set of 16
//! entirely is found once in 16 challenges.
//!
//! # Parameters and their effect
//!
//! | | published | fast preset | effect |
//! |---|---|---|---|
//! | K | 8 | 8 | work per certified byte grows with 2·K layers for K files |
//! | N | 2^20 | 2^10 | size of a file, and the length of the sequence that must be made again |
//! | D | 64 | 4 | expansion; N/D must be 256 or more, for a byte names one of 256 places |
//! | files of a set | 256 | 32 | unit of certification; divides 256, the elements of an accumulator |
//!
//! A certified label costs two labels, one of them temporary, with three blocks of SHA-512 each and one for
//! the parents: 1024 bytes are hashed for 64. A set needs as much temporary space again until it is
//! certified.
//!
//! **What the scaled preset does not give.** Time to regenerate is what keeps miners honest, and it shrinks
//! with N: a set of the fast preset is 2 MiB and takes a fraction of a second, far less than the time to
//! answer. A miner may drop it and make it again when it is asked. All messages, checks and costs in
//! proportion are those of the published network; the security argument is not. Nor does a file stand for
//! its own size there: the chain counts 64 MiB for 64 KiB on disk.
//!
//! # Example
//!
//! ```
//! use cess_pois::{commit, new_miner, space, Group, MemoryStore, Params, Prover, SecretKey};
//! use std::ops::ControlFlow;
//!
//! // The worker makes a key for the miner; the chain keeps the state.
//! let params = Params::new(2, 256, 1, 4)?;
//! let key = SecretKey::derive(&[42; 32], &[1; 32].into())?;
//! let (group, state) = (Group::secret(&key)?, new_miner([1; 32].into(), key.public()));
//!
//! // The miner fills space and commits to it, the worker asks, the miner answers.
//! let miner = Prover::open(params, state.clone(), MemoryStore::default())?;
//! let commitment = miner.generate(&mut |_| ControlFlow::Continue(()))?;
//! let challenge = commit::challenge(&params, &state, &commitment, &[9; 32])?;
//! let (proof, append) = miner.prove_commit(&commitment, &challenge)?;
//! let state = commit::verify(&params, &group, &state, &commitment, &challenge, &proof, &append)?;
//! miner.adopt(state.clone())?;
//! miner.clean()?;
//! assert_eq!(state.rear, 4);
//!
//! // The chain challenges the miner; any worker can verify.
//! let proofs = miner.prove_space(&state, &[7; 8])?;
//! space::verify_range(&params, &group, &state, &[7; 8], &proofs[0])?;
//! # Ok::<(), cess_pois::PoisError>(())
//! ```
#![warn(missing_docs)]

pub mod accumulator;
mod book;
pub mod commit;
pub mod deletion;
mod error;
mod generate;
mod graph;
mod group;
mod key;
mod label;
mod layer;
mod levels;
pub mod merkle;
mod params;
mod prime;
mod prover;
pub mod space;
mod store;

pub use accumulator::{element, Append, Branch, Membership, Value};
pub use cess_primitives::miner::{PoISKey, SpaceProofInfo};
pub use error::PoisError;
pub use generate::{Progress, Watch};
pub use group::Group;
pub use key::SecretKey;
pub use merkle::{Node, Opening};
pub use params::{Label, Params, FAN_OUT, GROUP, LABEL_LEN};
pub use prover::{Check, Prover, Repaired};
pub use store::{DirStore, MemoryStore, Record, Store};

use cess_primitives::AccountId;

/// The state of a miner that has certified nothing yet: the accumulator of nothing is the generator.
pub fn new_miner(miner: AccountId, pois_key: PoISKey) -> SpaceProofInfo {
    SpaceProofInfo {
        miner,
        front: 0,
        rear: 0,
        accumulator: pois_key.g,
        pois_key,
    }
}
