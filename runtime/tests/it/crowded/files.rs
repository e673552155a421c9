//! The life of four of the largest files.

use super::{fill_all, queue};
use crate::{
    chain::{self, account},
    world::{dispatch, enter, name, open_for_work, tags, Sample},
};
use cess_primitives::{file::FileState, AccountId, FRAGMENT_COUNT, MAX_SEGMENTS};
use cess_runtime::*;
use pallet_file_bank::{Call, File};

const FILES: usize = 4;
/// GiB that Alice rents: a file of a thousand segments takes 11.7.
const ROOM: u32 = 60;
/// Certified idle files of each miner, 64 MiB each; a column takes a thousand MiB.
const IDLE: u64 = 128;

/// Calls and who signs them.
type Wishes = Vec<(String, Call<Runtime>)>;

fn miner(column: usize) -> String {
    format!("//Miner//{column}")
}

pub(super) fn declaration(sample: &Sample, user: AccountId) -> Call<Runtime> {
    Call::upload_declaration {
        file_hash: sample.fid,
        deal_info: sample.segments.clone(),
        user_brief: sample.brief(user, name("home")),
        file_size: sample.size(),
    }
}

pub(super) fn tag(sample: &Sample, column: usize) -> Call<Runtime> {
    let fragments = sample.segments.iter().map(|s| s.fragment_list[column]);
    let miner = account(&miner(column));
    let (tee_sig, tag_sig_info) = tags(&miner, sample.fid, fragments.collect());
    Call::calculate_report {
        tee_sig,
        tag_sig_info,
    }
}

#[test]
fn blocks_full_of_the_largest_files_take_what_fits_and_leave_the_rest() {
    chain::new("fast").execute_with(|| {
        chain::run(1);
        open_for_work();
        (0..FRAGMENT_COUNT).for_each(|column| enter(&miner(column), 1, IDLE));
        let mint = pallet_storage_handler::Call::mint_territory {
            gib_count: ROOM,
            territory_name: name("home"),
            days: 30,
        };
        dispatch("//Alice", mint);
        let alice = account("//Alice");
        let samples: Vec<_> = (0..FILES)
            .map(|i| Sample::new(&format!("file {i}"), MAX_SEGMENTS as usize))
            .collect();
        let send = |title: &str, wishes: Wishes| {
            let wishes = wishes.into_iter();
            let calls = wishes.map(|(seed, call)| (seed, RuntimeCall::FileBank(call)));
            fill_all(title, queue(calls), true);
        };
        let columns = |sample| (0..FRAGMENT_COUNT).map(move |column| (sample, column));

        let declare = |sample| ("//Alice".into(), declaration(sample, alice.clone()));
        send("declare", samples.iter().map(declare).collect());
        let reports = samples.iter().flat_map(columns).map(|(sample, column)| {
            let report = Call::transfer_report {
                index: column as u8 + 1,
                deal_hash: sample.fid,
            };
            (miner(column), report)
        });
        send("report", reports.collect());
        let tags = samples.iter().flat_map(columns);
        let tags = tags.map(|(sample, column)| (miner(column), tag(sample, column)));
        send("tag", tags.collect());
        let state = |sample: &Sample| File::<Runtime>::get(sample.fid).map(|file| file.stat);
        assert!(samples
            .iter()
            .all(|sample| state(sample) == Some(FileState::Active)));

        let delete = samples.iter().map(|sample| {
            let delete = Call::delete_file {
                owner: alice.clone(),
                file_hash: sample.fid,
            };
            ("//Alice".into(), delete)
        });
        send("delete", delete.collect());
        assert_eq!(File::<Runtime>::iter().count(), 0);
        chain::check_invariants();
    });
}
