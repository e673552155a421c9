//! Money moves: transfers, treasuries, the reservoir's loans, cachers' bills.

use super::{seed_of, By, Dice, Move, MINERS};
use crate::chain::account;
use cess_primitives::{
    cacher::{Bill, CacherInfo, IpAddress},
    reservoir::UseType,
    Balance, COLLATERAL_PER_TIB, TCESS,
};
use cess_runtime::*;
use pallet_cacher::Call as CacherCall;
use pallet_cess_treasury::Call as TreasuryCall;
use pallet_reservoir::{BorrowList, Call as LoanCall, Losses};
use pallet_sminer::MinerItems;

/// An amount that people move about.
const SUM: Balance = 5000 * TCESS;

pub(super) fn moves(dice: &mut Dice) -> Vec<Move> {
    vec![match dice.roll(10) {
        0..=1 => transfer(dice),
        2..=3 => treasuries(dice),
        4..=7 => loans(dice),
        _ => cachers(dice),
    }]
}

fn transfer(dice: &mut Dice) -> Move {
    let dest = account(&dice.anybody()).into();
    let value = dice.amount(SUM);
    let call = match dice.roll(4) {
        0 => pallet_balances::Call::transfer_allow_death { dest, value },
        1 => pallet_balances::Call::burn {
            value: value.min(SUM),
            keep_alive: true,
        },
        _ => pallet_balances::Call::transfer_keep_alive { dest, value },
    };
    (By::Seed(dice.anybody()), RuntimeCall::Balances(call))
}

fn treasuries(dice: &mut Dice) -> Move {
    let amount = dice.amount(SUM);
    let acc = account(&dice.anybody());
    let (by, call) = match dice.roll(8) {
        0..=1 => (
            By::Seed(dice.anybody()),
            TreasuryCall::send_funds_to_pid { funds: amount },
        ),
        2..=3 => (
            By::Seed(dice.anybody()),
            TreasuryCall::send_funds_to_sid { funds: amount },
        ),
        4 => (
            By::Root,
            TreasuryCall::pid_burn_funds {
                burn_amount: amount,
            },
        ),
        5 => (
            By::Root,
            TreasuryCall::sid_burn_funds {
                burn_amount: amount,
            },
        ),
        6 => (
            By::Root,
            TreasuryCall::pid_send_funds { acc, funds: amount },
        ),
        _ => (
            By::Root,
            TreasuryCall::sid_send_funds { acc, funds: amount },
        ),
    };
    (by, RuntimeCall::CessTreasury(call))
}

fn loans(dice: &mut Dice) -> Move {
    let amount = dice.amount(2 * SUM);
    let id: pallet_reservoir::EventId = vec![b'a' + dice.roll(3) as u8; 4].try_into().unwrap();
    let loans: Vec<_> = BorrowList::<Runtime>::iter().collect();
    let staked = loans.iter().filter(|(_, loan)| loan.staking > 0);
    let staked: Vec<_> = staked.map(|(borrower, _)| borrower.clone()).collect();
    let in_debt: Vec<_> = Losses::<Runtime>::iter_keys().chain(staked).collect();
    let debtor = dice.pick(&in_debt).as_ref().and_then(seed_of);
    let borrower = dice.pick(&loans).map(|(borrower, _)| borrower);
    let newcomers: Vec<_> = (1..=MINERS)
        .map(|n| format!("//Miner//{n}"))
        .filter(|seed| !MinerItems::<Runtime>::contains_key(account(seed)))
        .collect();
    let by = By::Seed(dice.anybody());
    let (by, call) = match dice.roll(14) {
        0..=1 => (by, LoanCall::filling { amount }),
        2..=3 => (by, LoanCall::store { amount }),
        4 => (by, LoanCall::withdraw { amount }),
        5 => (
            By::Root,
            LoanCall::event_withdraw {
                amount: amount.min(SUM),
                target: account(&dice.anybody()),
            },
        ),
        6..=7 => (
            By::Root,
            LoanCall::create_event {
                id,
                quota: dice.roll(4) as u32,
                deadline: Protocol::now() + dice.roll(100) as u32,
                unit_amount: COLLATERAL_PER_TIB,
                borrow_period: dice.roll(300) as u32,
                use_type: UseType::MinerStaking,
            },
        ),
        8..=10 => {
            let (newcomer, anybody) = (dice.pick(&newcomers), dice.miner());
            let by = dice.mostly(newcomer, anybody);
            (By::Seed(by), LoanCall::attend_event { id })
        }
        11..=12 => {
            let anybody = dice.miner();
            let by = dice.mostly(debtor, anybody);
            (By::Seed(by), LoanCall::repay { amount })
        }
        _ => {
            let borrower = borrower.unwrap_or_else(|| account("//Miner//1"));
            let by = match (dice.once_in(3), seed_of(&borrower)) {
                (false, Some(seed)) => By::Seed(seed),
                _ => By::Root,
            };
            (by, LoanCall::return_loan { borrower })
        }
    };
    (by, RuntimeCall::Reservoir(call))
}

fn cachers(dice: &mut Dice) -> Move {
    let cacher = format!("//Gateway//{}", dice.roll(3) + 1);
    let info = CacherInfo {
        payee: account(&cacher),
        ip: IpAddress::IPV4([127, 0, 0, 1], 8080),
        byte_price: 1000,
    };
    let now = pallet_timestamp::Now::<Runtime>::get() / 1000;
    let bill = Bill {
        id: [dice.roll(6) as u8; 16],
        to: account(&cacher),
        amount: dice.amount(TCESS),
        file_hash: Hash::repeat_byte(1),
        slice_hash: Hash::repeat_byte(2),
        expiration_time: now + dice.roll(600) as u64,
    };
    let (by, call) = match dice.roll(8) {
        0..=1 => (cacher, CacherCall::register { info }),
        2 => (cacher, CacherCall::update { info }),
        3 => (cacher, CacherCall::logout {}),
        _ => (
            dice.user(),
            CacherCall::pay {
                bills: vec![bill].try_into().unwrap(),
            },
        ),
    };
    (By::Seed(by), RuntimeCall::Cacher(call))
}
