//! Random walks through everything that users, miners and the clock can do. Whether a step succeeds
//! does not matter; after each one all books must agree, and at the end nothing may stay behind.

use super::*;
use crate::{
    BucketFiles, BucketOf, ClearUserList, DealMap, DealQueue, DealTermsOf, FileOrders, HeldCount,
    HeldFiles, LeaverOrders, Remains, RestoralOrder, TagDuties, TagQueue, TerritoryFiles,
};
use codec::Encode;
use frame_support::storage::with_storage_layer;
use std::collections::BTreeSet;

const STEPS: u32 = 1500;

/// Xorshift: good enough to choose steps, and the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    fn pick<'a, V>(&mut self, from: &'a [V]) -> &'a V {
        &from[self.roll(from.len())]
    }

    fn miner(&mut self) -> AccountId {
        miner(self.roll(MINERS.into()) as u8 + 1)
    }
}

fn mine_of(account: &AccountId) -> Mine {
    Quarry::get(account).expect("the mock's miners stay on record")
}

/// Any fragment of a file and its holder, mostly an existing one.
fn any_fragment(dice: &mut Dice, sample: &Sample) -> (Hash, AccountId) {
    let (i, j) = (dice.roll(sample.segments.len()), dice.roll(12));
    match File::<Test>::get(sample.fid).and_then(|file| file.segment_list.get(i).cloned()) {
        Some(segment) => {
            let fragment = &segment.fragment_list[j];
            (fragment.hash, fragment.miner.clone())
        }
        None => (sample.fragment(i, j), dice.miner()),
    }
}

/// One step; its outcome is of no interest, but like a real call it leaves nothing on failure.
fn step(dice: &mut Dice, samples: &[Sample]) {
    let sample = dice.pick(samples).clone();
    let fid = sample.fid;
    let owner = dice.pick(&[alice(), bob()]).clone();
    let territory = *dice.pick(&[HOME, ANNEX]);
    let by = dice.miner();
    let (hash, holder) = any_fragment(dice, &sample);
    let choice = dice.roll(100);
    let column = dice.roll(12) as u8 + 1;
    let jump_by = dice.roll(40) as u32;
    let dispatch = |call: &mut dyn FnMut() -> DispatchResultWithPostInfo| {
        let _ = with_storage_layer(|| call().map(|_| ()).map_err(|failed| failed.error));
    };
    match choice {
        0..=9 => dispatch(&mut || Ok(declare(owner.clone(), territory, &sample).map(Into::into)?)),
        10..=24 => dispatch(&mut || report(column, by.clone(), &sample)),
        // Everybody at once, so that files get stored at all.
        25..=34 => {
            for n in 1..=12 {
                dispatch(&mut || report(n, miner(n + 2 * (column % 2)), &sample));
            }
        }
        35..=54 => {
            for n in 1..=MINERS {
                // One miner, or everybody, so that files become Active at all.
                let tags = column % 2 == 0 || miner(n) == holder;
                if tags && File::<Test>::contains_key(fid) {
                    dispatch(&mut || tag(miner(n), &sample));
                }
            }
        }
        55..=61 => {
            let loser = || origin(holder.clone());
            dispatch(&mut || FileBank::generate_restoral_order(loser(), fid, hash));
        }
        62..=69 => {
            let claimer = || origin(by.clone());
            dispatch(&mut || FileBank::claim_restoral_order(claimer(), hash));
        }
        70..=77 => {
            if let Some(order) = RestoralOrder::<Test>::get(hash) {
                let claimer = || origin(order.miner.clone());
                dispatch(&mut || FileBank::restoral_order_complete(claimer(), hash));
            }
        }
        78..=81 => dispatch(&mut || {
            let claimer = origin(by.clone());
            FileBank::claim_restoral_noexist_order(claimer, holder.clone(), fid, hash)
        }),
        82..=84 => {
            dispatch(&mut || FileBank::delete_file(origin(owner.clone()), owner.clone(), fid))
        }
        85..=86 => dispatch(&mut || FileBank::cancel_deal(origin(owner.clone()), fid)),
        87..=89 => dispatch(&mut || {
            let target = name(territory);
            FileBank::territory_file_delivery(origin(owner.clone()), owner.clone(), fid, target)
        }),
        90 => {
            if column == 1 && mine_of(&by).left.is_none() {
                throw_out(&by);
            }
        }
        // Somebody new comes with the same key once nothing is left of the miner that left.
        91 => {
            let mine = mine_of(&by);
            if mine.left == Some(mine.restored) {
                Quarry::insert(
                    &by,
                    Mine {
                        positive: true,
                        idle: 64 << 30,
                        ..Mine::default()
                    },
                );
            }
        }
        92 => {
            let expired = plot(owner.clone(), territory).expired;
            if expired {
                Plots::mutate((&owner, name(territory)), |plot| {
                    plot.as_mut().expect("it exists").expired = false;
                });
            } else if column <= 4 {
                expire(&owner, territory);
            }
        }
        93..=94 => jump(jump_by),
        95..=97 => bucket_step(dice, &sample, owner, territory),
        _ => {
            next_block();
        }
    }
}

/// Does something with the owner's buckets, whether they exist or not.
fn bucket_step(dice: &mut Dice, sample: &Sample, owner: AccountId, territory: &str) {
    let (by, fid) = (origin(owner.clone()), sample.fid);
    let bucket = name(["one", "two"][dice.roll(2)]);
    let choice = dice.roll(10);
    let _ = with_storage_layer(|| match choice {
        0..=1 => FileBank::create_bucket(by, owner, bucket),
        2 => FileBank::delete_bucket(by, owner, bucket),
        3..=5 => FileBank::put_in_bucket(by, owner, fid, bucket),
        6 => FileBank::take_from_bucket(by, owner, fid),
        _ => plain(FileBank::declare_in_bucket(
            by,
            fid,
            sample.segments.clone(),
            brief(owner, territory),
            sample.size(),
            bucket,
        )),
    });
}

/// Returns the kinds of events that occurred.
fn walk(seed: u64) -> BTreeSet<u8> {
    println!("seed {seed}");
    let mut seen = BTreeSet::new();
    ExtBuilder::default().build_and_execute(|| {
        let mut dice = Dice(seed);
        let samples = [
            Sample::new("a", 1),
            Sample::new("b", 3),
            Sample::zeros(1),
            Sample::zeros(3),
            Sample::zeros(4),
        ];
        for _ in 0..STEPS {
            step(&mut dice, &samples);
            check_invariants();
            seen.extend(events().iter().map(|event| event.encode()[0]));
        }
        // All files are given up and all deals run out: every book must be empty.
        for sample in &samples {
            for owner in [alice(), bob()] {
                // Fails for those that do not hold the file.
                let _ = with_storage_layer(|| {
                    let call = FileBank::delete_file(origin(owner.clone()), owner, sample.fid);
                    call.map(|_| ()).map_err(|failed| failed.error)
                });
            }
        }
        jump(10_000);
        next_block();
        assert_eq!(
            File::<Test>::iter().count() + DealMap::<Test>::iter().count(),
            0
        );
        assert_eq!(
            DealTermsOf::<Test>::iter().count() + DealQueue::<Test>::iter().count(),
            0
        );
        assert_eq!(
            TagDuties::<Test>::iter().count() + TagQueue::<Test>::iter().count(),
            0
        );
        let orders = RestoralOrder::<Test>::iter().count();
        assert_eq!(orders + LeaverOrders::<Test>::iter().count(), 0);
        assert_eq!(UserHoldFileList::<Test>::iter().count(), 0);
        let indexed = HeldFiles::<Test>::iter().count() + TerritoryFiles::<Test>::iter().count();
        let counted = HeldCount::<Test>::iter().count();
        assert_eq!(indexed + counted + FileOrders::<Test>::iter().count(), 0);
        let placed = BucketFiles::<Test>::iter().count() + BucketOf::<Test>::iter().count();
        assert_eq!(placed + Remains::<Test>::iter().count(), 0);
        assert!(ClearUserList::<Test>::get().is_empty());
        for mine in Quarry::iter_values() {
            match mine.left {
                None => assert_eq!((mine.lock, mine.service), (0, 0)),
                Some(held) => assert_eq!(mine.restored, held, "all that it left is dealt with"),
            }
        }
    });
    seen
}

#[test]
fn whatever_happens_all_books_agree() {
    let mut seen = BTreeSet::new();
    for seed in 1..=8 {
        seen.extend(walk(0x9E37_79B9_7F4A_7C15 ^ seed));
    }
    let idle_space = [3, 4, 5];
    let expected: BTreeSet<u8> = (0..20).filter(|kind| !idle_space.contains(kind)).collect();
    assert_eq!(
        seen, expected,
        "the walks came by everything that can happen to a file"
    );
}
