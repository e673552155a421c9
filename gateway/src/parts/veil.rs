//! AES-256-CTR from any byte of a file on.

use openssl::error::ErrorStack;
use openssl::symm::{Cipher, Crypter, Mode};
use std::io;

const BLOCK: u64 = 16;

/// A key stream over a file; laid over it twice, it gives the file.
pub(super) struct Veil(Crypter);

impl Veil {
    /// From this byte on.
    pub(super) fn at(key: &[u8; 32], start: u64) -> io::Result<Self> {
        let counter = u128::from(start / BLOCK).to_be_bytes();
        let cipher = Cipher::aes_256_ctr();
        let crypter = Crypter::new(cipher, Mode::Encrypt, key, Some(&counter)).map_err(failed)?;
        let mut veil = Self(crypter);
        veil.over(&[0; BLOCK as usize][..(start % BLOCK) as usize])?;
        Ok(veil)
    }

    /// The next bytes under the veil, or without it.
    pub(super) fn over(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut veiled = vec![0; bytes.len() + BLOCK as usize];
        let length = self.0.update(bytes, &mut veiled).map_err(failed)?;
        veiled.truncate(length);
        Ok(veiled)
    }
}

fn failed(error: ErrorStack) -> io::Error {
    io::Error::other(error)
}
