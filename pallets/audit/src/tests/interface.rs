//! Calls, storage, events, errors and constants are the published ones, in place and name; ours
//! come after them (published interface, `Audit`).

use crate::{mock::*, Call, Error, Event};
use cess_interface::variants;
use codec::Decode;
use frame_support::dispatch::GetDispatchInfo;

#[test]
fn calls_have_the_published_indices_and_arguments() {
    let verdict = "total_prove_hash front rear accumulator idle_result signature tee_puk";
    let service = "service_result signature service_bloom_filter tee_puk";
    let with_miner = |arguments: &str| format!("miner {arguments}");
    let expected = [
        (1, "submit_idle_proof", "idle_prove".into()),
        (2, "submit_service_proof", "service_prove".into()),
        (3, "submit_verify_idle_result", verdict.into()),
        (4, "submit_verify_service_result", service.into()),
        (7, "update_counted_clear", "miner".into()),
        (9, "test_update_clear_slip", "old new miner".into()),
        (10, "test_update_verify_slip", "old new miner".into()),
        (11, "point_miner_challenge", "miner".into()),
        (20, "post_idle_verdict", with_miner(verdict)),
        (21, "post_service_verdict", with_miner(service)),
        (22, "report_missing_proof", "miner signature tee_puk".into()),
    ];
    assert_eq!(variants::<Call<Test>>(), expected);
}

#[test]
fn events_have_the_published_indices_and_fields() {
    let expected = [
        ("GenerateChallenge", "miner"),
        ("SubmitIdleProof", "miner"),
        ("SubmitServiceProof", "miner"),
        ("SubmitIdleVerifyResult", "tee miner result"),
        ("SubmitServiceVerifyResult", "tee miner result"),
        ("VerifyProof", "tee_worker miner"),
        ("ChallengePassed", "miner"),
        ("ChallengeFailed", "miner idle service"),
        ("VerifierReassigned", "miner from to"),
        ("SettlementRefused", "miner error"),
        ("ProofReportedMissing", "miner tee"),
    ];
    let expected: Vec<_> = (0u8..)
        .zip(expected)
        .map(|(index, (name, fields))| (index, name, fields.into()))
        .collect();
    assert_eq!(variants::<Event<Test>>(), expected);
}

#[test]
fn errors_have_the_published_indices() {
    let names = "BoundedVecError StorageLimitReached Overflow NoChallenge ScheduleNonExistent \
        FileTypeError NotQualified RecordTimeError OffchainSignedTxError NoLocalAcctForSigning \
        LengthExceedsLimit SystemError NonExistentMission UnexpectedError Expired \
        VerifyTeeSigFailed BloomFilterError Submitted RandomErr UnSubmitted TeeNoPermission \
        MalformedSignature AlreadyChallenged NoVerifier";
    let expected: Vec<_> = (0u8..)
        .zip(names.split_whitespace())
        .map(|(index, name)| (index, name, String::new()))
        .collect();
    assert_eq!(variants::<Error<Test>>(), expected);
}

#[test]
fn storage_has_the_published_names() {
    let entries = Audit::storage_metadata().entries;
    let names: Vec<_> = entries.iter().map(|entry| entry.name).collect();
    for published in [
        "CountedServiceFailed",
        "CountedClear",
        "ChallengeSnapShot",
        "ChallengeSlip",
        "VerifySlip",
    ] {
        assert!(names.contains(&published), "{published}");
    }
}

#[test]
fn constants_have_the_published_names_and_fixed_ones_their_values() {
    build_and_execute(|| {
        let constants = Audit::pallet_constants_metadata();
        let bytes = |name: &str| {
            let found = constants.iter().find(|constant| constant.name == name);
            found
                .unwrap_or_else(|| panic!("no constant {name}"))
                .value
                .clone()
        };
        for (name, expected) in [
            ("SessionKeyMax", 1000),
            ("ChallengeMinerMax", 8000),
            ("VerifyMissionMax", 500),
            ("SigmaMax", 2048),
            ("IdleTotalHashLength", 256),
            ("OneDay", Params::get().one_day),
            ("OneHours", Params::get().one_day / 24),
            ("LockTime", 10),
        ] {
            let value: u32 = Decode::decode(&mut &bytes(name)[..]).expect("a number");
            assert_eq!(value, expected, "{name}");
        }
        assert_eq!(bytes("MyPalletId"), b"rewardpt");
        assert_eq!(bytes("UnsignedPriority"), [0xff; 8]);
        assert_eq!(bytes("ReassignCeiling"), [crate::MAX_REASSIGNMENTS]);
    });
}

#[test]
fn no_call_is_free_and_each_fits_into_a_block() {
    let miner = || account(MINER);
    let (signature, tee_puk) = (bytes(&[0; 64]), [11; 32]);
    let calls = [
        Call::<Test>::submit_idle_proof {
            idle_prove: bytes(&IDLE_PROOF),
        },
        Call::submit_service_proof {
            service_prove: bytes(b"123"),
        },
        Call::update_counted_clear { miner: miner() },
        Call::test_update_clear_slip {
            old: 1,
            new: 2,
            miner: miner(),
        },
        Call::test_update_verify_slip {
            old: 1,
            new: 2,
            miner: miner(),
        },
        Call::point_miner_challenge { miner: miner() },
        Call::report_missing_proof {
            miner: miner(),
            signature,
            tee_puk,
        },
    ];
    for call in calls {
        let time = call.get_dispatch_info().call_weight.ref_time();
        assert!((1_000_000..500_000_000_000).contains(&time), "{call:?}");
    }
}
