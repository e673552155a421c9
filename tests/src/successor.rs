//! The next version of a runtime, without building one.
//!
//! A second build of the runtime takes minutes and would differ from the first in nothing but its
//! version. So the version is raised in the wasm itself, wherever it is: in the custom section that
//! nodes read, in constants of the code, and in the data that constants are copied from. That is
//! safe because `spec_version` is a number that a runtime uses for nothing else (it names a date), and
//! because each place keeps its length. The compiler may write `version > x` as `x < version` or
//! `x <= version - 1`, so the neighbours of the version are raised with it.
//!
//! What this can't show is a runtime whose storage differs; the migrations' own tests do.

use anyhow::{bail, ensure, Context, Result};
use cessnet::wasm::RuntimeWasm;
use sp_maybe_compressed_blob::{compress_weakly, decompress, CODE_BLOB_BOMB_LIMIT};

/// Opcodes of constants.
const I32_CONST: u8 = 0x41;
const I64_CONST: u8 = 0x42;
/// More places than a runtime has for its version: then the number is used for something else too.
const MANY: usize = 64;

/// The same runtime with its version raised by one.
pub fn successor(code: &[u8]) -> Result<Vec<u8>> {
    let version = RuntimeWasm::parse(code)?.spec_version;
    let mut wasm = decompress(code, CODE_BLOB_BOMB_LIMIT)
        .map_err(|e| anyhow::anyhow!("{e:?}"))?
        .into_owned();
    let places = raise(&mut wasm, version)?;
    ensure!(
        (2..MANY).contains(&places),
        "{version} is at {places} places of the runtime: `spec_version` must be a number that nothing else uses, such as the date of the release"
    );
    compress_weakly(&wasm, CODE_BLOB_BOMB_LIMIT).context("the runtime is too large")
}

/// Raises the version wherever it is; says in how many places.
fn raise(wasm: &mut [u8], version: u32) -> Result<usize> {
    let mut edits = Vec::new();
    for at in 0..wasm.len() {
        let rest = &wasm[at..];
        if rest.starts_with(&version.to_le_bytes()) {
            edits.push((at, (version + 1).to_le_bytes().to_vec()));
        }
        let (bits, after) = match rest {
            [I32_CONST, after @ ..] => (32, after),
            [I64_CONST, after @ ..] => (64, after),
            _ => continue,
        };
        let Some((value, length)) = signed(after) else {
            continue;
        };
        let Some(raised) = raised(value, bits, version) else {
            continue;
        };
        let bytes = encode(raised);
        if bytes.len() != length {
            bail!("version {} is longer than {version}", version + 1);
        }
        edits.push((at + 1, bytes));
    }
    for (at, bytes) in &edits {
        wasm[*at..at + bytes.len()].copy_from_slice(bytes);
    }
    Ok(edits.len())
}

/// A constant that holds the version or a neighbour, or has it as one half, raised by one.
fn raised(value: i64, bits: u32, version: u32) -> Option<i64> {
    let near = |half: u32| half.abs_diff(version) <= 1;
    let (low, high) = (value as u32, (value >> 32) as u32);
    if bits == 32 {
        return near(low).then_some(value + 1);
    }
    let (more_low, more_high) = (near(low) as u32, near(high) as u32);
    let raised = i64::from(low + more_low) | i64::from(high + more_high) << 32;
    (more_low + more_high > 0).then_some(raised)
}

/// A signed LEB128 number and its length.
fn signed(bytes: &[u8]) -> Option<(i64, usize)> {
    let mut value = 0i64;
    for (i, byte) in bytes.iter().take(10).enumerate() {
        let shift = 7 * i as u32;
        value |= i64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            let negative = byte & 0x40 != 0 && shift + 7 < 64;
            let sign = if negative { -1 << (shift + 7) } else { 0 };
            return Some((value | sign, i + 1));
        }
    }
    None
}

fn encode(mut value: i64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let byte = value as u8 & 0x7f;
        value >>= 7;
        if (value == 0 && byte & 0x40 == 0) || (value == -1 && byte & 0x40 != 0) {
            bytes.push(byte);
            return bytes;
        }
        bytes.push(byte | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSION: u32 = 20_261_121;

    fn constant(opcode: u8, value: i64) -> Vec<u8> {
        [&[opcode][..], &encode(value)].concat()
    }

    #[test]
    fn numbers_survive_their_encoding() {
        for value in [
            0,
            1,
            63,
            64,
            -1,
            -64,
            -65,
            20_261_121,
            i64::MAX,
            i64::MIN,
            1 << 32,
        ] {
            let bytes = encode(value);
            assert_eq!(signed(&bytes), Some((value, bytes.len())), "{value}");
        }
        assert_eq!(signed(&[0x80; 10]), None);
    }

    #[test]
    fn the_version_is_raised_wherever_it_is_and_nothing_else_changes() {
        let version = i64::from(VERSION);
        let parts = |raised: i64| {
            [
                constant(I32_CONST, version + raised),
                constant(I32_CONST, version - 1 + raised),
                constant(I64_CONST, (version + raised) << 32 | 1),
                constant(I64_CONST, 7 << 32 | (version + raised)),
                (VERSION + raised as u32).to_le_bytes().to_vec(),
                constant(I32_CONST, 200),
                constant(I64_CONST, version * 3),
                b"plain text".to_vec(),
            ]
            .concat()
        };
        let mut wasm = parts(0);
        assert_eq!(raise(&mut wasm, VERSION).unwrap(), 5);
        assert_eq!(wasm, parts(1));
    }
}
