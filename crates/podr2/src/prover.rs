//! The miner's side of an audit.

use crate::{decimal, tag::residue, Challenge, ChunkReader, Podr2Error, PublicKey, Tagged};
use cess_primitives::Hash;
use openssl::{
    bn::{BigNum, BigNumContext},
    error::ErrorStack,
};
use serde::{Deserialize, Serialize};

/// One proof over any number of fragments; the lists run in parallel, numbers are decimal text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The fragments.
    pub names: Vec<Hash>,
    /// Each fragment's `u`.
    pub us: Vec<String>,
    /// The worker's signature over each `u`.
    pub u_sigs: Vec<Vec<u8>>,
    /// Each fragment's sum over the challenged chunks.
    pub mus: Vec<String>,
    /// The aggregated authenticator; this is what the chain keeps of the proof.
    pub sigma: String,
}

/// Makes a proof, fragment by fragment. Memory is that of one chunk and the proof.
pub struct Prover {
    n: BigNum,
    /// Chunk, coefficient, and the product of the fragments' sigmas for it.
    items: Vec<(u32, BigNum, BigNum)>,
    proof: Proof,
    ctx: BigNumContext,
}

impl Prover {
    /// A proof of nothing so far.
    ///
    /// # Errors
    /// [`Podr2Error::OpenSsl`].
    pub fn new(key: &PublicKey, challenge: &Challenge) -> Result<Self, Podr2Error> {
        let items = challenge
            .items()
            .iter()
            .map(|(index, v)| Ok((*index, BigNum::from_slice(v)?, BigNum::from_u32(1)?)))
            .collect::<Result<_, ErrorStack>>()?;
        Ok(Self {
            n: key.n().to_owned()?,
            items,
            proof: Proof::default(),
            ctx: BigNumContext::new()?,
        })
    }

    /// Adds a fragment; reads the challenged chunks only. On error the proof is as it was, so that a
    /// lost fragment can be left out.
    ///
    /// # Errors
    /// [`Podr2Error::Read`], [`Podr2Error::NoSuchChunk`], [`Podr2Error::DamagedTag`].
    pub fn add(
        &mut self,
        tagged: &Tagged,
        reader: &mut impl ChunkReader,
    ) -> Result<(), Podr2Error> {
        let core = &tagged.tag.t;
        let name = core.name;
        let mut mu = BigNum::new()?;
        let mut products = Vec::with_capacity(self.items.len());
        for (index, coefficient, product) in &self.items {
            let chunks = core.phi.len();
            let sigma = core.phi.get(*index as usize);
            let sigma = sigma.ok_or(Podr2Error::NoSuchChunk {
                name,
                chunks,
                index: *index,
            })?;
            let sigma = residue(sigma, &self.n)?.ok_or(Podr2Error::DamagedTag(name))?;
            let chunk = reader
                .chunk(*index)
                .map_err(|source| Podr2Error::Read { name, source })?;
            let (mut term, mut sum, mut next) = (BigNum::new()?, BigNum::new()?, BigNum::new()?);
            term.checked_mul(&*BigNum::from_slice(&chunk)?, coefficient, &mut self.ctx)?;
            sum.checked_add(&mu, &term)?;
            mu = sum;
            next.mod_mul(product, &sigma, &self.n, &mut self.ctx)?;
            products.push(next);
        }
        let mu = decimal::to_text(&mu)?;
        for (item, product) in self.items.iter_mut().zip(products) {
            item.2 = product;
        }
        self.proof.names.push(name);
        self.proof.us.push(core.u.clone());
        self.proof.u_sigs.push(tagged.u_sig.clone());
        self.proof.mus.push(mu);
        Ok(())
    }

    /// The proof; without any fragment its sigma is empty.
    ///
    /// # Errors
    /// [`Podr2Error::OpenSsl`].
    pub fn finish(mut self) -> Result<Proof, Podr2Error> {
        if self.proof.names.is_empty() {
            return Ok(self.proof);
        }
        let mut sigma = BigNum::from_u32(1)?;
        for (_, coefficient, product) in &self.items {
            let (mut power, mut next) = (BigNum::new()?, BigNum::new()?);
            power.mod_exp(product, coefficient, &self.n, &mut self.ctx)?;
            next.mod_mul(&sigma, &power, &self.n, &mut self.ctx)?;
            sigma = next;
        }
        self.proof.sigma = decimal::to_text(&sigma)?;
        Ok(self.proof)
    }
}
