//! The formulas of the module's documentation: every power on its own, sums by long division.
//!
//! It shares no code with the library; what the library computes is compared with it.

use blst::{
    blst_fp12, blst_hash_to_g1, blst_p1, blst_p1_add_or_double, blst_p1_affine, blst_p1_compress,
    blst_p1_from_affine, blst_p1_mult, blst_p1_to_affine, blst_p1_uncompress, blst_p2_affine,
    blst_p2_affine_generator, blst_p2_uncompress, BLST_ERROR,
};
use cess_podr2::{Challenge, TagCore};
use cess_primitives::Hash;
use openssl::bn::{BigNum, BigNumContext};
use sha2::{Digest, Sha256};

/// What the bytes of a public key spell.
pub(crate) struct Plain {
    pub(crate) chunk_size: usize,
    v: blst_p2_affine,
    generators: Vec<blst_p1>,
}

fn point(bytes: &[u8]) -> blst_p1 {
    let (mut affine, mut point) = (blst_p1_affine::default(), blst_p1::default());
    assert_eq!(bytes.len(), 48);
    // SAFETY: 48 bytes are read.
    unsafe {
        assert_eq!(
            blst_p1_uncompress(&mut affine, bytes.as_ptr()),
            BLST_ERROR::BLST_SUCCESS
        );
        blst_p1_from_affine(&mut point, &affine);
    }
    point
}

fn times(a: &blst_p1, b: &blst_p1) -> blst_p1 {
    let mut out = blst_p1::default();
    // SAFETY: all three are points.
    unsafe { blst_p1_add_or_double(&mut out, a, b) };
    out
}

/// `base^exponent`; the exponent is not reduced.
fn power(base: &blst_p1, exponent: &BigNum) -> blst_p1 {
    let mut bytes = exponent.to_vec();
    bytes.reverse();
    bytes.push(0);
    let mut out = blst_p1::default();
    // SAFETY: as many bits are read as the bytes have.
    unsafe { blst_p1_mult(&mut out, base, bytes.as_ptr(), 8 * bytes.len()) };
    out
}

fn text(point: &blst_p1) -> String {
    let mut bytes = [0; 48];
    // SAFETY: 48 bytes are written.
    unsafe { blst_p1_compress(bytes.as_mut_ptr(), point) };
    hex::encode(bytes)
}

/// The order of the groups.
fn order() -> BigNum {
    BigNum::from_hex_str("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001")
        .unwrap()
}

fn sectors(chunk: &[u8]) -> Vec<BigNum> {
    chunk
        .chunks(31)
        .map(|sector| BigNum::from_slice(sector).unwrap())
        .collect()
}

/// `w_f`: half of `sha256(domain || (index || v)… || name)`, read from its lowest byte on.
fn weight(challenge: &Challenge, name: &Hash) -> BigNum {
    let mut bytes = b"CESSNET-PODR2-V01-WEIGHT".to_vec();
    for (index, v) in challenge.items() {
        bytes.extend(index.to_be_bytes());
        bytes.extend(v);
    }
    bytes.extend(name.0);
    let mut half = Sha256::digest(bytes)[..16].to_vec();
    half.reverse();
    BigNum::from_slice(&half).unwrap()
}

fn place(name: &Hash, index: u32) -> blst_p1 {
    let (message, domain) = (
        format!("{name}{index}"),
        "CESSNET-PODR2-V01-PLACE-with-BLS12381G1_XMD:SHA-256_SSWU_RO_",
    );
    let mut out = blst_p1::default();
    // SAFETY: both texts are passed with their lengths; no augmentation is given.
    unsafe {
        let (message, domain) = (message.as_bytes(), domain.as_bytes());
        blst_hash_to_g1(
            &mut out,
            message.as_ptr(),
            message.len(),
            domain.as_ptr(),
            domain.len(),
            std::ptr::null(),
            0,
        );
    }
    out
}

impl Plain {
    pub(crate) fn of(public: &[u8]) -> Self {
        let rest = public.strip_prefix(b"BLS12381").unwrap();
        let (size, rest) = rest.split_at(4);
        let (v, points) = rest.split_at(96);
        let mut key = Self {
            chunk_size: u32::from_be_bytes(size.try_into().unwrap()) as usize,
            v: blst_p2_affine::default(),
            generators: points.chunks(48).map(point).collect(),
        };
        // SAFETY: 96 bytes are read.
        let read = unsafe { blst_p2_uncompress(&mut key.v, v.as_ptr()) };
        assert_eq!(read, BLST_ERROR::BLST_SUCCESS);
        key
    }

    /// `e(left, g2) = e(base, v)`.
    fn is_alpha_power(&self, left: &blst_p1, base: &blst_p1) -> bool {
        let affine = |point: &blst_p1| {
            let mut out = blst_p1_affine::default();
            // SAFETY: a point is written from a point.
            unsafe { blst_p1_to_affine(&mut out, point) };
            out
        };
        // SAFETY: the generator is a constant of the library.
        let generator = unsafe { &*blst_p2_affine_generator() };
        let pair =
            |q: &blst_p2_affine, p: &blst_p1| blst_fp12::miller_loop(q, &affine(p)).final_exp();
        pair(generator, left) == pair(&self.v, base)
    }

    /// `sigma_i = (H(name, i) · prod_j u_j^{m_ij})^alpha`, for which there is one sigma only.
    pub(crate) fn is_authenticator(
        &self,
        sigma: &str,
        name: &Hash,
        index: u32,
        chunk: &[u8],
    ) -> bool {
        let mut base = place(name, index);
        for (generator, m) in self.generators.iter().zip(sectors(chunk)) {
            base = times(&base, &power(generator, &m));
        }
        self.is_alpha_power(&point(&hex::decode(sigma).unwrap()), &base)
    }

    /// `mu_j = sum_f w_f · sum_i v_i · m_{fij} mod r`, as the text of a proof.
    pub(crate) fn mu(&self, challenge: &Challenge, data: &[&[u8]]) -> String {
        let mut mu: Vec<BigNum> = Vec::new();
        mu.resize_with(self.generators.len(), || BigNum::new().unwrap());
        for data in data {
            let weight = weight(challenge, &Hash::of(data));
            for (index, v) in challenge.items() {
                let chunk = &data[*index as usize * self.chunk_size..][..self.chunk_size];
                let coefficient = &weight * &BigNum::from_slice(v).unwrap();
                for (mu, m) in mu.iter_mut().zip(sectors(chunk)) {
                    *mu = &*mu + &(&coefficient * &m);
                }
            }
        }
        let mut text = String::new();
        for mu in mu {
            let mut rest = BigNum::new().unwrap();
            let mut context = BigNumContext::new().unwrap();
            rest.checked_rem(&mu, &order(), &mut context).unwrap();
            text += &hex::encode(rest.to_vec_padded(32).unwrap());
        }
        text
    }

    /// `sigma = prod_f prod_i sigma_{fi}^{w_f·v_i}`, as the text of a proof.
    pub(crate) fn sigma(&self, challenge: &Challenge, tags: &[&TagCore]) -> String {
        let mut sigma = blst_p1::default();
        for tag in tags {
            let weight = weight(challenge, &tag.name);
            for (index, v) in challenge.items() {
                let authenticator = point(&hex::decode(&tag.phi[*index as usize]).unwrap());
                let coefficient = &weight * &BigNum::from_slice(v).unwrap();
                sigma = times(&sigma, &power(&authenticator, &coefficient));
            }
        }
        text(&sigma)
    }

    /// `e(sigma, g2) = e(prod_f prod_i H(name_f, i)^{w_f·v_i} · prod_j u_j^{mu_j}, v)`.
    pub(crate) fn holds(
        &self,
        challenge: &Challenge,
        names: &[Hash],
        mu: &str,
        sigma: &str,
    ) -> bool {
        let mut base = blst_p1::default();
        for name in names {
            let weight = weight(challenge, name);
            for (index, v) in challenge.items() {
                let coefficient = &weight * &BigNum::from_slice(v).unwrap();
                base = times(&base, &power(&place(name, *index), &coefficient));
            }
        }
        let mu = hex::decode(mu).unwrap();
        for (generator, mu) in self.generators.iter().zip(mu.chunks(32)) {
            base = times(&base, &power(generator, &BigNum::from_slice(mu).unwrap()));
        }
        self.is_alpha_power(&point(&hex::decode(sigma).unwrap()), &base)
    }
}
