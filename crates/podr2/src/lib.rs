//! PoDR2: proof that a miner holds a fragment, by homomorphic authenticators.
//!
//! A fragment is cut into equal **chunks**. A TEE worker gives the miner an **authenticator** for each
//! of them: a number that only the key's owner can make, bound to the fragment's name, the chunk's place
//! and its bytes. Authenticators are *homomorphic*: those of chunks can be put together to that of a sum
//! of the chunks. So when the chain asks for some chunks with random coefficients ([`Challenge`]), the
//! miner answers with the sum of these chunks and one authenticator ([`Proof`]), and whoever checks it
//! ([`Verdict`]) needs neither the data nor the tags.
//!
//! There are two schemes behind the traits [`SecretKey`], [`PublicKey`] and [`Prover`]; a network chooses
//! one for its life (`ProtocolParams::podr2_scheme`). The mathematics of each, with its security
//! argument and its parameters, opens its module:
//!
//! | | [`rsa`], the default | [`bls`] |
//! |---|---|---|
//! | origin | as published (spec off-chain 4.4) | Shacham and Waters 2008, publicly verifiable |
//! | assumption | RSA | Diffie-Hellman on BLS12-381 |
//! | tag, for each chunk | 617 digits | 96 hex digits |
//! | proof | a number as long as a chunk for each fragment | one chunk's length in all |
//! | judged without the secret | slowly, long exponents | by two pairings |
//!
//! # What every scheme must do
//!
//! The published worker had faults (spec off-chain 4.6) that both schemes are free of; one conformance
//! suite, `tests/conformance`, holds them to it:
//!
//! - a proof that names no fragment proves nothing: [`Verdict::Empty`];
//! - what is put together ([`PublicKey::product`]) is judged as a whole, so a false part stays false;
//! - a proof is over the names, and as many of each, as whoever judges it expects ([`Names`]);
//! - the base of every fragment is one that a worker vouches for;
//! - `phi_hash` is over the authenticators in their order, so that anybody can compute it.
//!
//! ```
//! use cess_podr2::{secret_key, Challenge, Chunks, MasterKey, Names, Verdict};
//! use cess_primitives::{Hash, Podr2Scheme};
//! use std::sync::Arc;
//!
//! let master = Arc::new(MasterKey::generate().unwrap());
//! let fragment = b"0123456789abcdef".repeat(64);
//! for scheme in [Podr2Scheme::Rsa, Podr2Scheme::Bls12381] {
//!     let key = secret_key(&master, scheme, 128).unwrap();
//!     let tagged = key.tag(&Hash::of(&fragment), &fragment, 8, b"").unwrap();
//!
//!     let challenge = Challenge::new(vec![(1, [7; 20]), (5, [9; 20])]).unwrap();
//!     let mut prover = key.public().prover(&challenge).unwrap();
//!     prover.add(&tagged, &mut Chunks::of(&fragment, 8).unwrap()).unwrap();
//!     let proof = prover.finish().unwrap();
//!
//!     assert_eq!(key.verify(&challenge, &proof, Names::Distinct).unwrap(), Verdict::Accepted);
//!     assert_eq!(key.public().verify(&challenge, &proof, Names::Distinct).unwrap(), Verdict::Accepted);
//! }
//! ```
//!
//! Tags and verdicts use the rayon pool that they are called in, and the caller's thread alone when they
//! are called in none.
#![warn(missing_docs)]

pub mod bls;
mod challenge;
mod chunks;
mod cores;
mod error;
mod proof;
pub mod rsa;
mod scheme;
mod tag;

pub use challenge::Challenge;
pub use chunks::{ChunkReader, Chunks};
pub use error::Podr2Error;
pub use proof::{Names, Proof, Rejection, Verdict};
pub use rsa::MasterKey;
pub use scheme::{public_key, secret_key, Prover, PublicKey, SecretKey};
pub use tag::{Tag, TagCore, Tagged};
