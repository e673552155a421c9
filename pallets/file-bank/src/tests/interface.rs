//! Calls, storage, events, errors and constants are the published ones, in place and name; ours
//! come after them (published interface, `FileBank`).

use super::*;
use crate::Call;
use cess_interface::variants;
use codec::Decode;

#[test]
fn calls_have_the_published_indices_and_arguments() {
    let calls = [
        (
            0,
            "upload_declaration",
            "file_hash deal_info user_brief file_size",
        ),
        (1, "calculate_report", "tee_sig tag_sig_info"),
        (
            2,
            "territory_file_delivery",
            "user file_hash target_territory",
        ),
        (3, "transfer_report", "index deal_hash"),
        (
            5,
            "replace_idle_space",
            "idle_sig_info tee_sig_need_verify tee_sig tee_puk",
        ),
        (6, "delete_file", "owner file_hash"),
        (
            8,
            "cert_idle_space",
            "idle_sig_info tee_sig_need_verify tee_sig tee_puk",
        ),
        (13, "generate_restoral_order", "file_hash restoral_fragment"),
        (14, "claim_restoral_order", "restoral_fragment"),
        (
            15,
            "claim_restoral_noexist_order",
            "miner file_hash restoral_fragment",
        ),
        (16, "restoral_order_complete", "fragment_hash"),
        (22, "root_clear_file", "owner file_hash"),
        (30, "cancel_deal", "file_hash"),
        (40, "create_bucket", "owner name"),
        (41, "delete_bucket", "owner name"),
        (42, "put_in_bucket", "owner file_hash bucket"),
        (43, "take_from_bucket", "owner file_hash"),
        (
            44,
            "declare_in_bucket",
            "file_hash deal_info user_brief file_size bucket",
        ),
    ];
    let published = calls.map(|(index, name, arguments)| (index, name, arguments.to_string()));
    assert_eq!(variants::<Call<Test>>(), published);
}

#[test]
fn events_have_the_published_indices() {
    let table = "UploadDeclaration TransferReport DeleteFile ReplaceFiller IdleSpaceCert \
        ReplaceIdleSpace GenerateRestoralOrder ClaimRestoralOrder RecoveryCompleted \
        StorageCompleted CalculateReport TerritoryFileDelivery DealCancelled DealExpired \
        FileActivated TagMissed CreateBucket DeleteBucket PutInBucket TakenFromBucket";
    let expected: Vec<_> = (0u8..).zip(table.split_whitespace()).collect();
    assert_eq!(cess_interface::names::<Event<Test>>(), expected);
}

#[test]
fn errors_have_the_published_indices() {
    let table = "Existed FileExistent FileNonExistent Overflow NotOwner ScheduleNonExistent \
        BoundedVecError StorageLimitReached MinerPowerInsufficient NotEmpty Locked \
        LengthExceedsLimit BugInvalid ConvertHashError NoPermission NonExistent Unexpected \
        LessMinLength Unprepared IsOwned SpecError PanicOverflow InsufficientAvailableSpace \
        Calculate MinerStateError Expired VerifyTeeSigFailed TeeNoPermission DigestError \
        MalformedSignature MinerError RulesNotAllowed NotActive FidMismatch SizeMismatch \
        SegmentsDiffer FragmentBusy NothingToTag SignatureSpent StillErasing InvalidBucketName \
        SameBucketName NoSuchBucket NotInBucket";
    let expected: Vec<_> = (0u8..).zip(table.split_whitespace()).collect();
    assert_eq!(cess_interface::names::<Error<Test>>(), expected);
}

#[test]
fn storage_has_the_published_names() {
    let entries = FileBank::storage_metadata().entries;
    let names: Vec<_> = entries.iter().map(|entry| entry.name).collect();
    let published = [
        "DealMap",
        "File",
        "UserHoldFileList",
        "RestoralOrder",
        "ClearUserList",
        "TaskFailedCount",
    ];
    assert_eq!(names[..published.len()], published);
}

#[test]
fn constants_have_the_published_names_and_fixed_ones_their_values() {
    ExtBuilder::default().build_and_execute(|| {
        let constants = FileBank::pallet_constants_metadata();
        let value = |name: &str| -> u32 {
            let constant = constants.iter().find(|constant| constant.name == name);
            let bytes = &constant
                .unwrap_or_else(|| panic!("no constant {name}"))
                .value;
            Decode::decode(&mut &bytes[..]).expect("a number")
        };
        for (name, expected) in [
            ("UserFileLimit", UserFileLimit::get()),
            ("OwnerLimit", OwnerLimit::get()),
            ("OneDay", Clock::params().one_day),
            ("RestoralOrderLife", Clock::params().restoral_life),
            ("NameStrLimit", 63),
            ("NameMinLength", 3),
            ("SegmentCount", 1000),
            ("FragmentCount", 12),
            ("MissionCount", 12_000),
        ] {
            assert_eq!(value(name), expected, "{name}");
        }
        let id = constants
            .iter()
            .find(|constant| constant.name == "FilbakPalletId");
        assert_eq!(id.expect("it is there").value, b"rewardpt");
    });
}
