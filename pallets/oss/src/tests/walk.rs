//! Random walks of users who authorise, sign and cancel while others hand in whatever was signed.
//! After each step the books must agree, and a model must agree who may act for whom.

use super::domain;
use crate::{mock::*, proxy::proxy_message, AuthorityList, ExpiryTicks, LastProxyExpiry};
use cess_primitives::{
    oss::ProxyAuthPayload,
    traits::{Authorisations, Protocol},
    AccountId, Tick,
};
use frame_support::storage::with_storage_layer;
use sp_core::{sr25519, Pair};
use std::collections::{BTreeMap, BTreeSet};

const STEPS: u32 = 1000;

/// Xorshift: good enough to choose steps, and the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

fn user(n: u64) -> sr25519::Pair {
    sr25519::Pair::from_seed(&[n as u8 + 1; 32])
}

fn id(n: u64) -> AccountId {
    user(n).public().0.into()
}

/// Who may act for whom, and until when signatures are void, by user and operator.
#[derive(Default)]
struct Model {
    authorised: BTreeSet<(u64, u64)>,
    void: BTreeMap<(u64, u64), Tick>,
}

fn step(dice: &mut Dice, model: &mut Model) {
    let (owner, operator) = (dice.roll(3), dice.roll(4));
    let pair = (owner, operator);
    let (now, origin) = (Now::get(), RuntimeOrigin::signed(id(owner)));
    let life = Clock::params().authorization_life;
    let oss = account(100 + operator as u8);
    let run = |call: &dyn Fn() -> sp_runtime::DispatchResult| with_storage_layer(call).is_ok();
    match dice.roll(10) {
        0 => {
            assert!(run(&|| Oss::authorize(origin.clone(), oss.clone())));
            model.authorised.insert(pair);
        }
        1 | 2 => {
            let cancelled = run(&|| Oss::cancel_authorize(origin.clone(), oss.clone()));
            assert_eq!(cancelled, model.authorised.remove(&pair));
            if cancelled {
                model.void.insert(pair, now + life);
            }
        }
        3..=6 => {
            let exp = now + dice.roll(u64::from(life) + 20) as Tick - 10;
            let payload = ProxyAuthPayload { oss, exp };
            let sig = user(owner).sign(&proxy_message(&payload)).0.to_vec();
            let taken = run(&|| {
                let sig = sig.clone().try_into().expect("64 bytes");
                Oss::proxy_authorzie(signed(9), user(owner).public().0, sig, payload.clone())
            });
            let void = model.void.get(&pair).copied().unwrap_or_default();
            let good = exp >= now && exp <= now + life && exp > void;
            assert_eq!(taken, good && !model.authorised.contains(&pair));
            if taken {
                model.authorised.insert(pair);
                model.void.insert(pair, exp);
            }
        }
        7 => {
            // Gateways come and go without any effect on authorisations.
            let place = domain(b"somewhere");
            let _ =
                run(&|| Oss::register(RuntimeOrigin::signed(oss.clone()), [1; 38], place.clone()));
            let _ = dice.roll(2) == 0 && run(&|| Oss::destroy(RuntimeOrigin::signed(oss.clone())));
        }
        _ => {
            idle_at(now + dice.roll(30) as Tick);
        }
    }
    for owner in 0..3 {
        for operator in 0..4 {
            let may = Oss::may_act_for(&account(100 + operator as u8), &id(owner));
            assert_eq!(may, model.authorised.contains(&(owner, operator)));
        }
    }
}

#[test]
fn whatever_happens_only_those_act_for_a_user_whom_it_authorised() {
    for seed in 1..=6 {
        println!("seed {seed}");
        build_and_execute(|| {
            let (mut dice, mut model) = (Dice(0x9E37_79B9_7F4A_7C15 ^ seed), Model::default());
            for _ in 0..STEPS {
                step(&mut dice, &mut model);
                Oss::do_try_state().expect("invariants hold after each step");
            }
            let far = Now::get() + 1000;
            idle_at(far);
            assert_eq!(LastProxyExpiry::<Test>::iter().count(), 0);
            assert_eq!(ExpiryTicks::<Test>::iter().count(), 0);
            assert!(AuthorityList::<Test>::iter().count() <= 3);
        });
    }
}
