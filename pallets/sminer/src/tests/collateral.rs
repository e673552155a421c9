//! Collateral, declaration and the state that follows from them.

use crate::{mock::*, *};
use cess_primitives::{traits::AuditedMiners, traits::Miners, Balance, TCESS, TIB};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

#[test]
fn limits_and_power_follow_the_published_formulas() {
    let tib = u128::from(TIB);
    assert_eq!(collateral_limit(0), 0);
    assert_eq!(collateral_limit(1), 4000 * TCESS);
    assert_eq!(collateral_limit(tib), 4000 * TCESS);
    assert_eq!(collateral_limit(tib + 1), 8000 * TCESS);
    assert_eq!(power(1000, 0), 50);
    assert_eq!(power(0, 1000), 950);
    assert_eq!(power(1000, 1000), 1000);
    assert_eq!(
        power(u128::MAX, u128::MAX),
        u128::MAX / 100 * 2,
        "huge spaces do not overflow"
    );
}

#[test]
fn a_declaration_beyond_the_collateral_freezes_and_more_collateral_thaws() {
    execute(|| {
        positive(1, 0);
        assert_ok!(Sminer::increase_declaration_space(signed(1), 1));
        assert_eq!(info(1).declaration_space, 2 * u128::from(TIB));
        let grown = Event::IncreaseDeclarationSpace {
            miner: acc(1),
            space: TIB.into(),
        };
        assert_eq!(last_event(), grown.into());
        assert!(saw(Event::AlreadyFrozen { acc: acc(1) }));
        assert_eq!(state(1), "frozen");
        assert_noop!(
            Sminer::increase_declaration_space(signed(1), 1),
            Error::<Test>::NotpositiveState
        );
        assert_ok!(Sminer::increase_collateral(signed(1), acc(1), 3999 * TCESS));
        assert_eq!(state(1), "frozen");
        assert_ok!(Sminer::increase_collateral(signed(1), acc(1), TCESS));
        assert_eq!(state(1), "positive");
        assert!(saw(Event::Thawed { miner: acc(1) }));
        let raised = Event::IncreaseCollateral {
            acc: acc(1),
            balance: 8000 * TCESS,
        };
        assert_eq!(last_event(), raised.into());
    });
}

#[test]
fn a_smaller_declaration_thaws() {
    execute(|| {
        positive(1, 0);
        assert_ok!(Sminer::increase_declaration_space(signed(1), 2));
        assert_ok!(Sminer::decrease_declaration_space(signed(1), 1));
        assert_eq!(state(1), "frozen");
        assert_ok!(Sminer::decrease_declaration_space(signed(1), 1));
        assert_eq!(state(1), "positive");
        let shrunk = Event::DecreaseDeclarationSpace {
            miner: acc(1),
            space: TIB.into(),
        };
        assert_eq!(last_event(), shrunk.into());
    });
}

#[test]
fn a_declaration_keeps_room_for_what_the_miner_holds() {
    execute(|| {
        register(1, 2);
        let less = |n, tib| Sminer::decrease_declaration_space(signed(n), tib);
        assert_noop!(less(1, 1), Error::<Test>::StateError);
        certify_key(1);
        let files = TIB / (UNIT as u64) + 1;
        assert_ok!(Sminer::add_idle(&acc(1), certificate(1, 0, files), [7; 64]));
        assert_noop!(less(1, 1), Error::<Test>::UnableReduceDeclaration);
        assert_noop!(less(1, 2), Error::<Test>::UnableReduceDeclaration);
        assert_noop!(less(1, 3), Error::<Test>::UnableReduceDeclaration);
        assert_noop!(less(1, 0), Error::<Test>::CountError);
        assert_noop!(less(2, 1), Error::<Test>::NotMiner);
        assert_noop!(
            Sminer::increase_declaration_space(signed(1), 0),
            Error::<Test>::CountError
        );
        assert_noop!(
            Sminer::increase_declaration_space(signed(2), 1),
            Error::<Test>::NotMiner
        );
    });
}

#[test]
fn an_empty_miner_still_declares_something() {
    execute(|| {
        positive(1, 0);
        assert_noop!(
            Sminer::decrease_declaration_space(signed(1), 1),
            Error::<Test>::UnableReduceDeclaration
        );
    });
}

#[test]
fn only_the_staking_account_raises_the_collateral() {
    execute(|| {
        positive(1, 0);
        let raise = |n, amount| Sminer::increase_collateral(signed(n), acc(1), amount);
        assert_noop!(raise(2, TCESS), Error::<Test>::NotStakingAcc);
        assert_noop!(raise(1, 0), Error::<Test>::CollateralNotUp);
        assert_noop!(
            raise(1, ENDOWMENT),
            pallet_balances::Error::<Test>::InsufficientBalance
        );
        assert_noop!(
            Sminer::increase_collateral(signed(1), acc(9), TCESS),
            Error::<Test>::NotExisted
        );
    });
}

#[test]
fn penalties_pay_the_treasury_from_the_collateral() {
    execute(|| {
        positive(1, 16);
        let fine = 400 * TCESS;
        assert_ok!(Sminer::punish_false_idle(&acc(1), 16 * UNIT));
        let punished = Event::Punished {
            miner: acc(1),
            amount: fine,
            debt: 0,
        };
        assert_eq!(last_event(), punished.into());
        assert!(saw(Event::Deposit { balance: fine }));
        assert_eq!((info(1).collaterals, info(1).debt), (3600 * TCESS, 0));
        assert_eq!(Balances::reserved_balance(acc(1)), 3600 * TCESS);
        assert_eq!(beyond_deposit(&treasury()), fine);
        assert_eq!(state(1), "frozen");
    });
}

fn treasury() -> cess_primitives::AccountId {
    CessTreasury::punish_account()
}

#[test]
fn what_the_collateral_does_not_cover_is_owed_and_adds_up() {
    execute(|| {
        positive(1, 16);
        let tib = u128::from(TIB);
        // Twice 10 % of the collateral for a power of 8 TiB: 3200 each, of 4000.
        assert_ok!(Sminer::punish_false_idle(&acc(1), 160 * tib));
        assert_ok!(Sminer::punish_false_idle(&acc(1), 160 * tib));
        assert_eq!((info(1).collaterals, info(1).debt), (0, 2400 * TCESS));
        assert_ok!(Sminer::punish_false_idle(&acc(1), 160 * tib));
        assert_eq!(info(1).debt, 5600 * TCESS, "debts add up");
        assert_eq!(beyond_deposit(&treasury()), 4000 * TCESS);

        assert_ok!(Sminer::increase_collateral(signed(1), acc(1), 5000 * TCESS));
        assert_eq!((info(1).collaterals, info(1).debt), (0, 600 * TCESS));
        assert_ok!(Sminer::increase_collateral(signed(1), acc(1), 4600 * TCESS));
        assert_eq!((info(1).collaterals, info(1).debt), (4000 * TCESS, 0));
        assert_eq!(state(1), "positive");
        assert_eq!(beyond_deposit(&treasury()), 9600 * TCESS);
    });
}

#[test]
fn paying_a_debt_does_not_prolong_the_lock_but_more_collateral_does() {
    execute(|| {
        positive(1, 16);
        let too_much = 160 * u128::from(TIB);
        assert_ok!(Sminer::punish_false_idle(&acc(1), too_much));
        assert_ok!(Sminer::punish_false_idle(&acc(1), too_much));
        System::set_block_number(9);
        assert_ok!(Sminer::increase_collateral(signed(1), acc(1), 2400 * TCESS));
        assert_eq!(StakingStartBlock::<Test>::get(acc(1)), Some(1));
        assert_ok!(Sminer::increase_collateral(signed(1), acc(1), 1));
        assert_eq!(StakingStartBlock::<Test>::get(acc(1)), Some(9));
    });
}

#[test]
fn a_penalty_too_small_for_a_dead_treasury_stays_a_debt_and_no_money_is_lost() {
    execute(|| {
        assert_ok!(Balances::force_set_balance(root(), treasury(), 0));
        Issuance::set(&Balances::total_issuance());
        positive(1, 16);
        MinerItems::<Test>::mutate(acc(1), |info| info.as_mut().unwrap().debt = TCESS / 2);
        assert_ok!(Sminer::increase_collateral(signed(1), acc(1), TCESS));
        assert_eq!(
            (info(1).collaterals, info(1).debt),
            (4001 * TCESS, TCESS / 2)
        );
        assert_eq!(beyond_deposit(&treasury()), 0);
        check();
        assert_ok!(Sminer::punish_false_idle(&acc(1), 16 * UNIT));
        let paid: Balance = 400 * TCESS + TCESS / 2;
        assert_eq!(
            (info(1).collaterals, info(1).debt),
            (4001 * TCESS - paid, 0)
        );
        assert_eq!(Balances::free_balance(treasury()), paid);
    });
}

#[test]
fn penalties_leave_other_states_than_positive_alone() {
    execute(|| {
        register(1, 1);
        assert_ok!(Sminer::punish_false_idle(&acc(1), UNIT));
        assert_eq!(state(1), "not ready");
        positive(2, 0);
        run_to(400);
        assert_ok!(Sminer::miner_exit_prep(signed(2), acc(2)));
        assert_ok!(Sminer::punish_false_idle(&acc(2), UNIT));
        assert_eq!(state(2), "lock");
        assert_eq!(info(2).collaterals, 3600 * TCESS);
        assert_noop!(
            Sminer::increase_collateral(signed(2), acc(2), TCESS),
            Error::<Test>::StateError
        );
    });
}

#[test]
fn penalties_take_one_stake_of_a_shared_staking_account_only() {
    execute(|| {
        for n in [1, 2] {
            let stake = Sminer::regnstk_assign_staking(signed(n), acc(9), endpoint("e"), acc(3), 1);
            assert_ok!(stake);
            assert_ok!(Sminer::increase_collateral(signed(3), acc(n), 4000 * TCESS));
        }
        let too_much = 1600 * u128::from(TIB);
        assert_ok!(Sminer::punish_false_idle(&acc(1), too_much));
        assert_eq!(info(1).collaterals, 0);
        assert_eq!(info(2).collaterals, 4000 * TCESS);
        assert_eq!(Balances::reserved_balance(acc(3)), 4000 * TCESS);
    });
}

#[test]
fn huge_amounts_neither_overflow_nor_stick() {
    execute(|| {
        let huge = |tib| Sminer::regnstk(signed(1), acc(51), endpoint("e"), Balance::MAX, tib);
        let refused: DispatchError = pallet_balances::Error::<Test>::InsufficientBalance.into();
        assert_noop!(huge(1), refused);
        assert_noop!(huge(u32::MAX), refused);
        positive(1, 0);
        for _ in 0..3 {
            // Only a positive miner declares more; let it be positive again.
            MinerItems::<Test>::mutate(acc(1), |info| {
                let info = info.as_mut().unwrap();
                info.state = cess_primitives::miner::state::POSITIVE
                    .to_vec()
                    .try_into()
                    .unwrap();
            });
            assert_ok!(Sminer::increase_declaration_space(signed(1), u32::MAX));
        }
        assert_eq!(state(1), "frozen");
        let raise = Sminer::increase_collateral(signed(1), acc(1), Balance::MAX);
        assert_eq!(raise, Err(refused));
        assert_ok!(Sminer::punish_false_idle(&acc(1), u128::MAX));
        assert_ok!(Sminer::punish_missing_proof(
            &acc(1),
            u128::MAX,
            u128::MAX,
            u8::MAX
        ));
        assert_eq!(info(1).collaterals, 0);
        for _ in 0..3 {
            assert_ok!(Sminer::decrease_declaration_space(signed(1), u32::MAX));
        }
        assert_eq!(info(1).declaration_space, u128::from(TIB));
    });
}
