//! What a runtime's wasm says of itself, without running it.
//!
//! The runtime's builder writes the SCALE-encoded version into a custom section of the wasm, which
//! nodes read too. That is enough to refuse a wrong file before it travels.

use codec::Decode;
use sp_maybe_compressed_blob::{compress_strongly, decompress, CODE_BLOB_BOMB_LIMIT};
use std::path::{Path, PathBuf};

/// What every wasm module begins with: the magic number and version 1.
const HEADER: &[u8] = b"\0asm\x01\0\0\0";
/// The section that holds the version.
const VERSION_SECTION: &[u8] = b"runtime_version";
/// Numbers of a section's id in a wasm module.
const CUSTOM: u8 = 0;

/// A runtime that can replace another one.
#[derive(Clone, Debug)]
pub struct RuntimeWasm {
    /// As it travels: compressed.
    pub blob: Vec<u8>,
    /// The chain that it is made for.
    pub spec_name: String,
    /// Its release.
    pub spec_version: u32,
}

/// Why a file is no runtime.
#[derive(Debug, thiserror::Error)]
pub enum WasmError {
    /// It cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// It begins like something compressed, and is damaged.
    #[error("the file cannot be decompressed: it is damaged, or holds more than {} MiB", CODE_BLOB_BOMB_LIMIT >> 20)]
    Compressed,
    /// It is something else.
    #[error("the file is no wasm: give the runtime that a build leaves in target/release/wbuild/cess-runtime/, for example cess_runtime.compact.compressed.wasm")]
    NotWasm,
    /// It ends too early.
    #[error("the wasm is cut off or damaged")]
    Damaged,
    /// It is wasm, but no runtime.
    #[error("the wasm has no runtime version: it is no Substrate runtime")]
    NoVersion,
}

impl RuntimeWasm {
    /// Reads a file.
    pub fn load(path: &Path) -> Result<Self, WasmError> {
        let bytes = std::fs::read(path).map_err(|source| WasmError::Io {
            path: path.into(),
            source,
        })?;
        Self::parse(&bytes)
    }

    /// Takes bytes, compressed or not.
    pub fn parse(bytes: &[u8]) -> Result<Self, WasmError> {
        let wasm = decompress(bytes, CODE_BLOB_BOMB_LIMIT).map_err(|_| WasmError::Compressed)?;
        let mut version = version_section(&wasm)?;
        // spec_name, impl_name, authoring_version, spec_version, …
        let (spec_name, _, _, spec_version) =
            <(String, String, u32, u32)>::decode(&mut version).map_err(|_| WasmError::NoVersion)?;
        let blob = match wasm.len() == bytes.len() {
            true => compress_strongly(&wasm, CODE_BLOB_BOMB_LIMIT).ok_or(WasmError::Compressed)?,
            false => bytes.to_vec(),
        };
        Ok(Self {
            blob,
            spec_name,
            spec_version,
        })
    }
}

/// The contents of the section with the version.
fn version_section(wasm: &[u8]) -> Result<&[u8], WasmError> {
    let mut rest = wasm.strip_prefix(HEADER).ok_or(WasmError::NotWasm)?;
    while let Some((id, after)) = rest.split_first() {
        let (length, after) = length(after)?;
        let (section, after) = after.split_at_checked(length).ok_or(WasmError::Damaged)?;
        rest = after;
        if *id != CUSTOM {
            continue;
        }
        let (name_length, named) = self::length(section)?;
        let (name, contents) = named
            .split_at_checked(name_length)
            .ok_or(WasmError::Damaged)?;
        if name == VERSION_SECTION {
            return Ok(contents);
        }
    }
    Err(WasmError::NoVersion)
}

/// An unsigned LEB128 number of at most 32 bits, and what follows it.
fn length(bytes: &[u8]) -> Result<(usize, &[u8]), WasmError> {
    let mut value = 0u64;
    for (i, byte) in bytes.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            let value = usize::try_from(value).map_err(|_| WasmError::Damaged)?;
            return Ok((value, &bytes[i + 1..]));
        }
    }
    Err(WasmError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use codec::Encode;

    fn section(id: u8, body: &[u8]) -> Vec<u8> {
        // A length that needs two bytes, as those of real sections do.
        let length = [body.len() as u8 & 0x7f | 0x80, (body.len() >> 7) as u8];
        [&[id][..], &length, body].concat()
    }

    fn module(name: &str, version: u32) -> Vec<u8> {
        let version = (name, "impl", 1u32, version, 1u32).encode();
        let named = [&[15][..], VERSION_SECTION, &version].concat();
        let other = [&[4][..], b"name", &[7; 300]].concat();
        [
            HEADER,
            &section(1, &[0; 200]),
            &section(0, &other),
            &section(0, &named),
        ]
        .concat()
    }

    #[test]
    fn the_version_is_read_from_plain_and_compressed_wasm() {
        let plain = module("cess-node", 7);
        let compressed = compress_strongly(&plain, CODE_BLOB_BOMB_LIMIT).unwrap();
        for bytes in [&plain, &compressed] {
            let wasm = RuntimeWasm::parse(bytes).unwrap();
            assert_eq!(
                (wasm.spec_name.as_str(), wasm.spec_version),
                ("cess-node", 7)
            );
            assert_eq!(wasm.blob, compressed, "what travels is compressed once");
        }
    }

    #[test]
    fn other_files_are_named_for_what_they_are() {
        let parse = |bytes: &[u8]| RuntimeWasm::parse(bytes).unwrap_err();
        assert!(matches!(parse(b"#!/bin/sh"), WasmError::NotWasm));
        assert!(matches!(parse(b""), WasmError::NotWasm));
        assert!(matches!(parse(HEADER), WasmError::NoVersion));
        let plain = module("cess-node", 7);
        for cut in [9, 100, plain.len() - 1] {
            assert!(matches!(parse(&plain[..cut]), WasmError::Damaged), "{cut}");
        }
        let mut damaged = compress_strongly(&plain, CODE_BLOB_BOMB_LIMIT).unwrap();
        damaged.truncate(20);
        assert!(matches!(parse(&damaged), WasmError::Compressed));
        let missing = RuntimeWasm::load(Path::new("/nowhere/x.wasm")).unwrap_err();
        assert!(missing.to_string().contains("/nowhere/x.wasm"), "{missing}");
    }
}
