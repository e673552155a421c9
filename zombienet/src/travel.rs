//! Moving the protocol's clock, and seeing what falls due.
//!
//! A jump of the clock ends every wait at once, also those that honest processes would have kept: a
//! miner that was challenged a moment ago has no time left for its proofs, and pays. [`jump`] with
//! [`Manner::Careful`] spares them: it holds new audits back, lets what is under way come to its end,
//! and then lets audits go on in the same transaction that moves the clock. Should it be interrupted,
//! audits go on by themselves after a while.

use crate::progress::Progress;
use anyhow::{bail, Context, Result};
use cess_chain::event::{AuditEvent, FileBankEvent, SminerEvent, StorageHandlerEvent};
use cess_chain::{calls, BlockStream, Booking, Call, Chain, Clock, Due, Event, Signer};
use cess_primitives::{ProtocolParams, Tick};
use std::collections::BTreeMap;
use std::time::Duration;

/// Blocks in which nothing that is due gets done, after which something is wrong.
const STALLED: u32 = 30;
/// A block that takes longer than so many slots does not come.
const SLOTS_PER_BLOCK: u32 = 60;

/// How to jump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// When nothing that a process owes would fall into the jump.
    Careful,
    /// Now: what is under way misses its deadline.
    AtOnce,
}

/// How often what fell due.
pub type Tally = BTreeMap<&'static str, u32>;

/// The clock was moved.
pub struct Journey {
    /// Where it stood.
    pub from: Clock,
    /// Where it stands.
    pub to: Clock,
    /// Blocks that were waited for before the jump.
    pub waited: u32,
    blocks: BlockStream,
}

/// What a jump led to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aftermath {
    /// Blocks until nothing was overdue any more.
    pub blocks: u32,
    /// What happened in them.
    pub fell_due: Tally,
}

/// Moves the clock forward by `ticks`; `root` is the sudo key.
pub async fn jump(
    chain: &Chain,
    root: &Signer,
    ticks: Tick,
    manner: Manner,
    progress: &Progress,
) -> Result<Journey> {
    let params = chain.params().await?;
    let begin = chain.clock().await?;
    // The chain refuses to go beyond half of its range: no need to wait for that answer.
    let refused = begin.tick().saturating_add(ticks) > Tick::MAX / 2;
    if manner == Manner::AtOnce || refused {
        return go(chain, root, begin, calls::protocol::advance_clock(ticks)).await;
    }
    hold(chain, root, &params, begin.tick()).await?;
    let release = calls::protocol::set_params(&params);
    if let Err(error) = quiet(chain, ticks, &params, progress).await {
        chain.submit_sudo(root, release).await?;
        return Err(error);
    }
    let calls = vec![calls::protocol::advance_clock(ticks), release.clone()];
    let journey = go(chain, root, begin, Call::batch_all(calls)).await;
    if journey.is_err() {
        chain.submit_sudo(root, release).await?;
    }
    journey
}

async fn go(chain: &Chain, root: &Signer, begin: Clock, call: Call) -> Result<Journey> {
    let from = chain.clock().await?;
    let blocks = chain.blocks();
    let done = chain.submit_sudo(root, call).await?;
    let to = chain.at(done.block).clock().await?;
    Ok(Journey {
        from: Clock {
            block: to.block,
            ..from
        },
        to,
        waited: from.block.saturating_sub(begin.block),
        blocks,
    })
}

/// Lets no random audit begin until the jump, or until all waiting must have come to an end.
async fn hold(chain: &Chain, root: &Signer, params: &ProtocolParams, now: Tick) -> Result<()> {
    let held = ProtocolParams {
        challenge_start: params
            .challenge_start
            .max(now.saturating_add(patience(params))),
        ..*params
    };
    chain
        .submit_sudo(root, calls::protocol::set_params(&held))
        .await?;
    Ok(())
}

/// Ticks within which everything that is under way comes to an end, one thing after the other.
fn patience(params: &ProtocolParams) -> Tick {
    let verdicts = params.verify_window.saturating_mul(3);
    let lives = [
        params.deal_ticks(50),
        params.tag_ticks(50),
        params.restoral_life,
    ];
    lives.into_iter().fold(
        params.challenge_window.saturating_add(verdicts),
        |sum, life| sum.saturating_add(life),
    )
}

/// Waits until a jump by `ticks` takes nobody's time away.
async fn quiet(
    chain: &Chain,
    ticks: Tick,
    params: &ProtocolParams,
    progress: &Progress,
) -> Result<()> {
    let mut blocks = chain.blocks();
    let mut left = patience(params);
    // Whatever keeps half a window after the jump is still in good time.
    let reach = ticks.saturating_add(params.challenge_window / 2);
    loop {
        let now = chain.now().await?;
        let mut open = chain.bookings().await?;
        open.retain(|booking| is_at_stake(booking, now, reach));
        if open.is_empty() {
            return Ok(());
        }
        let what = list(&open);
        if left == 0 {
            bail!("still under way: {what}. Start the processes that owe it (`cessnet status`), or jump with --at-once");
        }
        progress.step(0, open.len(), &format!("waiting for {what}"));
        next(&mut blocks, params).await?;
        left -= 1;
    }
}

/// Whether a process would lose by a jump over its deadline.
fn is_at_stake(booking: &Booking, now: Tick, reach: Tick) -> bool {
    // A claim that ran out binds nobody any more, and stays until somebody claims the fragment again.
    let binds = booking.due.is_automatic() || booking.tick >= now;
    booking.due.is_owed() && binds && booking.tick <= now.saturating_add(reach)
}

impl Journey {
    /// Ticks that the clock was moved by.
    pub fn ticks(&self) -> Tick {
        self.to.offset.saturating_sub(self.from.offset)
    }

    /// Follows the chain until it has done everything that fell due.
    pub async fn settle(mut self, chain: &Chain, progress: &Progress) -> Result<Aftermath> {
        let params = chain.params().await?;
        let mut aftermath = Aftermath::default();
        let mut before = Vec::new();
        let mut stalled = 0;
        loop {
            let block = next(&mut self.blocks, &params).await?;
            let at = chain.at(block.hash);
            // The jump's own block did its due work before, and a fork may not have jumped at all.
            if block.number == self.to.block || at.clock().await?.offset < self.to.offset {
                continue;
            }
            aftermath.blocks += 1;
            let mut events = 0;
            for name in block.events.iter().filter_map(fell_due) {
                *aftermath.fell_due.entry(name).or_default() += 1;
                events += 1;
            }
            let overdue = at.overdue().await?;
            if overdue.is_empty() {
                return Ok(aftermath);
            }
            progress.step(aftermath.blocks as usize, overdue.len(), &list(&overdue));
            stalled = if events > 0 || overdue != before {
                0
            } else {
                stalled + 1
            };
            if stalled >= STALLED {
                bail!(
                    "for {STALLED} blocks the chain did nothing of what is overdue: {}",
                    list(&overdue)
                );
            }
            before = overdue;
        }
    }
}

async fn next(blocks: &mut BlockStream, params: &ProtocolParams) -> Result<cess_chain::Block> {
    let limit = Duration::from_millis(params.slot_ms) * SLOTS_PER_BLOCK;
    tokio::time::timeout(limit, blocks.next())
        .await
        .with_context(|| format!("no new block within {} s", limit.as_secs()))?
        .context("the chain's blocks ended")
}

/// `2 audits' proofs, 1 deal`
pub fn list(bookings: &[Booking]) -> String {
    let mut counts: BTreeMap<Due, u32> = BTreeMap::new();
    for booking in bookings {
        *counts.entry(booking.due).or_default() += 1;
    }
    let parts: Vec<_> = counts
        .into_iter()
        .map(|(due, count)| format!("{count} × {}", describe(due)))
        .collect();
    parts.join(", ")
}

/// What is booked, in words.
pub fn describe(due: Due) -> &'static str {
    match due {
        Due::Proofs => "a miner's proofs",
        Due::Verdicts => "the verdicts of an audit",
        Due::Deal => "an upload",
        Due::Tags => "a miner's tags for a file",
        Due::Restoral => "a claimed restoral",
        Due::Freeze => "the end of a lease",
        Due::Expiry => "the end of a frozen territory",
        Due::Clearing => "deleting the files of an expired territory",
        Due::Handover => "the handover of a sold territory",
        Due::Exit => "the exit of a miner",
        Due::StakeReturn => "the return of a stake",
        Due::Offer => "the end of an offer of loans",
        Due::Loan => "the end of a loan",
    }
}

/// What an event says has fallen due; `None` for what has other reasons.
fn fell_due(event: &Event) -> Option<&'static str> {
    Some(match event {
        Event::Audit(AuditEvent::ChallengePassed { .. }) => "audits passed",
        Event::Audit(AuditEvent::ChallengeFailed { .. }) => "audits failed",
        Event::Audit(AuditEvent::VerifierReassigned { .. }) => "verdicts asked of another worker",
        Event::FileBank(FileBankEvent::DealExpired { .. }) => "deals expired",
        Event::FileBank(FileBankEvent::TagMissed { .. }) => "tags missed",
        Event::FileBank(FileBankEvent::DeleteFile { .. }) => "files deleted",
        Event::StorageHandler(StorageHandlerEvent::LeaseFrozen { .. }) => "territories frozen",
        Event::StorageHandler(StorageHandlerEvent::LeaseExpired { .. }) => "territories expired",
        Event::StorageHandler(StorageHandlerEvent::ExecConsignment { .. }) => {
            "territories handed over"
        }
        Event::Sminer(SminerEvent::Punished { .. }) => "penalties",
        Event::Sminer(SminerEvent::MinerLeft { .. }) => "miners left",
        Event::Sminer(SminerEvent::StakeReturned { .. }) => "stakes returned",
        Event::Other { pallet, name } if pallet == "Reservoir" => match name.as_str() {
            "EventExpired" => "offers of loans ended",
            "LoanReturned" => "loans ended",
            _ => return None,
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use cess_primitives::AccountId;

    #[test]
    fn what_is_booked_is_counted_by_kind() {
        let book = |due, tick| Booking { tick, due };
        let bookings = [book(Due::Deal, 9), book(Due::Proofs, 3), book(Due::Deal, 4)];
        assert_eq!(list(&bookings), "1 × a miner's proofs, 2 × an upload");
        assert_eq!(list(&[]), "");
    }

    #[test]
    fn a_jump_waits_for_what_is_owed_within_its_reach_only() {
        let at_stake = |due, tick| is_at_stake(&Booking { tick, due }, 100, 50);
        assert!(at_stake(Due::Proofs, 150) && !at_stake(Due::Proofs, 151));
        assert!(
            at_stake(Due::Verdicts, 90),
            "the chain has not settled it yet"
        );
        assert!(at_stake(Due::Restoral, 100) && !at_stake(Due::Restoral, 99));
        assert!(!at_stake(Due::Freeze, 120), "leases may end");
    }

    #[test]
    fn only_what_time_brought_about_is_told() {
        let miner = AccountId::new([1; 32]);
        let passed = Event::Audit(AuditEvent::ChallengePassed {
            miner: miner.clone(),
        });
        assert_eq!(fell_due(&passed), Some("audits passed"));
        let other = |name: &str| Event::Other {
            pallet: "Reservoir".into(),
            name: name.into(),
        };
        assert_eq!(fell_due(&other("LoanReturned")), Some("loans ended"));
        assert_eq!(fell_due(&other("Filling")), None);
        let began = Event::Audit(AuditEvent::GenerateChallenge { miner });
        assert_eq!(fell_due(&began), None);
    }

    #[test]
    fn the_wait_before_a_jump_covers_one_thing_after_the_other() {
        let params = ProtocolParams::fast();
        let waits = params.challenge_window + 3 * params.verify_window + params.restoral_life;
        assert!(patience(&params) > waits);
        let longest = ProtocolParams {
            deal_life: Tick::MAX,
            ..params
        };
        assert_eq!(patience(&longest), Tick::MAX);
    }
}
