//! The SGX quote of version 3, byte by byte.

use super::attestation::Measurement;
use alloc::vec::Vec;
use codec::{Decode, Encode, Input};

/// The version that this module reads.
pub const QUOTE_VERSION: u16 = 3;
/// The only type of attestation key that quotes of version 3 have: ECDSA over P-256.
pub const KEY_TYPE: u16 = 2;
/// Certification data that is a chain of PCK certificates, PEM.
pub const CERTIFICATE_CHAIN: u16 = 5;

/// Why bytes are no quote.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum QuoteError {
    /// Header or enclave report are cut off.
    TooShort,
    /// Another version.
    Version(u16),
    /// Another type of attestation key.
    KeyType(u16),
    /// The part that proves the quote is cut off, or something follows it.
    AuthData,
}

/// A quote's head. The layout is that of SCALE: little-endian numbers and plain arrays.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct QuoteHeader {
    /// [`QUOTE_VERSION`].
    pub version: u16,
    /// [`KEY_TYPE`].
    pub key_type: u16,
    /// Zero.
    pub reserved: [u8; 4],
    /// Security version of the quoting enclave.
    pub qe_svn: u16,
    /// Security version of the provisioning enclave.
    pub pce_svn: u16,
    /// Whose quoting enclave it is.
    pub qe_vendor_id: [u8; 16],
    /// The quoting enclave's own.
    pub user_data: [u8; 20],
}

/// What the hardware says of an enclave.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct EnclaveReport {
    /// Security version of the processor.
    pub cpu_svn: [u8; 16],
    /// Which extra state is saved.
    pub misc_select: [u8; 4],
    /// Zero.
    pub reserved_1: [u8; 28],
    /// Flags; the second bit says that the enclave may be debugged.
    pub attributes: [u8; 16],
    /// Hash of code and data.
    pub mr_enclave: [u8; 32],
    /// Zero.
    pub reserved_2: [u8; 32],
    /// Hash of the signer's key.
    pub mr_signer: [u8; 32],
    /// Zero.
    pub reserved_3: [u8; 96],
    /// The product.
    pub isv_prod_id: u16,
    /// Its security version.
    pub isv_svn: u16,
    /// Zero.
    pub reserved_4: [u8; 60],
    /// What the enclave has the hardware vouch for.
    pub report_data: [u8; 64],
}

impl EnclaveReport {
    /// A report of this binary about this data; everything else is zero.
    pub fn new(measurement: &Measurement, report_data: [u8; 64]) -> Self {
        Self {
            cpu_svn: [0; 16],
            misc_select: [0; 4],
            reserved_1: [0; 28],
            attributes: [0; 16],
            mr_enclave: measurement.mr_enclave,
            reserved_2: [0; 32],
            mr_signer: measurement.mr_signer,
            reserved_3: [0; 96],
            isv_prod_id: measurement.isv_prod_id,
            isv_svn: measurement.isv_svn,
            reserved_4: [0; 60],
            report_data,
        }
    }

    /// Which binary it is about.
    pub fn measurement(&self) -> Measurement {
        Measurement {
            mr_enclave: self.mr_enclave,
            mr_signer: self.mr_signer,
            isv_prod_id: self.isv_prod_id,
            isv_svn: self.isv_svn,
        }
    }

    /// The first half of the report data.
    pub fn user_data(&self) -> [u8; 32] {
        first_half(&self.report_data)
    }

    /// The enclave may be debugged, so that it keeps nothing secret.
    pub fn is_debuggable(&self) -> bool {
        self.attributes[0] & 2 != 0
    }
}

/// A quote: an enclave's report, signed with a key that a quoting enclave vouches for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quote {
    /// What it is.
    pub header: QuoteHeader,
    /// What it says.
    pub report: EnclaveReport,
    /// By the attestation key, over header and report.
    pub signature: [u8; 64],
    /// The attestation key.
    pub attestation_key: [u8; 64],
    /// The report of the quoting enclave that made the attestation key.
    pub qe_report: EnclaveReport,
    /// By the platform's key, over that report.
    pub qe_report_signature: [u8; 64],
    /// What else that report vouches for.
    pub qe_auth_data: Vec<u8>,
    /// What the certification data is: [`CERTIFICATE_CHAIN`].
    pub certification_type: u16,
    /// Who vouches for the platform's key.
    pub certification_data: Vec<u8>,
}

impl Quote {
    /// Reads a quote.
    pub fn decode(bytes: &[u8]) -> Result<Self, QuoteError> {
        let input = &mut &*bytes;
        let header: QuoteHeader = read(input).ok_or(QuoteError::TooShort)?;
        if header.version != QUOTE_VERSION {
            return Err(QuoteError::Version(header.version));
        }
        if header.key_type != KEY_TYPE {
            return Err(QuoteError::KeyType(header.key_type));
        }
        let report = read(input).ok_or(QuoteError::TooShort)?;
        Self::decode_auth(header, report, input).ok_or(QuoteError::AuthData)
    }

    fn decode_auth(header: QuoteHeader, report: EnclaveReport, input: &mut &[u8]) -> Option<Self> {
        let length: u32 = read(input)?;
        if length as usize != input.len() {
            return None;
        }
        let quote = Self {
            header,
            report,
            signature: read(input)?,
            attestation_key: read(input)?,
            qe_report: read(input)?,
            qe_report_signature: read(input)?,
            qe_auth_data: {
                let length: u16 = read(input)?;
                take(input, length.into())?
            },
            certification_type: read(input)?,
            certification_data: {
                let length: u32 = read(input)?;
                take(input, length as usize)?
            },
        };
        input.is_empty().then_some(quote)
    }

    /// Writes a quote; data that is too long for its length field is cut off.
    pub fn encode(&self) -> Vec<u8> {
        let auth_length = self.qe_auth_data.len().min(u16::MAX.into());
        let auth_data = &self.qe_auth_data[..auth_length];
        let mut proof = (
            self.signature,
            self.attestation_key,
            &self.qe_report,
            self.qe_report_signature,
            auth_length as u16,
        )
            .encode();
        proof.extend_from_slice(auth_data);
        self.certification_type.encode_to(&mut proof);
        (self.certification_data.len() as u32).encode_to(&mut proof);
        proof.extend_from_slice(&self.certification_data);
        let mut bytes = self.signed_part();
        (proof.len() as u32).encode_to(&mut bytes);
        bytes.extend_from_slice(&proof);
        bytes
    }

    /// What the attestation key signs.
    pub fn signed_part(&self) -> Vec<u8> {
        (&self.header, &self.report).encode()
    }

    /// What the quoting enclave's report must vouch for.
    pub fn key_digest(&self) -> [u8; 32] {
        let mut bytes = self.attestation_key.to_vec();
        bytes.extend_from_slice(&self.qe_auth_data);
        sp_crypto_hashing::sha2_256(&bytes)
    }
}

fn read<D: Decode>(input: &mut &[u8]) -> Option<D> {
    D::decode(input).ok()
}

fn take(input: &mut &[u8], length: usize) -> Option<Vec<u8>> {
    // The length is the sender's word: look before room is made for it.
    if length > input.len() {
        return None;
    }
    let mut bytes = alloc::vec![0; length];
    input.read(&mut bytes).ok()?;
    Some(bytes)
}

/// The first half of a key or of report data.
pub fn first_half(bytes: &[u8; 64]) -> [u8; 32] {
    core::array::from_fn(|at| bytes[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quote() -> Quote {
        let measurement = Measurement {
            mr_enclave: [1; 32],
            mr_signer: [2; 32],
            isv_prod_id: 3,
            isv_svn: 4,
        };
        Quote {
            header: QuoteHeader {
                version: 3,
                key_type: 2,
                reserved: [0; 4],
                qe_svn: 5,
                pce_svn: 6,
                qe_vendor_id: [7; 16],
                user_data: [8; 20],
            },
            report: EnclaveReport::new(&measurement, [9; 64]),
            signature: [10; 64],
            attestation_key: [11; 64],
            qe_report: EnclaveReport::new(&measurement, [12; 64]),
            qe_report_signature: [13; 64],
            qe_auth_data: alloc::vec![14; 32],
            certification_type: 5,
            certification_data: b"-----BEGIN CERTIFICATE-----".to_vec(),
        }
    }

    #[test]
    fn fields_are_where_the_hardware_puts_them() {
        let bytes = quote().encode();
        assert_eq!(bytes[..4], [3, 0, 2, 0]);
        assert_eq!(bytes[12..28], [7; 16]);
        // The report begins after 48 bytes and has 384.
        assert_eq!(bytes[48 + 64..48 + 96], [1; 32]);
        assert_eq!(bytes[48 + 128..48 + 160], [2; 32]);
        assert_eq!(bytes[48 + 256..48 + 260], [3, 0, 4, 0]);
        assert_eq!(bytes[48 + 320..48 + 384], [9; 64]);
        let length = u32::from_le_bytes(bytes[432..436].try_into().unwrap());
        assert_eq!(length as usize, bytes.len() - 436);
        assert_eq!(bytes[436..500], [10; 64]);
        assert_eq!(bytes[564 + 320..564 + 384], [12; 64]);
    }

    #[test]
    fn a_quote_is_read_as_it_was_written() {
        assert_eq!(Quote::decode(&quote().encode()), Ok(quote()));
    }

    #[test]
    fn no_bytes_are_missing_and_none_are_left() {
        let bytes = quote().encode();
        for length in 0..bytes.len() {
            let expected = match length < 432 {
                true => QuoteError::TooShort,
                false => QuoteError::AuthData,
            };
            assert_eq!(Quote::decode(&bytes[..length]), Err(expected), "{length}");
        }
        let longer = [&bytes[..], &[0]].concat();
        assert_eq!(Quote::decode(&longer), Err(QuoteError::AuthData));
    }

    #[test]
    fn other_versions_and_keys_are_told() {
        let mut bytes = quote().encode();
        bytes[0] = 4;
        assert_eq!(Quote::decode(&bytes), Err(QuoteError::Version(4)));
        bytes[..4].copy_from_slice(&[3, 0, 3, 0]);
        assert_eq!(Quote::decode(&bytes), Err(QuoteError::KeyType(3)));
    }

    #[test]
    fn lengths_that_lie_are_refused() {
        let mut bytes = quote().encode();
        // The length of the quoting enclave's data, behind 64 + 64 + 384 + 64 bytes of proof.
        bytes[436 + 576..436 + 578].copy_from_slice(&[0xff, 0xff]);
        assert_eq!(Quote::decode(&bytes), Err(QuoteError::AuthData));
    }
}
