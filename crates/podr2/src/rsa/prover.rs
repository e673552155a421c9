//! The miner's side of an audit.

use super::{
    decimal,
    montgomery::to_words,
    powers::{product_of_powers, Digits},
    tag::residue,
    Public,
};
use crate::{Challenge, ChunkReader, Podr2Error, Proof, Prover, Tagged};
use openssl::{
    bn::{BigNum, BigNumContext},
    error::ErrorStack,
};

/// Bits of a coefficient.
pub(super) const COEFFICIENT_BITS: usize = 160;

pub(super) struct RsaProver {
    key: Public,
    /// Chunk, coefficient, and the product of the fragments' sigmas for it.
    items: Vec<(u32, BigNum, BigNum)>,
    proof: Proof,
    ctx: BigNumContext,
}

impl RsaProver {
    pub(super) fn new(key: &Public, challenge: &Challenge) -> Result<Self, Podr2Error> {
        let items = challenge
            .items()
            .iter()
            .map(|(index, v)| Ok((*index, BigNum::from_slice(v)?, BigNum::from_u32(1)?)))
            .collect::<Result<_, ErrorStack>>()?;
        Ok(Self {
            key: key.clone(),
            items,
            proof: Proof::default(),
            ctx: BigNumContext::new()?,
        })
    }
}

impl Prover for RsaProver {
    fn add(&mut self, tagged: &Tagged, reader: &mut dyn ChunkReader) -> Result<(), Podr2Error> {
        let core = &tagged.tag.t;
        let (name, n) = (core.name, self.key.n());
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
            let sigma = residue(sigma, n)?.ok_or(Podr2Error::DamagedTag(name))?;
            let chunk = reader
                .chunk(*index)
                .map_err(|source| Podr2Error::Read { name, source })?;
            let (mut term, mut sum, mut next) = (BigNum::new()?, BigNum::new()?, BigNum::new()?);
            term.checked_mul(&*BigNum::from_slice(&chunk)?, coefficient, &mut self.ctx)?;
            sum.checked_add(&mu, &term)?;
            mu = sum;
            next.mod_mul(product, &sigma, n, &mut self.ctx)?;
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

    fn finish(mut self: Box<Self>) -> Result<Proof, Podr2Error> {
        if self.proof.names.is_empty() {
            return Ok(self.proof);
        }
        let modulus = self.key.modulus();
        let terms = self
            .items
            .iter()
            .map(|(_, coefficient, product)| {
                let exponent = to_words(coefficient, COEFFICIENT_BITS.div_ceil(64))?;
                Ok((modulus.enter(product)?, exponent))
            })
            .collect::<Result<Vec<_>, ErrorStack>>()?;
        let sigma = product_of_powers(modulus, &terms, COEFFICIENT_BITS, Digits::Public);
        self.proof.sigma = decimal::to_text(&*modulus.leave(&sigma)?)?;
        Ok(self.proof)
    }
}
