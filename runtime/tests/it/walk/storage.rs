//! Users keep files in territories; miners report, tag, lose and restore fragments;
//! gateways act for users.

use super::{
    leases::{any_territory, call, lease, NAMES},
    seed_of, By, Dice, Move, MINERS,
};
use crate::{
    chain::{account, pair},
    world::{name, tags, Sample},
};
use cess_primitives::{
    file::{FileInfo, FileState},
    oss::ProxyAuthPayload,
    territory::TerritoryState,
    traits::Miners as _,
    AccountId, Hash as Fid, FRAGMENT_COUNT, TCESS,
};
use cess_runtime::*;
use codec::Encode;
use pallet_file_bank::{Call as FileCall, DealMap, File, RestoralOrder};
use pallet_oss::Call as OssCall;
use pallet_storage_handler::{Call as LandCall, Consignment, Territory, TerritoryExpired};
use sp_core::Pair;

/// Names of buckets.
const BUCKETS: [&str; 2] = ["photos", "films"];

pub(super) fn moves(dice: &mut Dice, samples: &[Sample]) -> Vec<Move> {
    let any = &samples[dice.roll(samples.len())];
    let declared: Vec<_> = of(samples, |fid| DealMap::<Runtime>::contains_key(fid));
    let stored: Vec<_> = of(samples, |fid| File::<Runtime>::contains_key(fid));
    let active: Vec<_> = of(samples, is_active);
    let declared = dice.pick(&declared).unwrap_or(any);
    let stored = dice.pick(&stored).unwrap_or(any);
    let active = dice.pick(&active).unwrap_or(stored);
    match dice.roll(100) {
        0..=29 => vec![lease(dice)],
        30..=39 => vec![declare(dice, any)],
        40..=54 => report(dice, declared),
        55..=66 => tag(dice, stored),
        67..=80 => vec![restore(dice, stored)],
        81..=89 => vec![keep_house(dice, active)],
        90..=95 => vec![authorise(dice)],
        _ => vec![order_around(dice, active)],
    }
}

fn is_active(fid: &Fid) -> bool {
    File::<Runtime>::get(fid).is_some_and(|file| file.stat == FileState::Active)
}

/// Mostly the seed of somebody who owns the file.
fn owner_of(dice: &mut Dice, sample: &Sample, stranger: String) -> String {
    let owners = File::<Runtime>::get(sample.fid).map(|file| file.owner.into_inner());
    let owner = dice.pick(&owners.unwrap_or_default());
    dice.mostly(owner.and_then(|brief| seed_of(&brief.user)), stranger)
}

/// The samples for whose fid this holds.
fn of(samples: &[Sample], holds: impl Fn(&Fid) -> bool) -> Vec<&Sample> {
    samples.iter().filter(|sample| holds(&sample.fid)).collect()
}

fn file_call(call: FileCall<Runtime>) -> RuntimeCall {
    RuntimeCall::FileBank(call)
}

/// A user, or its gateway, declares a file.
fn declare(dice: &mut Dice, sample: &Sample) -> Move {
    let (seed, territory) = any_territory(dice);
    let user_brief = sample.brief(account(&seed), territory);
    let (file_hash, deal_info) = (sample.fid, sample.segments.clone());
    let file_size = sample.size();
    let call = match dice.once_in(3) {
        true => FileCall::declare_in_bucket {
            file_hash,
            deal_info,
            user_brief,
            file_size,
            bucket: name(BUCKETS[dice.roll(2)]),
        },
        false => FileCall::upload_declaration {
            file_hash,
            deal_info,
            user_brief,
            file_size,
        },
    };
    let by = match dice.once_in(4) {
        true => "//Gateway//1".into(),
        false => seed,
    };
    (By::Seed(by), file_call(call))
}

/// Miners report their columns: one of them, or everybody, so that files are stored at all.
fn report(dice: &mut Dice, sample: &Sample) -> Vec<Move> {
    if !DealMap::<Runtime>::contains_key(sample.fid) && !dice.once_in(20) {
        return Vec::new();
    }
    let report = |miner: usize, index: u8| {
        let call = FileCall::transfer_report {
            index,
            deal_hash: sample.fid,
        };
        (By::Seed(format!("//Miner//{miner}")), file_call(call))
    };
    let Some(deal) = DealMap::<Runtime>::get(sample.fid).filter(|_| !dice.once_in(4)) else {
        return vec![report(dice.roll(MINERS) + 1, dice.roll(14) as u8)];
    };
    // Everybody who is able takes one of the columns that are left, so that files are stored at all.
    let done = &deal.complete_list;
    let left = (1..=FRAGMENT_COUNT as u8).filter(|column| done.iter().all(|c| c.index != *column));
    let able = |n: &usize| {
        let miner = account(&format!("//Miner//{n}"));
        Sminer::is_positive(&miner) && done.iter().all(|c| c.miner != miner)
    };
    let miners = (1..=MINERS).filter(able);
    miners
        .zip(left)
        .map(|(n, column)| report(n, column))
        .collect()
}

/// What a miner still has to tag of a file.
fn untagged(file: &FileInfo, miner: &AccountId) -> Vec<Fid> {
    let fragments = file.segment_list.iter().flat_map(|s| &s.fragment_list);
    fragments
        .filter(|f| f.miner == *miner && f.tag.is_none())
        .map(|f| f.hash)
        .collect()
}

/// Miners hand in tags: one of them, or all.
fn tag(dice: &mut Dice, sample: &Sample) -> Vec<Move> {
    let Some(file) = File::<Runtime>::get(sample.fid) else {
        return Vec::new();
    };
    let all = !dice.once_in(3);
    let chosen = dice.roll(MINERS) + 1;
    (1..=MINERS)
        .filter(|n| all || *n == chosen)
        .filter_map(|n| {
            let seed = format!("//Miner//{n}");
            let fragments = untagged(&file, &account(&seed));
            let (tee_sig, tag_sig_info) = tags(&account(&seed), sample.fid, fragments);
            let call = FileCall::calculate_report {
                tee_sig,
                tag_sig_info,
            };
            let wanted = (n == chosen && !all) || !untagged(&file, &account(&seed)).is_empty();
            wanted.then_some((By::Seed(seed), file_call(call)))
        })
        .collect()
}

/// A fragment is lost, and found again by somebody else.
fn restore(dice: &mut Dice, sample: &Sample) -> Move {
    let able = (1..=MINERS).map(|n| format!("//Miner//{n}"));
    let able: Vec<_> = able.filter(|s| Sminer::is_positive(&account(s))).collect();
    let (able, anybody) = (dice.pick(&able), dice.miner());
    let seed = dice.mostly(able, anybody);
    let now = Protocol::now();
    let (open, claimed): (Vec<_>, Vec<_>) =
        RestoralOrder::<Runtime>::iter().partition(|(_, order)| order.deadline < now);
    let fragment = File::<Runtime>::get(sample.fid).and_then(|file| {
        let segment = &file.segment_list[dice.roll(file.segment_list.len())];
        dice.pick(&segment.fragment_list)
    });
    let hash = fragment.as_ref().map_or(sample.fid, |f| f.hash);
    let (by, call) = match dice.roll(10) {
        0..=2 => (
            dice.mostly(fragment.and_then(|f| seed_of(&f.miner)), seed),
            FileCall::generate_restoral_order {
                file_hash: sample.fid,
                restoral_fragment: hash,
            },
        ),
        3..=5 => {
            let restoral_fragment = dice.pick(&open).map_or(hash, |(hash, _)| hash);
            (seed, FileCall::claim_restoral_order { restoral_fragment })
        }
        6..=8 => {
            let order = dice.pick(&claimed);
            let fragment_hash = order.as_ref().map_or(hash, |(hash, _)| *hash);
            (
                dice.mostly(order.and_then(|(_, order)| seed_of(&order.miner)), seed),
                FileCall::restoral_order_complete { fragment_hash },
            )
        }
        _ => (
            seed,
            claim_of_leaver().unwrap_or(FileCall::claim_restoral_order {
                restoral_fragment: hash,
            }),
        ),
    };
    (By::Seed(by), file_call(call))
}

/// A claim of a fragment whose holder has left and that nobody claimed, if there is one.
fn claim_of_leaver() -> Option<FileCall<Runtime>> {
    let left = |miner: &AccountId| pallet_sminer::RestoralTarget::<Runtime>::contains_key(miner);
    File::<Runtime>::iter().find_map(|(file_hash, file)| {
        let fragments = file.segment_list.iter().flat_map(|s| &s.fragment_list);
        let mut lost = fragments.filter(|f| left(&f.miner));
        let fragment = lost.find(|f| !RestoralOrder::<Runtime>::contains_key(f.hash))?;
        Some(FileCall::claim_restoral_noexist_order {
            miner: fragment.miner.clone(),
            file_hash,
            restoral_fragment: fragment.hash,
        })
    })
}

/// Users delete, move, cancel, and sort files into buckets.
fn keep_house(dice: &mut Dice, sample: &Sample) -> Move {
    let (stranger, _) = any_territory(dice);
    let seed = owner_of(dice, sample, stranger);
    let owner = account(&seed);
    let territories: Vec<_> = Territory::<Runtime>::iter_prefix(&owner)
        .filter(|(_, territory)| territory.state == TerritoryState::Active)
        .map(|(name, _)| name)
        .collect();
    let bucket = name(BUCKETS[dice.roll(2)]);
    let file_hash = sample.fid;
    let deals: Vec<_> = DealMap::<Runtime>::iter().collect();
    let deal = dice.pick(&deals);
    let dealer = deal.as_ref().and_then(|(_, deal)| seed_of(&deal.user.user));
    let (by, call) = match dice.roll(14) {
        0..=2 => (seed, FileCall::delete_file { owner, file_hash }),
        3..=4 => (
            seed,
            FileCall::territory_file_delivery {
                user: owner,
                file_hash,
                target_territory: dice.pick(&territories).unwrap_or_default(),
            },
        ),
        5 => (
            dice.mostly(dealer, seed),
            FileCall::cancel_deal {
                file_hash: deal.map_or(file_hash, |(fid, _)| fid),
            },
        ),
        6..=7 => (
            seed,
            FileCall::create_bucket {
                owner,
                name: bucket,
            },
        ),
        8 => (
            seed,
            FileCall::delete_bucket {
                owner,
                name: bucket,
            },
        ),
        9..=11 => (
            seed,
            FileCall::put_in_bucket {
                owner,
                file_hash,
                bucket,
            },
        ),
        _ => (seed, FileCall::take_from_bucket { owner, file_hash }),
    };
    (By::Seed(by), file_call(call))
}

/// Gateways announce themselves; users authorise them, or sign that somebody else may say so.
fn authorise(dice: &mut Dice) -> Move {
    let gateway = format!("//Gateway//{}", dice.roll(2) + 1);
    let user = dice.user();
    let (endpoint, domain) = ([7; 38], b"gateway.example".to_vec().try_into().unwrap());
    let payload = ProxyAuthPayload {
        oss: account(&gateway),
        exp: Protocol::now() + 50,
    };
    let message = [b"<Bytes>", &payload.encode()[..], b"</Bytes>"].concat();
    let signature = pair(&user).sign(&message).0.to_vec();
    let (by, call) = match dice.roll(8) {
        0 => (gateway, OssCall::register { endpoint, domain }),
        1 => (gateway, OssCall::update { endpoint, domain }),
        2 => (gateway, OssCall::destroy {}),
        3..=4 => (
            user,
            OssCall::authorize {
                operator: account(&gateway),
            },
        ),
        5 => (
            user,
            OssCall::cancel_authorize {
                oss: account(&gateway),
            },
        ),
        _ => (
            gateway,
            OssCall::proxy_authorzie {
                auth_puk: pair(&user).public().0,
                sig: signature.try_into().unwrap(),
                payload,
            },
        ),
    };
    (By::Seed(by), RuntimeCall::Oss(call))
}

/// Root sets prices and ends leases, sales and files.
fn order_around(dice: &mut Dice, sample: &Sample) -> Move {
    let (seed, terr_name) = any_territory(dice);
    let user = account(&seed);
    let now = Protocol::now();
    let booked = TerritoryExpired::<Runtime>::iter_keys().next();
    let sold = Consignment::<Runtime>::iter().filter(|(_, sale)| sale.locked);
    let sold: Vec<_> = sold.map(|(token, _)| token).collect();
    // A sale is seldom under way, and not for long.
    let choice = match dice.roll(8) {
        _ if !sold.is_empty() && dice.once_in(2) => 4,
        any => any,
    };
    let call = match choice {
        0 => call(LandCall::update_price {}),
        1 => call(LandCall::define_update_price {
            price: (dice.roll(30) as u128 + 1) * TCESS,
        }),
        2..=3 => call(LandCall::update_user_territory_life {
            user,
            terr_name,
            deadline: now + dice.roll(60) as u32,
        }),
        4 => call(LandCall::exec_consignment {
            token: dice.pick(&sold).unwrap_or_default(),
            territory_name: name(NAMES[dice.roll(NAMES.len())]),
        }),
        5 => call(LandCall::fix_territory_space_for_reactivate {
            acc: user,
            tname: terr_name,
        }),
        6 => {
            let (old_block, token) = booked.unwrap_or_default();
            call(LandCall::update_expired_exec {
                old_block,
                new_block: now + dice.roll(60) as u32,
                token,
            })
        }
        _ => {
            let owner = owner_of(dice, sample, seed);
            file_call(FileCall::root_clear_file {
                owner: account(&owner),
                file_hash: sample.fid,
            })
        }
    };
    (By::Root, call)
}
