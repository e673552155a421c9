//! The spellings of a signature.

use cess_primitives::AccountId;

/// The 64-byte signatures that the header may mean: hex, `0x` hex, base58, or the bytes themselves.
pub(super) fn decode(header: &[u8]) -> Vec<[u8; 64]> {
    let mut found = Vec::new();
    found.extend(<[u8; 64]>::try_from(header).ok());
    if let Ok(text) = std::str::from_utf8(header) {
        let text = text.trim();
        let digits = text.strip_prefix("0x").unwrap_or(text);
        let spelled = [hex::decode(digits).ok(), bs58::decode(text).into_vec().ok()];
        let spelled = spelled.into_iter().flatten();
        found.extend(spelled.filter_map(|bytes| <[u8; 64]>::try_from(bytes).ok()));
    }
    found
}

/// Whether one of the signatures is the account's over the message, plain or as polkadot.js wraps
/// what a user signs in a browser.
pub(super) fn verify(account: &AccountId, message: &[u8], signatures: &[[u8; 64]]) -> bool {
    let key: &[u8; 32] = account.as_ref();
    let wrapped = [b"<Bytes>".as_slice(), message, b"</Bytes>"].concat();
    signatures.iter().any(|signature| {
        cess_chain::verify(key, message, signature) || cess_chain::verify(key, &wrapped, signature)
    })
}
