//! Calls, storage, events, errors and constants are the published ones, in place and name; ours
//! come after them (published interface, `TeeWorker`).

use crate::{mock::*, *};
use cess_interface::names;
use codec::{Decode, Encode};
use frame_support::{traits::PalletError, weights::Weight};
use sp_core::H256;

#[test]
fn calls_have_the_published_indices() {
    let expected = [
        (1, "register_worker"),
        (2, "launch_master_key"),
        (3, "change_master_key_holder"),
        (4, "settle_master_key_launch"),
        (5, "apply_master_key"),
        (6, "distribute_master_key"),
        (7, "add_ceseal"),
        (8, "remove_ceseal"),
        (9, "set_minimum_ceseal_version"),
        (10, "set_none_attestation_enabled"),
        (11, "set_ceseal_verify_required"),
        (114, "migration_last_work"),
        (115, "patch_clear_invalid_tee"),
        (116, "patch_clear_not_work_tee"),
        (117, "force_clear_tee"),
        (118, "force_register_worker"),
        (119, "exit_worker"),
        (120, "withdraw_worker"),
        (121, "sponsor_worker"),
        (122, "set_simulated_attestation_enabled"),
    ];
    assert_eq!(names::<Call<Test>>(), expected);
}

#[test]
fn events_have_the_published_indices() {
    let expected = [
        "MasterKeyLaunching",
        "MasterKeyLaunched",
        "MasterKeyAppling",
        "MasterKeySubmitted",
        "MasterKeyHolderChanged",
        "WorkerAdded",
        "WorkerUpdated",
        "ClearInvalidTee",
        "MinimumCesealVersionChangedTo",
        "CesealBinAdded",
        "CesealBinRemoved",
        "VerdictMissed",
        "WorkerSuspended",
        "WorkerReinstated",
        "StashPunished",
        "WorkerExited",
        "WorkerSponsored",
        "AttestationRulesChanged",
        "WorkersSwept",
    ];
    let expected: Vec<_> = (0u8..).zip(expected).collect();
    assert_eq!(names::<Event<Test>>(), expected);
}

#[test]
fn errors_have_the_published_indices() {
    let table = "BoundedVecError NotBond WorkerNotFound WrongWorkerRole InvalidWorkerPubKey \
        MalformedSignature InvalidSignatureLength InvalidSignature MasterKeyLaunchRequire \
        InvalidMasterKeyFirstHolder InvalidMasterKeyApplySigningTime CannotExitMasterKeyHolder \
        MasterKeyFirstHolderNotFound MasterKeyAlreadyLaunched MasterKeyLaunching MasterKeyMismatch \
        MasterKeyUninitialized CesealBinAlreadyExists CesealBinNotFound CesealRejected \
        InvalidIASSigningCert InvalidReport InvalidQuoteStatus BadIASReport OutdatedIASReport \
        UnknownQuoteBodyFormat InvalidCesealInfoHash NoneAttestationDisabled \
        UnsupportedAttestationType InvalidDCAPQuote InvalidCertificate CodecError TCBInfoExpired \
        KeyLengthIsInvalid PublicKeyIsInvalid RsaSignatureIsInvalid DerEncodingError \
        UnsupportedDCAPQuoteVersion UnsupportedDCAPAttestationKeyType UnsupportedQuoteAuthData \
        UnsupportedDCAPPckCertFormat LeafCertificateParsingError CertificateChainIsInvalid \
        CertificateChainIsTooShort IntelExtensionCertificateDecodingError IntelExtensionAmbiguity \
        CpuSvnLengthMismatch CpuSvnDecodingError PceSvnDecodingError PceSvnLengthMismatch \
        FmspcLengthMismatch FmspcDecodingError FmspcMismatch QEReportHashMismatch \
        IsvEnclaveReportSignatureIsInvalid DerDecodingError OidIsMissing EmpltyFullWorker \
        NotFoundDistributor WrongGenesis FieldTooLong StashDidNotAgree NotYourWorker StalePayload \
        HasNoMasterKey EcdhKeyMismatch";
    let expected: Vec<_> = (0u8..).zip(table.split_whitespace()).collect();
    assert_eq!(names::<Error<Test>>(), expected);
    assert_eq!(Error::<Test>::MAX_ENCODED_SIZE, 1);
    assert_eq!(Error::<Test>::NotFoundDistributor.encode(), [58]);
}

#[test]
fn storage_has_the_published_names_in_front() {
    let storage = TeeWorker::storage_metadata();
    let names: Vec<_> = storage.entries.iter().map(|entry| entry.name).collect();
    let published = "ValidationTypeList MasterKeyStatus MasterKeyHistory MasterKeyPostation \
        MasterKeyDistributeNotify Workers CounterForWorkers WorkerAddedAt CesealBinAllowList \
        CesealBinAddedAt Endpoints LastWork MinimumCesealVersion NoneAttestationEnabled \
        CesealVerifyRequired";
    let published: Vec<_> = published.split_whitespace().collect();
    assert_eq!(names[..published.len()], published);
}

#[test]
fn constants_are_the_published_ones() {
    ExtBuilder::default().build_and_execute(|| {
        let constants = TeeWorker::pallet_constants_metadata();
        let constants: Vec<_> = constants.into_iter().map(|c| (c.name, c.value)).collect();
        let id = b"filmpdpt".to_vec();
        let expected = [
            ("TeeWorkerPalletId", id),
            ("SchedulerMaximum", 4u32.encode()),
            ("MaxWhitelist", 2u32.encode()),
            ("AtLeastWorkBlock", 3600u32.encode()),
        ];
        assert_eq!(constants, expected);
    });
}

#[test]
fn reports_are_encoded_as_published() {
    use cess_primitives::tee::attestation::AttestationReport;
    let ias = AttestationReport::SgxIas {
        ra_report: vec![1],
        signature: vec![2],
        raw_signing_cert: vec![3],
    };
    assert_eq!(ias.encode(), [0, 4, 1, 4, 2, 4, 3]);
    let dcap = AttestationReport::SgxDcap {
        quote: vec![5],
        collateral: None,
    };
    assert_eq!(dcap.encode(), [1, 4, 5, 0]);
    assert_eq!(AttestationReport::decode(&mut &[1, 4, 5, 0][..]), Ok(dcap));
}

#[test]
fn no_call_is_free_and_signatures_are_paid_for() {
    use cess_primitives::tee::WorkerRole::Full;
    use frame_support::dispatch::GetDispatchInfo;
    ExtBuilder::default().build_and_execute(|| {
        let weight = |call: Call<Test>| call.get_dispatch_info().call_weight;
        let calls = [
            Call::migration_last_work {},
            Call::patch_clear_invalid_tee {},
            Call::add_ceseal {
                ceseal_hash: H256::zero(),
            },
            Call::set_none_attestation_enabled { enabled: true },
            Call::launch_master_key {
                holder: key(1),
                roll_if_launched: false,
            },
            Call::withdraw_worker { worker: key(1) },
            Call::sponsor_worker {
                worker: key(1),
                agreed: true,
            },
        ];
        for call in calls {
            assert!(weight(call).all_gt(Weight::zero()));
        }
        let register = |report| {
            weight(Call::register_worker {
                ceseal_info: info(1, Full),
                attestation: report,
            })
        };
        let attested = register(Some(report(&info(1, Full))));
        assert!(attested.ref_time() > register(None).ref_time());
        assert!(attested.ref_time() > 3 * 60_000_000);
    });
}
