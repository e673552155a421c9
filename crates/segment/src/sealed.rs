//! Our cipher: AES-256-GCM in one chunk for each segment, key by Argon2id.
//!
//! ```text
//! segment 0      header (56) || ciphertext || tag (16)
//! segment i > 0                 ciphertext || tag (16)
//! plaintext      content || zeros || count of content bytes (u32, big-endian)
//! nonce          0 (7 bytes) || i (u32, big-endian) || last (0 or 1)
//! extra data     header || i (u32, big-endian) || last (0 or 1)
//! header         "CESSSEAL" || version 1 || kdf 1 || 0 || 0 || memory KiB, passes, lanes (u32 each)
//!                || salt (16) || check (16)
//! ```
//! Argon2id (version 0x13) gives 48 bytes: the key, and 16 bytes that stand in the header as `check`,
//! so that a wrong password is told from damage. A guess costs the whole Argon2id either way.

use crate::{Layout, SegmentError};
use argon2::{Algorithm, Argon2, Params, Version};
use openssl::{cipher::Cipher, cipher_ctx::CipherCtx, error::ErrorStack};
use rand::{rngs::OsRng, RngCore};
use zeroize::Zeroizing;

/// Bytes of the header.
pub const HEADER_LEN: usize = 56;
/// Bytes that every segment gives to the count of its content and to the tag.
pub const OVERHEAD: usize = COUNT_LEN + TAG_LEN;

const MAGIC: &[u8; 8] = b"CESSSEAL";
const VERSION: u8 = 1;
const KDF_ARGON2ID: u8 = 1;
const COUNT_LEN: usize = 4;
const TAG_LEN: usize = 16;
const SALT_LEN: usize = 16;
const CHECK_LEN: usize = 16;
const KEY_LEN: usize = 32;
const NONCE_LEN: usize = 12;
const PLACE_LEN: usize = 5;
const SALT_AT: usize = 24;
const CHECK_AT: usize = SALT_AT + SALT_LEN;

/// Whether these are the first bytes of a sealed file's first segment.
pub fn is_sealed(first_segment: &[u8]) -> bool {
    first_segment.starts_with(MAGIC)
}

/// What a guess at a password costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KdfParams {
    /// Memory, KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for KdfParams {
    /// 19 MiB, two passes, one lane: OWASP's first recommendation for Argon2id.
    fn default() -> Self {
        Self {
            memory_kib: 19 << 10,
            passes: 2,
            lanes: 1,
        }
    }
}

impl KdfParams {
    /// Bounds that keep a hostile header from eating a gateway's memory or time.
    pub(crate) fn check(self) -> Result<(), SegmentError> {
        let fits = (8..=256 << 10).contains(&self.memory_kib)
            && (1..=16).contains(&self.passes)
            && (1..=8).contains(&self.lanes)
            && self.memory_kib >= 8 * self.lanes;
        if fits {
            return Ok(());
        }
        Err(SegmentError::Header(
            "the cost of the password hash is out of bounds",
        ))
    }
}

/// The key of one sealed file.
pub(crate) struct SealedKey {
    header: [u8; HEADER_LEN],
    key: Zeroizing<[u8; KEY_LEN]>,
}

impl SealedKey {
    /// A key for a new file, with a random salt.
    pub(crate) fn fresh(password: &[u8], params: KdfParams) -> Result<Self, SegmentError> {
        let mut header = [0; HEADER_LEN];
        header[..8].copy_from_slice(MAGIC);
        header[8] = VERSION;
        header[9] = KDF_ARGON2ID;
        let numbers = [params.memory_kib, params.passes, params.lanes];
        for (place, number) in header[12..SALT_AT].chunks_exact_mut(4).zip(numbers) {
            place.copy_from_slice(&number.to_be_bytes());
        }
        OsRng
            .try_fill_bytes(&mut header[SALT_AT..CHECK_AT])
            .map_err(|_| SegmentError::Crypto("the system has no random numbers"))?;
        let derived = derive(password, params, &header[SALT_AT..CHECK_AT])?;
        header[CHECK_AT..].copy_from_slice(&derived[KEY_LEN..]);
        Ok(Self::with(header, &derived))
    }

    /// The key of the file that starts with this segment.
    pub(crate) fn recover(password: &[u8], first_segment: &[u8]) -> Result<Self, SegmentError> {
        let header: [u8; HEADER_LEN] = first_segment
            .get(..HEADER_LEN)
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(SegmentError::Header("it is cut off"))?;
        if !is_sealed(&header) || header[8..12] != [VERSION, KDF_ARGON2ID, 0, 0] {
            return Err(SegmentError::Header("it was written by an unknown version"));
        }
        let number = |at: usize| {
            u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
        };
        let params = KdfParams {
            memory_kib: number(12),
            passes: number(16),
            lanes: number(20),
        };
        params.check()?;
        let derived = derive(password, params, &header[SALT_AT..CHECK_AT])?;
        // No secret is compared: `check` is public, and a guess is known to the one who guesses.
        if header[CHECK_AT..] != derived[KEY_LEN..] {
            return Err(SegmentError::WrongPassword);
        }
        Ok(Self::with(header, &derived))
    }

    fn with(header: [u8; HEADER_LEN], derived: &[u8; KEY_LEN + CHECK_LEN]) -> Self {
        let mut key = Zeroizing::new([0; KEY_LEN]);
        key.copy_from_slice(&derived[..KEY_LEN]);
        Self { header, key }
    }

    pub(crate) fn header(&self) -> &[u8] {
        &self.header
    }

    /// Encrypts `[header ||] content` to a whole segment.
    pub(crate) fn seal(
        &self,
        index: u32,
        last: bool,
        buffer: &mut Vec<u8>,
        layout: Layout,
    ) -> Result<(), SegmentError> {
        let start = self.start(index);
        let count = (buffer.len() - start) as u32;
        buffer.resize(layout.segment_size() - OVERHEAD, 0);
        buffer.extend_from_slice(&count.to_be_bytes());
        let tag = self
            .encrypt(&place(index, last), &mut buffer[start..])
            .map_err(|_| SegmentError::Crypto("AES-GCM failed"))?;
        buffer.extend_from_slice(&tag);
        Ok(())
    }

    /// Decrypts a segment to the zero-filled content; its count must be `content`.
    pub(crate) fn open(
        &self,
        index: u32,
        last: bool,
        content: usize,
        buffer: &mut Vec<u8>,
    ) -> Result<(), SegmentError> {
        let damaged = SegmentError::Damaged(index);
        let start = self.start(index);
        if !buffer.starts_with(&self.header[..start]) {
            return Err(damaged);
        }
        let Some(tag_at) = buffer
            .len()
            .checked_sub(TAG_LEN)
            .filter(|at| *at >= start + COUNT_LEN)
        else {
            return Err(damaged);
        };
        let tag = buffer.split_off(tag_at);
        buffer.drain(..start);
        if self.decrypt(&place(index, last), buffer, &tag).is_err() {
            return Err(damaged);
        }
        let count = buffer.split_off(buffer.len() - COUNT_LEN);
        if count != (content as u32).to_be_bytes() {
            return Err(SegmentError::SealedSize(index));
        }
        Ok(())
    }

    /// Where the ciphertext starts.
    fn start(&self, index: u32) -> usize {
        if index == 0 {
            HEADER_LEN
        } else {
            0
        }
    }

    fn encrypt(
        &self,
        place: &[u8; PLACE_LEN],
        data: &mut [u8],
    ) -> Result<[u8; TAG_LEN], ErrorStack> {
        let mut ctx = CipherCtx::new()?;
        ctx.encrypt_init(
            Some(Cipher::aes_256_gcm()),
            Some(&*self.key),
            Some(&nonce(place)),
        )?;
        self.update(&mut ctx, place, data)?;
        let mut tag = [0; TAG_LEN];
        ctx.tag(&mut tag)?;
        Ok(tag)
    }

    fn decrypt(
        &self,
        place: &[u8; PLACE_LEN],
        data: &mut [u8],
        tag: &[u8],
    ) -> Result<(), ErrorStack> {
        let mut ctx = CipherCtx::new()?;
        ctx.decrypt_init(
            Some(Cipher::aes_256_gcm()),
            Some(&*self.key),
            Some(&nonce(place)),
        )?;
        ctx.set_tag(tag)?;
        self.update(&mut ctx, place, data)
    }

    /// Runs header, place and data through the cipher; when decrypting, the end checks the tag.
    fn update(
        &self,
        ctx: &mut CipherCtx,
        place: &[u8; PLACE_LEN],
        data: &mut [u8],
    ) -> Result<(), ErrorStack> {
        ctx.cipher_update(&self.header, None)?;
        ctx.cipher_update(place, None)?;
        ctx.cipher_update_inplace(data, data.len())?;
        ctx.cipher_final(&mut [0; TAG_LEN]).map(|_| ())
    }
}

fn derive(
    password: &[u8],
    params: KdfParams,
    salt: &[u8],
) -> Result<Zeroizing<[u8; KEY_LEN + CHECK_LEN]>, SegmentError> {
    if password.is_empty() {
        return Err(SegmentError::EmptyPassword);
    }
    let mut derived = Zeroizing::new([0; KEY_LEN + CHECK_LEN]);
    let cost = Params::new(
        params.memory_kib,
        params.passes,
        params.lanes,
        Some(derived.len()),
    )
    .map_err(|_| SegmentError::Crypto("Argon2 refused its parameters"))?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, cost)
        .hash_password_into(password, salt, derived.as_mut_slice())
        .map_err(|_| SegmentError::Crypto("Argon2 failed"))?;
    Ok(derived)
}

fn place(index: u32, last: bool) -> [u8; PLACE_LEN] {
    let [a, b, c, d] = index.to_be_bytes();
    [a, b, c, d, last.into()]
}

fn nonce(place: &[u8; PLACE_LEN]) -> [u8; NONCE_LEN] {
    let mut nonce = [0; NONCE_LEN];
    nonce[NONCE_LEN - PLACE_LEN..].copy_from_slice(place);
    nonce
}
