//! Behaviour of the pallet, one file per subject; what the subjects share stands here.

mod buckets;
mod clear;
mod deadlines;
mod deal;
mod delete;
mod delivery;
mod erase;
mod hostile;
mod idle;
mod interface;
mod migrations;
mod repeats;
mod report;
mod restoral;
mod walk;

use crate::{fragments, mock::*, Error, Event, File, Signature, UserHoldFileList};
use cess_primitives::{
    file::{
        DeclaredSegments, DigestInfo, FileInfo, FragmentInfo, SegmentList, TagSigInfo, UserBrief,
    },
    hash,
    payload::master_digest,
    tee::WorkerKey,
    traits::Protocol,
    AccountId, Hash,
};
use frame_support::{assert_ok, pallet_prelude::DispatchResultWithPostInfo};
use sp_core::Pair;
use sp_runtime::DispatchResult;

/// A file to be declared.
#[derive(Clone)]
struct Sample {
    fid: Hash,
    segments: DeclaredSegments,
}

impl Sample {
    fn of(segments: Vec<SegmentList>) -> Self {
        let fid = hash::fid(segments.iter().map(|segment| segment.hash)).expect("some segments");
        Self {
            fid,
            segments: segments.try_into().expect("at most 1000 segments"),
        }
    }

    /// All segments and fragments differ.
    fn new(title: &str, segments: usize) -> Self {
        let fragment = |i, j| Hash::of(format!("{title}/{i}/{j}").as_bytes());
        let segment = |i| SegmentList {
            hash: Hash::of(format!("{title}/{i}").as_bytes()),
            fragment_list: (0..12)
                .map(|j| fragment(i, j))
                .collect::<Vec<_>>()
                .try_into()
                .unwrap(),
        };
        Self::of((0..segments).map(segment).collect())
    }

    /// A file of zeros: every segment is the same, and all its fragments are.
    fn zeros(segments: usize) -> Self {
        let segment = SegmentList {
            hash: Hash::of(b"zero segment"),
            fragment_list: vec![Hash::of(b"zero fragment"); 12].try_into().unwrap(),
        };
        Self::of(vec![segment; segments])
    }

    /// The bytes that its segments hold.
    fn size(&self) -> u128 {
        self.segments.len() as u128 * u128::from(Clock::params().segment_size)
    }

    /// What a territory pays for it.
    fn space(&self) -> u128 {
        Clock::params().file_space(self.segments.len() as u32)
    }

    /// What a miner gives to one column of it.
    fn column(&self) -> u128 {
        Clock::params().column_space(self.segments.len() as u32)
    }

    /// Fragment of a segment, both from 0.
    fn fragment(&self, segment: usize, index: usize) -> Hash {
        self.segments[segment].fragment_list[index]
    }
}

fn origin(account: AccountId) -> RuntimeOrigin {
    RuntimeOrigin::signed(account)
}

fn brief(owner: AccountId, territory: &str) -> UserBrief {
    UserBrief {
        user: owner,
        file_name: name("file.bin"),
        territory_name: name(territory),
    }
}

/// The outcome of a call without its weight.
fn plain(done: DispatchResultWithPostInfo) -> DispatchResult {
    done.map(|_| ()).map_err(|refused| refused.error)
}

fn declare(owner: AccountId, territory: &str, sample: &Sample) -> DispatchResult {
    plain(FileBank::upload_declaration(
        origin(owner.clone()),
        sample.fid,
        sample.segments.clone(),
        brief(owner, territory),
        sample.size(),
    ))
}

fn report(column: u8, by: AccountId, sample: &Sample) -> DispatchResultWithPostInfo {
    FileBank::transfer_report(origin(by), column, sample.fid)
}

/// Miners 1 to `columns` report their columns.
fn report_columns(columns: u8, sample: &Sample) {
    for n in 1..=columns {
        assert_ok!(report(n, miner(n), sample));
    }
}

/// Stores the file for Alice; miner `j` holds column `j`, untagged.
fn store(sample: &Sample) {
    assert_ok!(declare(alice(), HOME, sample));
    report_columns(12, sample);
}

fn file(sample: &Sample) -> FileInfo {
    File::<Test>::get(sample.fid).expect("the file is stored")
}

fn signature(digest: &[u8; 32]) -> Signature {
    master_key()
        .sign(digest)
        .0
        .to_vec()
        .try_into()
        .expect("64 bytes")
}

/// What a worker signs when it tagged these fragments.
fn tags(by: AccountId, fid: Hash, worker: WorkerKey, list: Vec<Hash>) -> TagSigInfo {
    let digest = |fragment| DigestInfo {
        fragment,
        tee_puk: worker,
    };
    TagSigInfo {
        miner: by,
        digest: list
            .into_iter()
            .map(digest)
            .collect::<Vec<_>>()
            .try_into()
            .unwrap(),
        file_hash: fid,
    }
}

/// All that the miner holds untagged of the file.
fn open_tags(by: &AccountId, sample: &Sample) -> TagSigInfo {
    tags(
        by.clone(),
        sample.fid,
        MARKER,
        fragments::untagged(&file(sample).segment_list, by),
    )
}

fn submit_tags(by: AccountId, info: TagSigInfo) -> DispatchResultWithPostInfo {
    FileBank::calculate_report(origin(by), signature(&master_digest(&info)), info)
}

fn tag(by: AccountId, sample: &Sample) -> DispatchResultWithPostInfo {
    submit_tags(by.clone(), open_tags(&by, sample))
}

/// Stores the file and has all of it tagged.
fn store_and_tag(sample: &Sample) {
    store(sample);
    for n in 1..=12 {
        assert_ok!(tag(miner(n), sample));
    }
}

fn fragment(sample: &Sample, segment: usize, index: usize) -> FragmentInfo {
    file(sample).segment_list[segment].fragment_list[index].clone()
}

/// Territory and file of each entry of the user's list.
fn list_of(owner: AccountId) -> Vec<(String, Hash)> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("a readable name");
    let list = UserHoldFileList::<Test>::get(owner);
    list.iter()
        .map(|slice| (text(&slice.territory_name), slice.file_hash))
        .collect()
}

fn plot(owner: AccountId, territory: &str) -> Plot {
    Plots::get((owner, name(territory))).expect("the territory exists")
}

fn mine(n: u8) -> Mine {
    Quarry::get(miner(n)).expect("the miner exists")
}
