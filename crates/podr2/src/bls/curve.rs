//! BLS12-381 by way of `blst`: the few operations that the scheme needs, without their pointers.

use blst::{
    blst_bendian_from_scalar, blst_fp12, blst_hash_to_g1, blst_p1, blst_p1_add_or_double,
    blst_p1_affine, blst_p1_affine_in_g1, blst_p1_affine_is_inf, blst_p1_compress,
    blst_p1_from_affine, blst_p1_to_affine, blst_p1_uncompress, blst_p1s_mult_pippenger,
    blst_p1s_mult_pippenger_scratch_sizeof, blst_p1s_to_affine, blst_p2, blst_p2_affine,
    blst_p2_affine_compress, blst_p2_affine_generator, blst_p2_affine_in_g2, blst_p2_affine_is_inf,
    blst_p2_to_affine, blst_p2_uncompress, blst_scalar, blst_scalar_fr_check,
    blst_scalar_from_bendian, blst_scalar_from_le_bytes, blst_sign_pk_in_g2, blst_sk_add_n_check,
    blst_sk_mul_n_check, blst_sk_to_pk_in_g1, blst_sk_to_pk_in_g2, BLST_ERROR,
};
use std::ptr;

/// Bytes of a point of the first group.
pub(super) const G1_BYTES: usize = 48;
/// Bytes of a point of the second group.
pub(super) const G2_BYTES: usize = 96;
/// Bytes of a scalar.
pub(super) const SCALAR_BYTES: usize = 32;
/// Bits of a scalar.
const SCALAR_BITS: usize = 255;

/// A number below `r`, the order of both groups. Wiped when dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scalar(blst_scalar);

impl Scalar {
    /// What little-endian bytes of any number leave modulo `r`.
    pub(super) fn reduce(bytes: &[u8]) -> Self {
        let mut out = Self::default();
        // SAFETY: `blst` reads `len` bytes and writes the scalar. That the result is zero, which it
        // reports, is no error here.
        unsafe { blst_scalar_from_le_bytes(&mut out.0, bytes.as_ptr(), bytes.len()) };
        out
    }

    /// What the words of a number, the lowest first, leave modulo `r`.
    pub(super) fn reduce_words(words: &[u64]) -> Self {
        let bytes: zeroize::Zeroizing<Vec<u8>> =
            zeroize::Zeroizing::new(words.iter().flat_map(|word| word.to_le_bytes()).collect());
        Self::reduce(&bytes)
    }

    /// Reads 32 big-endian bytes of a number below `r`.
    pub(super) fn from_bytes(bytes: &[u8; SCALAR_BYTES]) -> Option<Self> {
        let mut out = Self::default();
        // SAFETY: `blst` reads 32 bytes and writes the scalar.
        let reduced = unsafe {
            blst_scalar_from_bendian(&mut out.0, bytes.as_ptr());
            blst_scalar_fr_check(&out.0)
        };
        reduced.then_some(out)
    }

    /// 32 big-endian bytes.
    pub(super) fn to_bytes(&self) -> [u8; SCALAR_BYTES] {
        let mut out = [0; SCALAR_BYTES];
        // SAFETY: `blst` writes 32 bytes.
        unsafe { blst_bendian_from_scalar(out.as_mut_ptr(), &self.0) };
        out
    }

    /// The words of the number, the lowest first.
    pub(super) fn to_words(&self) -> [u64; 4] {
        let bytes = zeroize::Zeroizing::new(self.to_bytes());
        super::sectors::words(bytes.as_slice())
    }

    /// The sum.
    pub(super) fn plus(&self, other: &Self) -> Self {
        let mut out = Self::default();
        // SAFETY: all three are scalars. A sum of zero, which `blst` reports, is no error here.
        unsafe { blst_sk_add_n_check(&mut out.0, &self.0, &other.0) };
        out
    }

    /// The product.
    pub(super) fn times(&self, other: &Self) -> Self {
        let mut out = Self::default();
        // SAFETY: all three are scalars. A product of zero, which `blst` reports, is no error here.
        unsafe { blst_sk_mul_n_check(&mut out.0, &self.0, &other.0) };
        out
    }

    /// Whether it is zero.
    pub(super) fn is_zero(&self) -> bool {
        *self == Self::default()
    }
}

/// A point of the first group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct G1(blst_p1);

/// A point of the first group as multiplication and encoding take it.
pub(super) type AffineG1 = blst_p1_affine;

/// A point of the second group.
pub(super) type AffineG2 = blst_p2_affine;

impl G1 {
    /// The hash of a message, as random oracle (RFC 9380, `BLS12381G1_XMD:SHA-256_SSWU_RO`).
    pub(super) fn hash(message: &[u8], domain: &[u8]) -> Self {
        let mut out = Self::default();
        // SAFETY: both slices are passed with their lengths; no augmentation is given.
        unsafe {
            blst_hash_to_g1(
                &mut out.0,
                message.as_ptr(),
                message.len(),
                domain.as_ptr(),
                domain.len(),
                ptr::null(),
                0,
            );
        }
        out
    }

    /// The generator times a secret, in constant time.
    pub(super) fn of_secret(secret: &Scalar) -> Self {
        let mut out = Self::default();
        // SAFETY: a point is written from a scalar.
        unsafe { blst_sk_to_pk_in_g1(&mut out.0, &secret.0) };
        out
    }

    /// The point times a secret, in constant time.
    pub(super) fn times_secret(&self, secret: &Scalar) -> Self {
        let mut out = Self::default();
        // SAFETY: a point is written from a point and a scalar.
        unsafe { blst_sign_pk_in_g2(&mut out.0, &self.0, &secret.0) };
        out
    }

    /// The sum.
    pub(super) fn plus(&self, other: &Self) -> Self {
        let mut out = Self::default();
        // SAFETY: all three are points.
        unsafe { blst_p1_add_or_double(&mut out.0, &self.0, &other.0) };
        out
    }

    /// Its compressed form.
    pub(super) fn to_bytes(self) -> [u8; G1_BYTES] {
        let mut out = [0; G1_BYTES];
        // SAFETY: 48 bytes are written.
        unsafe { blst_p1_compress(out.as_mut_ptr(), &self.0) };
        out
    }

    /// The same point as multiplication takes it.
    pub(super) fn to_affine(self) -> AffineG1 {
        let mut out = AffineG1::default();
        // SAFETY: a point is written from a point.
        unsafe { blst_p1_to_affine(&mut out, &self.0) };
        out
    }

    /// The other way round.
    pub(super) fn from_affine(point: &AffineG1) -> Self {
        let mut out = Self::default();
        // SAFETY: a point is written from a point.
        unsafe { blst_p1_from_affine(&mut out.0, point) };
        out
    }
}

/// A point of the curve other than the neutral one; whether it is in the group is not checked.
pub(super) fn uncompress(bytes: &[u8; G1_BYTES]) -> Option<AffineG1> {
    let mut out = AffineG1::default();
    // SAFETY: 48 bytes are read. `blst` checks that they are a point of the curve in its only form.
    let valid = unsafe {
        blst_p1_uncompress(&mut out, bytes.as_ptr()) == BLST_ERROR::BLST_SUCCESS
            && !blst_p1_affine_is_inf(&out)
    };
    valid.then_some(out)
}

/// A point of the first group other than the neutral one.
pub(super) fn uncompress_g1(bytes: &[u8; G1_BYTES]) -> Option<AffineG1> {
    // SAFETY: `out` is a point of the curve.
    uncompress(bytes).filter(|out| unsafe { blst_p1_affine_in_g1(out) })
}

/// A point of the second group other than the neutral one.
pub(super) fn uncompress_g2(bytes: &[u8; G2_BYTES]) -> Option<AffineG2> {
    let mut out = AffineG2::default();
    // SAFETY: 96 bytes are read; the group is checked for points of the curve only.
    let valid = unsafe {
        blst_p2_uncompress(&mut out, bytes.as_ptr()) == BLST_ERROR::BLST_SUCCESS
            && !blst_p2_affine_is_inf(&out)
            && blst_p2_affine_in_g2(&out)
    };
    valid.then_some(out)
}

/// The compressed form of a point of the second group.
pub(super) fn compress_g2(point: &AffineG2) -> [u8; G2_BYTES] {
    let mut out = [0; G2_BYTES];
    // SAFETY: 96 bytes are written.
    unsafe { blst_p2_affine_compress(out.as_mut_ptr(), point) };
    out
}

/// The second group's generator times a secret, in constant time.
pub(super) fn g2_of_secret(secret: &Scalar) -> AffineG2 {
    let (mut point, mut out) = (blst_p2::default(), AffineG2::default());
    // SAFETY: a point is written from a scalar, and another from it.
    unsafe {
        blst_sk_to_pk_in_g2(&mut point, &secret.0);
        blst_p2_to_affine(&mut out, &point);
    }
    out
}

/// Points as multiplication takes them, for one inversion in all.
pub(super) fn to_affine(points: &[G1]) -> Vec<AffineG1> {
    let mut out = vec![AffineG1::default(); points.len()];
    if points.is_empty() {
        return out;
    }
    let list: Vec<*const blst_p1> = points.iter().map(|point| &raw const point.0).collect();
    // SAFETY: as many points are written as pointers to points are given.
    unsafe { blst_p1s_to_affine(out.as_mut_ptr(), list.as_ptr(), points.len()) };
    out
}

/// `Σ scalar·point`, on this thread alone (Pippenger). Its time depends on the scalars, which must be
/// public.
pub(super) fn sum_of_products(points: &[AffineG1], scalars: &[Scalar]) -> G1 {
    let count = points.len().min(scalars.len());
    let mut out = G1::default();
    if count == 0 {
        return out;
    }
    let points: Vec<*const AffineG1> = points.iter().map(ptr::from_ref).collect();
    let scalars: Vec<*const u8> = scalars.iter().map(|scalar| scalar.0.b.as_ptr()).collect();
    // SAFETY: `count` points and scalars of 32 bytes are read; the scratch has the bytes that `blst`
    // asks for, aligned to its words.
    unsafe {
        let mut scratch = vec![0u64; blst_p1s_mult_pippenger_scratch_sizeof(count).div_ceil(8)];
        blst_p1s_mult_pippenger(
            &mut out.0,
            points.as_ptr(),
            count,
            scalars.as_ptr(),
            SCALAR_BITS,
            scratch.as_mut_ptr(),
        );
    }
    out
}

/// Whether `e(sigma, g2) = e(base, key)`, for points of the groups.
pub(super) fn is_power(sigma: &AffineG1, base: G1, key: &AffineG2) -> bool {
    let base = base.to_affine();
    // SAFETY: `base` is a point; the generator is a constant of the library.
    let (is_neutral, generator) =
        unsafe { (blst_p1_affine_is_inf(&base), &*blst_p2_affine_generator()) };
    // A sigma is never the neutral point, so neither is the base of a true one.
    !is_neutral
        && blst_fp12::finalverify(
            &blst_fp12::miller_loop(generator, sigma),
            &blst_fp12::miller_loop(key, &base),
        )
}
