//! PoDR2: proof that a miner holds a fragment, by RSA homomorphic authenticators.
//!
//! # The mathematics in a page
//!
//! The network has one RSA key: `N = p·q` of 2048 bits, `e = 65537`, and `d`, which only TEE workers
//! know ([`MasterKey`]). A fragment is cut into `n` equal **chunks**; chunk `i` is read as one
//! big-endian integer `m_i`, not reduced. `H(name, i) = int(sha256(name || decimal(i)))`, where `name`
//! is the fragment's hash in hex (spec off-chain 4.4).
//!
//! **Tag.** The worker draws a random `u` and computes for each chunk
//! `sigma_i = (H(name, i) · u^{m_i})^d mod N`. The miner keeps the sigmas (`phi`), `u`, and the
//! worker's signatures over both; the worker keeps nothing.
//!
//! **Challenge.** The chain draws distinct indices `i` and 160-bit coefficients `v_i`, the same for
//! every fragment ([`Challenge`]).
//!
//! **Proof.** For each fragment `f` the miner reads the challenged chunks and sums
//! `mu_f = Σ v_i·m_{f,i}` over the integers; one `sigma = Π_f Π_i sigma_{f,i}^{v_i} mod N` serves them
//! all ([`Prover`]). Fragments share the `v_i`, so the sigmas of one index are multiplied first and
//! raised once: a proof costs a multiplication per chunk, not a power.
//!
//! **Verdict.** `sigma^e = Π_i (Π_f H(name_f, i))^{v_i} · Π_f u_f^{mu_f} mod N`. Whoever knows `(N, e)`
//! can check it ([`PublicKey::verify`]), at the price of exponents as long as a chunk. Whoever knows
//! `p` and `q` reduces them modulo `p - 1` and `q - 1` first ([`MasterKey::verify`]).
//!
//! Whoever passes must have known every `mu_f`: another value would give a relation between powers of
//! the random `u_f`, which only the key's holder could make up. `u_f` must therefore come from a
//! worker, and its signature is checked for every fragment. The published code checks one in twenty,
//! and signs `true` for a proof of nothing; here that is a [`Verdict::Empty`], which proves nothing.
//!
//! # How the tag is made fast
//!
//! The worker draws `x` and publishes `u = x^e`, which is as random as `u` itself; then
//! `sigma_i = H(name, i)^d · x^{m_i}` and no long exponent is left: `m_i` is reduced modulo `p - 1` and
//! `q - 1`, and both powers go by the Chinese remainder theorem in constant time.
//!
//! ```
//! use cess_podr2::{Challenge, Chunks, MasterKey, Names, Prover, Verdict};
//! use cess_primitives::Hash;
//!
//! let key = MasterKey::generate().unwrap();
//! let fragment = b"0123456789abcdef".repeat(64);
//! let tagged = key.tag(&Hash::of(&fragment), &fragment, 8, b"").unwrap();
//!
//! let challenge = Challenge::new(vec![(1, [7; 20]), (5, [9; 20])]).unwrap();
//! let mut prover = Prover::new(&key.public().unwrap(), &challenge).unwrap();
//! prover.add(&tagged, &mut Chunks::of(&fragment[..], 8).unwrap()).unwrap();
//! let proof = prover.finish().unwrap();
//!
//! assert_eq!(key.verify(&challenge, &proof, Names::Distinct).unwrap(), Verdict::Accepted);
//! ```
#![warn(missing_docs)]

mod challenge;
mod chunks;
mod crt;
mod decimal;
mod error;
mod key;
mod prover;
mod tag;
mod verify;

pub use challenge::Challenge;
pub use chunks::{ChunkReader, Chunks};
pub use error::Podr2Error;
pub use key::{MasterKey, PublicKey};
pub use prover::{Proof, Prover};
pub use tag::{Tag, TagCore, Tagged};
pub use verify::{Names, Rejection, Verdict};

use cess_primitives::Hash;
use openssl::{bn::BigNum, error::ErrorStack};
use sha2::{Digest, Sha256};

/// `H(name, i)`: the chunk's place as a 256-bit number.
fn place(name: &Hash, index: u32) -> Result<BigNum, ErrorStack> {
    let digest = Sha256::new_with_prefix(name.0)
        .chain_update(index.to_string())
        .finalize();
    BigNum::from_slice(&digest)
}
