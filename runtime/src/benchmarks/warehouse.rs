//! Files, and miners that keep them: the stage for pallet file-bank.

use super::{audits::provider, enclave::Enclave, miners::info, *};
use alloc::vec;
use cess_primitives::{
    file::{
        DeclaredSegments, DigestInfo, FileInfo, FileState, FragmentInfo, HeldFile,
        RestoralOrderInfo, SegmentInfo, SegmentList, TagSigInfo, UserBrief, UserFileSliceInfo,
    },
    miner::RestoralTargetInfo,
    payload::master_digest,
    tee::WorkerKey,
    traits::{NetworkSpace, Protocol as _, Territories},
    BVec, Hash as Fid, FRAGMENT_COUNT, GIB, TIB,
};
use codec::{Compact, Encode};
use frame_support::{assert_ok, storage::unhashed};
use pallet_file_bank::{
    File, FileOrders, HeldCount, HeldFiles, LeaverOrders, RestoralOrder, SpentTagSignatures,
    TerritoryFiles, UserHoldFileList,
};
use pallet_oss::AUTHOR_LIMIT;
use pallet_sminer::{MinerItems, RestoralTarget};
use pallet_storage_handler::MIN_LEASE_DAYS;
use sp_io::hashing::blake2_256;

/// Miners of a file.
pub(super) const COLUMNS: u32 = FRAGMENT_COUNT as u32;
/// GiB of a territory: more than the largest file takes.
const ROOM: u32 = 100;

/// A file as it is declared.
pub(super) struct Sample {
    pub(super) fid: Fid,
    pub(super) segments: DeclaredSegments,
}

fn hash(of: impl Encode) -> Fid {
    Fid::from_digest(&of.using_encoded(blake2_256))
}

impl Sample {
    fn of(count: u32, segment: impl Fn(u32) -> SegmentList) -> Self {
        let segments: Vec<_> = (0..count).map(segment).collect();
        let fid = cess_primitives::hash::fid(segments.iter().map(|segment| segment.hash));
        Self {
            fid: fid.unwrap_or(Fid([b'0'; 64])),
            segments: BVec::truncate_from(segments),
        }
    }

    /// A file whose segments all differ.
    pub(super) fn new(seed: u32, segments: u32) -> Self {
        Self::of(segments, |i| SegmentList {
            hash: hash((seed, i)),
            fragment_list: BVec::truncate_from(
                (0..COLUMNS).map(|column| hash((seed, i, column))).collect(),
            ),
        })
    }

    /// A file whose segments are all the same, as one of zeros is.
    pub(super) fn zeros(segments: u32) -> Self {
        let one = Self::new(0, 1).segments.remove(0);
        Self::of(segments, |_| one.clone())
    }

    /// The file that the user stored in its first territory, wholly tagged.
    pub(super) fn stored(&self, user: &AccountId, miners: &[&AccountId]) -> FileInfo {
        let fragment = |(hash, miner): (&Fid, &&AccountId)| FragmentInfo {
            hash: *hash,
            avail: true,
            tag: Some(1),
            miner: (*miner).clone(),
        };
        let segment = |segment: &SegmentList| {
            let fragments = segment.fragment_list.iter().zip(miners).map(fragment);
            SegmentInfo {
                hash: segment.hash,
                fragment_list: BVec::truncate_from(fragments.collect()),
            }
        };
        FileInfo {
            segment_list: BVec::truncate_from(self.segments.iter().map(segment).collect()),
            owner: BVec::truncate_from(vec![brief(user, b'a')]),
            file_size: 1,
            completion: 1,
            stat: FileState::Active,
        }
    }

    /// The hash at this place.
    pub(super) fn fragment(&self, segment: usize, column: usize) -> Fid {
        self.segments[segment].fragment_list[column]
    }

    /// The first so many fragments, segment by segment.
    pub(super) fn fragments(&self, count: u32) -> Vec<Fid> {
        let all = self
            .segments
            .iter()
            .flat_map(|segment| segment.fragment_list.iter());
        all.take(count as usize).copied().collect()
    }
}

/// Somebody with files.
pub(super) fn user(i: u32) -> AccountId {
    person("user", i)
}

/// The last of as many gateways as the user may authorise.
pub(super) fn gateway(user: &AccountId) -> AccountId {
    let gateways: Vec<_> = (0..AUTHOR_LIMIT).map(|i| person("gateway", i)).collect();
    for gateway in &gateways {
        assert_ok!(Oss::authorize(signed(user), gateway.clone()));
    }
    gateways[gateways.len() - 1].clone()
}

/// Gives the user a territory under a name of this letter.
pub(super) fn rent(user: &AccountId, letter: u8) {
    assert_ok!(StorageHandler::change_idle(
        u128::from(ROOM) * u128::from(GIB),
        0
    ));
    let name = name(letter);
    assert_ok!(StorageHandler::mint_territory(
        signed(user),
        ROOM,
        name,
        MIN_LEASE_DAYS
    ));
}

/// As many territories as can wait for being cleared, but for one.
pub(super) fn crowd_clearing() {
    let waiting = (1..pallet_file_bank::CLEARED_AT_ONCE).map(|i| (person("gone", i), name(b'g')));
    pallet_file_bank::ClearUserList::<Runtime>::put(BVec::truncate_from(waiting.collect()));
}

/// The user calls the file so, in its territory of this letter.
pub(super) fn brief(user: &AccountId, letter: u8) -> UserBrief {
    UserBrief {
        user: user.clone(),
        file_name: name(b'f'),
        territory_name: name(letter),
    }
}

/// The user declares the file for its territory of this letter.
pub(super) fn declare(user: &AccountId, letter: u8, sample: &Sample) {
    let (segments, brief) = (sample.segments.clone(), brief(user, letter));
    let call = FileBank::upload_declaration(signed(user), sample.fid, segments, brief, 1);
    assert_ok!(call);
}

/// The `i`-th bucket of anybody: its name is as long as names get.
pub(super) fn bucket(i: u32) -> cess_primitives::bucket::BucketName {
    let mut name = vec![b'b'; cess_primitives::NAME_MAX as usize];
    for (digit, place) in name.iter_mut().zip([1000, 100, 10, 1]) {
        *digit = b'0' + (i / place % 10) as u8;
    }
    BVec::truncate_from(name)
}

/// The user's file goes into a new bucket.
pub(super) fn bucketed(user: &AccountId, i: u32, fid: Fid) {
    assert_ok!(FileBank::create_bucket(
        signed(user),
        user.clone(),
        bucket(i)
    ));
    assert_ok!(FileBank::put_in_bucket(
        signed(user),
        user.clone(),
        fid,
        bucket(i)
    ));
}

/// Fills the user's published list with so many entries as long as they get.
pub(super) fn fill_list(user: &AccountId, count: u32) {
    let slice = UserFileSliceInfo {
        territory_name: name(b'l'),
        file_hash: Fid([b'0'; 64]),
        file_size: 1,
    }
    .encode();
    // Encoded, as no vector of so many entries has room in the runtime's memory.
    let mut list = Vec::with_capacity(8 + slice.len() * count as usize);
    Compact(count).encode_to(&mut list);
    (0..count).for_each(|_| list.extend_from_slice(&slice));
    unhashed::put_raw(&UserHoldFileList::<Runtime>::hashed_key_for(user), &list);
    HeldCount::<Runtime>::insert(user, count);
}

/// Changes what the chain says of a file.
pub(super) fn edit(fid: Fid, change: impl FnOnce(&mut FileInfo)) {
    let file = File::<Runtime>::get(fid);
    let mut file = file.unwrap_or_else(|| panic!("the file is stored"));
    change(&mut file);
    File::<Runtime>::insert(fid, file);
}

/// Everything is tagged, but the first so many fragments of the first column.
pub(super) fn tag_all_but(fid: Fid, untagged: u32) {
    edit(fid, |file| {
        for (i, segment) in (0..).zip(file.segment_list.iter_mut()) {
            for (column, fragment) in segment.fragment_list.iter_mut().enumerate() {
                fragment.tag = (column > 0 || i >= untagged).then_some(1);
            }
        }
    });
}

/// A miner that left and whose fragments are to be restored.
pub(super) fn leave(miner: &AccountId) {
    let target = RestoralTargetInfo {
        miner: miner.clone(),
        service_space: TIB.into(),
        restored_space: 0,
        cooling_block: 0,
    };
    RestoralTarget::<Runtime>::insert(miner, target);
}

/// Orders on the first so many fragments of the file, each of another miner that left.
pub(super) fn abandon(sample: &Sample, count: u32) {
    for (i, fragment_hash) in (0..).zip(sample.fragments(count)) {
        let leaver: AccountId = frame_benchmarking::account("leaver", i, 0);
        leave(&leaver);
        let order = RestoralOrderInfo {
            count: 0,
            miner: leaver.clone(),
            origin_miner: leaver,
            fragment_hash,
            file_hash: sample.fid,
            gen_block: 0,
            deadline: 0,
        };
        RestoralOrder::<Runtime>::insert(fragment_hash, order);
        FileOrders::<Runtime>::insert(sample.fid, fragment_hash, ());
        LeaverOrders::<Runtime>::insert(fragment_hash, 1);
    }
}

/// Miners, and the TEE worker that tags for them.
pub(super) struct Crew {
    pub(super) tee: Enclave,
    pub(super) miners: Vec<AccountId>,
}

impl Crew {
    /// So many miners with a TiB of idle and a TiB of service space. All but the first are copies
    /// of it that did not go the long way there, and have no collateral.
    pub(super) fn of(count: u32) -> Self {
        let tee = Enclave::launch();
        let first = provider(0, &tee);
        let model = info(&first);
        let mut miners = vec![first];
        for i in 1..count {
            let copy = frame_benchmarking::account("copy", i, 0);
            MinerItems::<Runtime>::insert(&copy, &model);
            miners.push(copy);
        }
        let space = u128::from(TIB) * u128::from(count);
        assert_ok!(StorageHandler::change_idle(space, 0));
        assert_ok!(StorageHandler::change_service(space, 0));
        Self { tee, miners }
    }

    /// The user declares the file, and so many of the miners, from this one on, report it.
    pub(super) fn deal(&self, user: &AccountId, sample: &Sample, from: u32, reports: u32) {
        declare(user, b'a', sample);
        self.report(sample, from, reports);
    }

    /// So many of the miners, from this one on, report a column of the file each.
    pub(super) fn report(&self, sample: &Sample, from: u32, reports: u32) {
        let miners = self.miners.iter().skip(from as usize);
        for (column, miner) in (1..).zip(miners.take(reports as usize)) {
            assert_ok!(FileBank::transfer_report(signed(miner), column, sample.fid));
        }
    }

    /// The user stores the file with the first twelve miners.
    pub(super) fn store(&self, user: &AccountId, sample: &Sample) {
        self.deal(user, sample, 0, COLUMNS);
    }

    /// The same, and all of it is tagged.
    pub(super) fn tagged(&self, user: &AccountId, sample: &Sample) {
        self.tagged_from(user, sample, 0);
    }

    /// The same with the twelve miners from this one on. For a large file the calls would take most
    /// of the time of all measurements, so that their outcome is entered as it is.
    pub(super) fn tagged_from(&self, user: &AccountId, sample: &Sample, from: u32) {
        let params = Protocol::params();
        let segments = sample.segments.len() as u32;
        let miners: Vec<_> = self
            .miners
            .iter()
            .skip(from as usize)
            .take(FRAGMENT_COUNT)
            .collect();
        for (column, miner) in miners.iter().enumerate() {
            let mut entry = info(miner);
            entry.service_space += params.column_space(segments);
            for segment in sample.segments.iter() {
                let hash = &segment.fragment_list[column];
                assert_ok!(entry.service_bloom_filter.insert(hash));
            }
            MinerItems::<Runtime>::insert(miner, entry);
            SpentTagSignatures::<Runtime>::insert(sample.fid, [column as u8; 32], ());
        }
        File::<Runtime>::insert(sample.fid, sample.stored(user, &miners));
        let (territory_name, space) = (name(b'a'), params.file_space(segments));
        assert_ok!(StorageHandler::use_remaining(user, &territory_name, space));
        let slice = UserFileSliceInfo {
            territory_name: territory_name.clone(),
            file_hash: sample.fid,
            file_size: space,
        };
        let list = UserHoldFileList::<Runtime>::hashed_key_for(user);
        sp_io::storage::append(&list, slice.encode());
        TerritoryFiles::<Runtime>::insert((user, &territory_name, sample.fid), ());
        let held = HeldFile {
            territory_name,
            file_name: name(b'f'),
            file_size: 1,
            space,
        };
        HeldFiles::<Runtime>::insert(user, sample.fid, BVec::truncate_from(vec![held]));
        HeldCount::<Runtime>::mutate(user, |count| *count += 1);
    }

    /// The master key's word that this column was tagged, each segment by a worker.
    pub(super) fn tags(
        &self,
        miner: &AccountId,
        sample: &Sample,
        column: usize,
        worker: impl Fn(usize) -> WorkerKey,
    ) -> (BVec<u8, 64>, TagSigInfo) {
        let digest = (0..sample.segments.len()).map(|i| DigestInfo {
            fragment: sample.fragment(i, column),
            tee_puk: worker(i),
        });
        let info = TagSigInfo {
            miner: miner.clone(),
            digest: BVec::truncate_from(digest.collect()),
            file_hash: sample.fid,
        };
        let word = self.tee.sign(&master_digest(&info)).to_vec();
        (BVec::truncate_from(word), info)
    }
}
