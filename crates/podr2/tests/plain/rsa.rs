//! The published formulas (spec off-chain 4.4), with OpenSSL's numbers and without a single short cut.
//!
//! It shares no code with the library and keeps no secret; what the library computes is compared with it.

use cess_podr2::{Challenge, MasterKey, Proof, TagCore};
use cess_primitives::Hash;
use openssl::{
    bn::{BigNum, BigNumContext},
    pkey::{PKey, Private},
    rsa::Rsa,
};
use sha2::{Digest, Sha256};

pub(crate) struct Plain(Rsa<Private>);

pub(crate) fn number(text: &str) -> BigNum {
    BigNum::from_dec_str(text).unwrap()
}

/// `H(name, i) = int(sha256(name_ascii || decimal(i)))`.
pub(crate) fn place(name: &Hash, index: u32) -> BigNum {
    BigNum::from_slice(&Sha256::digest(format!("{name}{index}"))).unwrap()
}

impl Plain {
    pub(crate) fn of(key: &MasterKey) -> Self {
        let der = key.to_pkcs8().unwrap();
        Self(PKey::private_key_from_pkcs8(&der).unwrap().rsa().unwrap())
    }

    pub(crate) fn power(&self, base: &BigNum, exponent: &BigNum) -> BigNum {
        let mut power = BigNum::new().unwrap();
        let mut context = BigNumContext::new().unwrap();
        power
            .mod_exp(base, exponent, self.0.n(), &mut context)
            .unwrap();
        power
    }

    pub(crate) fn times(&self, a: &BigNum, b: &BigNum) -> BigNum {
        let mut product = BigNum::new().unwrap();
        let mut context = BigNumContext::new().unwrap();
        product.mod_mul(a, b, self.0.n(), &mut context).unwrap();
        product
    }

    /// `sigma_i = (H(name, i) * u^{m_i})^d mod N`.
    pub(crate) fn authenticator(
        &self,
        name: &Hash,
        index: u32,
        u: &BigNum,
        chunk: &[u8],
    ) -> BigNum {
        let m = BigNum::from_slice(chunk).unwrap();
        let base = self.times(&place(name, index), &self.power(u, &m));
        self.power(&base, &self.0.d().to_owned().unwrap())
    }

    /// `mu_f = sum v_i * m_i` over the integers.
    pub(crate) fn mu(challenge: &Challenge, data: &[u8], chunk_size: usize) -> BigNum {
        let mut sum = BigNum::new().unwrap();
        for (index, v) in challenge.items() {
            let chunk = &data[*index as usize * chunk_size..][..chunk_size];
            let (v, m) = (
                BigNum::from_slice(v).unwrap(),
                BigNum::from_slice(chunk).unwrap(),
            );
            sum = &sum + &(&v * &m);
        }
        sum
    }

    /// `sigma = prod_f prod_i sigma_{f,i}^{v_i} mod N`.
    pub(crate) fn sigma(&self, challenge: &Challenge, tags: &[&TagCore]) -> BigNum {
        let mut sigma = BigNum::from_u32(1).unwrap();
        for tag in tags {
            for (index, v) in challenge.items() {
                let authenticator = number(&tag.phi[*index as usize]);
                let power = self.power(&authenticator, &BigNum::from_slice(v).unwrap());
                sigma = self.times(&sigma, &power);
            }
        }
        sigma
    }

    /// `sigma^e == prod_f [ prod_i H(name_f, i)^{v_i} * u_f^{mu_f} ] mod N`.
    pub(crate) fn holds(&self, challenge: &Challenge, proof: &Proof) -> bool {
        let mut right = BigNum::from_u32(1).unwrap();
        for ((name, u), mu) in proof.names.iter().zip(&proof.us).zip(&proof.mus) {
            for (index, v) in challenge.items() {
                let power = self.power(&place(name, *index), &BigNum::from_slice(v).unwrap());
                right = self.times(&right, &power);
            }
            right = self.times(&right, &self.power(&number(u), &number(mu)));
        }
        let e = self.0.e().to_owned().unwrap();
        self.power(&number(&proof.sigma), &e) == right
    }
}
