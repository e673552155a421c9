//! Attestations: which are believed, and why others are not.

use crate::{mock::*, *};
use cess_primitives::tee::{
    attestation::{AttestationReport, Collateral, SgxV30QuoteCollateral},
    quote::Quote,
    simulation::{self, Platform},
    AttestationProvider,
    WorkerRole::Marker,
};
use codec::Encode;
use frame_support::{assert_noop, assert_ok, dispatch::DispatchResult};
use sp_core::Pair;

fn try_with(report: AttestationReport) -> DispatchResult {
    TeeWorker::register_worker(signed(9), info(1, Marker), Some(report))
}

/// A report whose quote was changed, and signed by the quoting enclave again.
fn with_quote(change: impl FnOnce(&mut Quote)) -> AttestationReport {
    let mut quote = simulation::quote(info(1, Marker).digest(), &BINARY, simulated);
    change(&mut quote);
    let AttestationReport::SgxDcap { collateral, .. } = report(&info(1, Marker)) else {
        panic!("simulated reports are quotes");
    };
    AttestationReport::SgxDcap {
        quote: quote.encode(),
        collateral,
    }
}

fn with_collateral(change: impl FnOnce(&mut SgxV30QuoteCollateral)) -> AttestationReport {
    match report(&info(1, Marker)) {
        AttestationReport::SgxDcap {
            quote,
            collateral: Some(Collateral::SgxV30(mut collateral)),
        } => {
            change(&mut collateral);
            AttestationReport::SgxDcap {
                quote,
                collateral: Some(Collateral::SgxV30(collateral)),
            }
        }
        other => panic!("a quote with collateral, not {other:?}"),
    }
}

fn on(platform: Platform<'_>) -> AttestationReport {
    simulation::report(&info(1, Marker), &BINARY, &platform, simulated)
}

#[test]
fn an_attested_worker_may_be_sent_in_by_anybody() {
    ExtBuilder::default()
        .attestation_required()
        .build_and_execute(|| {
            assert_ok!(try_with(report(&info(1, Marker))));
            let worker = Workers::<Test>::get(key(1)).unwrap();
            let dcap = Some(AttestationProvider::Dcap);
            assert_eq!(
                (worker.attestation_provider, worker.confidence_level),
                (dcap, 1)
            );
            assert_eq!(Measurements::<Test>::get(key(1)), Some(BINARY.hash()));
            let added = Event::WorkerAdded {
                pubkey: key(1),
                attestation_provider: dcap,
                confidence_level: 1,
            };
            assert_eq!(last_event(), added.into());
        });
}

#[test]
fn confidence_follows_the_state_of_the_platform() {
    let levels: [(&str, &[&str], u8); 8] = [
        ("UpToDate", &[], 1),
        ("SWHardeningNeeded", &["INTEL-SA-00615"], 2),
        ("ConfigurationNeeded", &[], 3),
        ("ConfigurationNeeded", &["INTEL-SA-00334"], 3),
        ("ConfigurationAndSWHardeningNeeded", &["INTEL-SA-00389"], 3),
        (
            "ConfigurationAndSWHardeningNeeded",
            &["INTEL-SA-00389", "INTEL-SA-00615"],
            4,
        ),
        ("OutOfDate", &[], 5),
        ("OutOfDateConfigurationNeeded", &[], 5),
    ];
    ExtBuilder::default().build_and_execute(|| {
        for (status, advisories, expected) in levels {
            let platform = Platform {
                status,
                advisories,
                ..up_to_date()
            };
            let renewal = Some(on(platform));
            assert_ok!(TeeWorker::register_worker(
                signed(1),
                info(1, Marker),
                renewal
            ));
            let worker = Workers::<Test>::get(key(1)).unwrap();
            assert_eq!(worker.confidence_level, expected, "{status} {advisories:?}");
        }
        let revoked = Platform {
            status: "Revoked",
            ..up_to_date()
        };
        assert_noop!(try_with(on(revoked)), Error::<Test>::InvalidQuoteStatus);
    });
}

#[test]
fn the_binary_must_be_listed_where_that_is_required() {
    ExtBuilder::default()
        .listed_binaries_required()
        .build_and_execute(|| {
            let registration = || try_with(report(&info(1, Marker)));
            assert_noop!(registration(), Error::<Test>::CesealRejected);
            assert_ok!(TeeWorker::add_ceseal(root(), BINARY.hash()));
            assert_ok!(registration());
        });
}

#[test]
fn a_report_vouches_for_one_registration_only() {
    ExtBuilder::default().build_and_execute(|| {
        let mut other = info(1, Marker);
        other.endpoint = "http://attacker:1".into();
        let call = TeeWorker::register_worker(signed(9), other, Some(report(&info(1, Marker))));
        assert_noop!(call, Error::<Test>::InvalidCesealInfoHash);
        let call =
            TeeWorker::register_worker(signed(9), info(2, Marker), Some(report(&info(1, Marker))));
        assert_noop!(call, Error::<Test>::InvalidCesealInfoHash);
    });
}

#[test]
fn an_old_report_does_not_undo_a_renewal() {
    ExtBuilder::default().build_and_execute(|| {
        let first = report(&info(1, Marker));
        assert_ok!(try_with(first.clone()));
        let mut moved = info(1, Marker);
        moved.endpoint = "http://127.0.0.1:2".into();
        assert_ok!(TeeWorker::register_worker(
            signed(1),
            moved.clone(),
            Some(report(&moved))
        ));
        assert_noop!(try_with(first), Error::<Test>::InvalidWorkerPubKey);
    });
}

#[test]
fn nobody_is_trusted_while_simulation_is_off() {
    ExtBuilder::default().no_simulation().build_and_execute(|| {
        let registration = || try_with(report(&info(1, Marker)));
        let unsupported = Error::<Test>::UnsupportedAttestationType;
        assert_noop!(registration(), unsupported);
        assert_ok!(TeeWorker::set_simulated_attestation_enabled(root(), true));
        let changed = Event::AttestationRulesChanged {
            none: true,
            simulated: true,
            listed_only: false,
        };
        assert_eq!(last_event(), changed.into());
        assert_ok!(registration());
    });
}

#[test]
fn a_runtime_may_trust_nobody() {
    let report = AttestationReport::SgxDcap {
        quote: vec![],
        collateral: None,
    };
    let refused = <() as AttestationVerifier>::verify(&report, 0);
    assert_eq!(refused, Err(AttestationError::UnsupportedAttestationType));
}

#[test]
fn reports_of_the_closed_epid_service_are_refused() {
    ExtBuilder::default().build_and_execute(|| {
        let report = AttestationReport::SgxIas {
            ra_report: br#"{"isvEnclaveQuoteStatus":"OK"}"#.to_vec(),
            signature: vec![1; 256],
            raw_signing_cert: vec![0x30, 0x82],
        };
        assert_noop!(try_with(report), Error::<Test>::InvalidIASSigningCert);
    });
}

#[test]
fn a_quote_of_a_real_platform_goes_back_to_nobody_trusted() {
    ExtBuilder::default().build_and_execute(|| {
        let pem = b"-----BEGIN CERTIFICATE-----\nMIIE8jCCBJmgAwIBAgI\n-----END CERTIFICATE-----\n";
        let real = with_quote(|quote| quote.certification_data = pem.to_vec());
        assert_noop!(try_with(real), Error::<Test>::CertificateChainIsInvalid);
    });
}

#[test]
fn each_break_of_the_quote_is_told() {
    let attestation_key_of = |n: u32| {
        let mut field = [0; 64];
        field[..32].copy_from_slice(&key(n));
        field
    };
    ExtBuilder::default().build_and_execute(|| {
        type Change<'a> = &'a dyn Fn(&mut Quote);
        let changes: [(Change<'_>, Error<Test>); 9] = [
            (
                &|quote| quote.header.version = 4,
                Error::UnsupportedDCAPQuoteVersion,
            ),
            (
                &|quote| quote.header.key_type = 3,
                Error::UnsupportedDCAPAttestationKeyType,
            ),
            (
                &|quote| quote.certification_type = 1,
                Error::UnsupportedDCAPPckCertFormat,
            ),
            (
                &|quote| quote.certification_data.clear(),
                Error::CertificateChainIsTooShort,
            ),
            (
                &|quote| quote.qe_report_signature[0] ^= 1,
                Error::CertificateChainIsInvalid,
            ),
            (
                &|quote| quote.attestation_key = attestation_key_of(9),
                Error::QEReportHashMismatch,
            ),
            (
                &|quote| quote.qe_auth_data.push(1),
                Error::QEReportHashMismatch,
            ),
            (
                &|quote| quote.report.mr_enclave[0] ^= 1,
                Error::IsvEnclaveReportSignatureIsInvalid,
            ),
            (
                &|quote| {
                    quote.report.attributes[0] |= 2;
                    quote.signature = simulated(&quote.signed_part());
                },
                Error::InvalidQuoteStatus,
            ),
        ];
        for (change, expected) in changes {
            assert_noop!(try_with(with_quote(change)), expected);
        }
    });
}

#[test]
fn a_quoting_enclave_may_have_a_key_of_its_own() {
    ExtBuilder::default().build_and_execute(|| {
        let report = with_quote(|quote| {
            quote.attestation_key[..32].copy_from_slice(&key(8));
            let digest = quote.key_digest();
            quote.qe_report.report_data[..32].copy_from_slice(&digest);
            quote.qe_report_signature = simulated(&quote.qe_report.encode());
            quote.signature = pair(8).sign(&quote.signed_part()).0;
        });
        assert_ok!(try_with(report));
    });
}

#[test]
fn a_quote_that_is_cut_off_is_refused() {
    ExtBuilder::default().build_and_execute(|| {
        let AttestationReport::SgxDcap { quote, collateral } = report(&info(1, Marker)) else {
            panic!("simulated reports are quotes");
        };
        let cut = |length: usize| AttestationReport::SgxDcap {
            quote: quote[..length].to_vec(),
            collateral: collateral.clone(),
        };
        assert_noop!(try_with(cut(0)), Error::<Test>::InvalidDCAPQuote);
        assert_noop!(try_with(cut(431)), Error::<Test>::InvalidDCAPQuote);
        assert_noop!(try_with(cut(432)), Error::<Test>::UnsupportedQuoteAuthData);
        assert_noop!(
            try_with(cut(quote.len() - 1)),
            Error::<Test>::UnsupportedQuoteAuthData
        );
    });
}

#[test]
fn each_break_of_the_collateral_is_told() {
    ExtBuilder::default().build_and_execute(|| {
        let AttestationReport::SgxDcap { quote, .. } = report(&info(1, Marker)) else {
            panic!("simulated reports are quotes");
        };
        let bare = AttestationReport::SgxDcap {
            quote,
            collateral: None,
        };
        assert_noop!(try_with(bare), Error::<Test>::InvalidCertificate);
        let forged = with_collateral(|collateral| {
            collateral.tcb_info = collateral.tcb_info.replace("17", "27");
        });
        assert_noop!(try_with(forged), Error::<Test>::InvalidReport);
        let short = with_collateral(|collateral| collateral.tcb_info_signature.truncate(63));
        assert_noop!(try_with(short), Error::<Test>::InvalidReport);
        let unreadable = with_collateral(|collateral| {
            collateral.tcb_info = "{}".into();
            collateral.tcb_info_signature = simulated(b"{}").to_vec();
        });
        assert_noop!(try_with(unreadable), Error::<Test>::CodecError);
    });
}

#[test]
fn outdated_collateral_is_refused() {
    ExtBuilder::default().build_and_execute(|| {
        System::set_block_number(3600);
        let registration = || try_with(report(&info(1, Marker)));
        assert_noop!(registration(), Error::<Test>::TCBInfoExpired);
        System::set_block_number(3599);
        assert_ok!(registration());
    });
}

#[test]
fn a_report_of_megabytes_is_refused_before_it_is_read() {
    ExtBuilder::default().build_and_execute(|| {
        let report = AttestationReport::SgxDcap {
            quote: vec![3; MAX_REPORT],
            collateral: None,
        };
        assert_noop!(try_with(report), Error::<Test>::FieldTooLong);
    });
}
