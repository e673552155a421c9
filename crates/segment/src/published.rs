//! The published cipher: AES-256-CBC with the password as key (spec off-chain 1.4).

use crate::{Layout, SegmentError};
use aes::cipher::{
    block_padding::{NoPadding, Pkcs7},
    BlockDecryptMut, BlockEncryptMut, KeyIvInit,
};
use zeroize::Zeroizing;

/// PKCS#7 always adds a whole block, because the chunk before it is whole blocks too.
pub(crate) const OVERHEAD: usize = 16;
const KEY_LEN: usize = 32;
const IV_LEN: usize = 16;

#[derive(Clone)]
pub(crate) struct PublishedKey(Zeroizing<[u8; KEY_LEN]>);

impl PublishedKey {
    pub(crate) fn new(password: &[u8]) -> Result<Self, SegmentError> {
        if password.is_empty() || password.len() > KEY_LEN {
            return Err(SegmentError::KeyLength(password.len()));
        }
        let mut key = Zeroizing::new([b'0'; KEY_LEN]);
        key[..password.len()].copy_from_slice(password);
        Ok(Self(key))
    }

    /// Encrypts a chunk of at most a segment less one block; shorter ones are filled with zeros.
    pub(crate) fn seal(&self, buffer: &mut Vec<u8>, layout: Layout) -> Result<(), SegmentError> {
        let chunk = layout.segment_size() - OVERHEAD;
        buffer.resize(chunk, 0);
        buffer.resize(layout.segment_size(), 0);
        cbc::Encryptor::<aes::Aes256>::new(self.key(), self.iv())
            .encrypt_padded_mut::<Pkcs7>(buffer, chunk)
            .map(|_| ())
            .map_err(|_| SegmentError::Crypto("no room for the padding"))
    }

    /// Decrypts a segment to the chunk with its zeros.
    pub(crate) fn open(&self, index: u32, buffer: &mut Vec<u8>) -> Result<(), SegmentError> {
        cbc::Decryptor::<aes::Aes256>::new(self.key(), self.iv())
            .decrypt_padded_mut::<NoPadding>(buffer)
            .map_err(|_| SegmentError::WrongPasswordOrDamaged(index))?;
        let chunk = buffer.len().saturating_sub(OVERHEAD);
        // All sixteen bytes are known, which makes the padding a check of 128 bits.
        if buffer[chunk..] != [OVERHEAD as u8; OVERHEAD] {
            return Err(SegmentError::WrongPasswordOrDamaged(index));
        }
        buffer.truncate(chunk);
        Ok(())
    }

    fn key(&self) -> &aes::cipher::Key<aes::Aes256> {
        self.0.as_slice().into()
    }

    fn iv(&self) -> &aes::cipher::Iv<cbc::Encryptor<aes::Aes256>> {
        self.0[..IV_LEN].into()
    }
}
