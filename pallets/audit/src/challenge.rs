//! Who is challenged, when, and with what.

use crate::{
    costs,
    draw::Draw,
    due::{ProofQueue, VerdictQueue},
    ChallengeSlip, ChallengeSnapShot, Config, Error, Event, MinersBefore, Pallet, VerifySlip,
};
use cess_primitives::{
    audit::{
        ChallengeElement, ChallengeInfo, MinerSnapShot, ProveInfo, QElement, MAX_CHALLENGE_CHUNKS,
    },
    due::TickSet,
    tee::WorkerKey,
    traits::{AuditedMiners, Protocol, TeeWorkers},
    AccountId, BVec, ProtocolParams, Tick, GIB, MIB,
};
use frame_support::{ensure, weights::Weight};

/// Most challenges that one block makes.
pub const CHALLENGES_PER_BLOCK: u32 = 20;
/// Stands for a worker while none could be drawn; another is drawn when the verdict is due.
pub const UNASSIGNED: WorkerKey = [0; 32];

/// Idle bytes that a miner proves in a tick.
const IDLE_PROVE_RATE: u128 = 203_613_264;
/// Service bytes that a miner proves in a tick.
const SERVICE_PROVE_RATE: u128 = 24 * MIB as u128;
/// Bytes that a worker verifies in a tick.
const VERIFY_RATE: u128 = 2 * GIB as u128;
/// How often a miner is drawn again because it is challenged already.
pub(crate) const TRIES: u32 = 8;

impl<T: Config> Pallet<T> {
    /// The block's share of challenges: as many as let each miner expect one in a period.
    pub(crate) fn challenge_some() -> Weight {
        let now = T::Protocol::now();
        let params = T::Protocol::params();
        let miners = Self::drawable();
        if now < params.challenge_start || miners == 0 {
            return costs::challenges::<T>(0);
        }
        let mut draw = Draw::about::<T::Randomness>(("challenges", now));
        let quota = quota(&mut draw, miners, params.challenge_period);
        let verifiers = T::TeeWorkers::verifiers().len();
        if quota == 0 || verifiers == 0 {
            return costs::challenges::<T>(0);
        }
        for _ in 0..quota {
            // A miner that can't be challenged leaves its place in this block empty.
            let Some(miner) = Self::pick(&mut draw, miners) else {
                continue;
            };
            if let Ok((info, miner)) = Self::compose(miner, &mut draw, &params, verifiers) {
                Self::open(miner, info);
            }
        }
        costs::challenges::<T>(quota)
    }

    /// How many miners a block draws from: those that were there when its parent began.
    ///
    /// The parent's author knew what its own VRF output would draw. If miners that it let in counted
    /// at once, it could choose among draws by choosing its block's calls.
    fn drawable() -> u32 {
        let (before, now) = (MinersBefore::<T>::get(), T::Miners::count());
        if before != now {
            MinersBefore::<T>::put(now);
        }
        before.min(now)
    }

    /// Challenges this miner now.
    pub(crate) fn challenge_one(miner: AccountId) -> Result<(), Error<T>> {
        let verifiers = T::TeeWorkers::verifiers().len();
        ensure!(verifiers > 0, Error::<T>::NoVerifier);
        let mut draw = Draw::about::<T::Randomness>(("pointed", &miner, T::Protocol::now()));
        let params = T::Protocol::params();
        let (info, miner) = Self::compose(miner, &mut draw, &params, verifiers)?;
        Self::open(miner, info);
        Ok(())
    }

    /// Draws two miners, and takes the larger of them more often: in proportion to its space, but
    /// the smaller one never less than once in four times, so that nobody is small enough to be left
    /// alone. A miner without space has its chance too, and is then let off: else a crowd of them
    /// would draw its challenges on the others.
    fn pick(draw: &mut Draw, miners: u32) -> Option<AccountId> {
        let (one, a) = Self::candidate(draw, miners)?;
        let (other, b) = Self::candidate(draw, miners)?;
        let sum = a.saturating_add(b);
        if sum == 0 {
            return None;
        }
        let one_wins = draw.happens(
            sum.saturating_add(a.saturating_mul(2)),
            sum.saturating_mul(4),
        );
        let (winner, space) = if one_wins { (one, a) } else { (other, b) };
        (space > 0).then_some(winner)
    }

    /// A random miner that is not challenged already, and its space in MiB. Whoever is challenged is
    /// drawn again, so that nobody's turn is lost.
    fn candidate(draw: &mut Draw, miners: u32) -> Option<(AccountId, u64)> {
        let free = (0..TRIES).find_map(|_| {
            let miner = T::Miners::at(draw.below(miners.into()) as u32)?;
            (!ChallengeSnapShot::<T>::contains_key(&miner)).then_some(miner)
        });
        free.map(|miner| {
            let space = T::Miners::space(&miner);
            (miner, mebibytes(space))
        })
    }

    /// Makes a challenge without opening it.
    fn compose(
        miner: AccountId,
        draw: &mut Draw,
        params: &ProtocolParams,
        verifiers: usize,
    ) -> Result<(ChallengeInfo, AccountId), Error<T>> {
        ensure!(
            !ChallengeSnapShot::<T>::contains_key(&miner),
            Error::<T>::AlreadyChallenged
        );
        let snapshot = T::Miners::snapshot(&miner).ok_or(Error::<T>::NotQualified)?;
        let space = snapshot.idle_space.saturating_add(snapshot.service_space);
        ensure!(space > 0, Error::<T>::NotQualified);
        let windows = Windows::of(T::Protocol::now(), params, &snapshot, verifiers);
        let challenge_element = ChallengeElement {
            start: T::Protocol::now(),
            idle_slip: windows.idle,
            service_slip: windows.service,
            verify_slip: windows.verify,
            space_param: Self::space_param(draw)?,
            service_param: Self::service_param(draw, params),
        };
        let prove_info = ProveInfo {
            assign: 0,
            idle_prove: None,
            service_prove: None,
        };
        Ok((
            ChallengeInfo {
                miner_snapshot: snapshot,
                challenge_element,
                prove_info,
            },
            miner,
        ))
    }

    fn open(miner: AccountId, info: ChallengeInfo) {
        let (proofs, verdicts) = (proofs_due(&info), info.challenge_element.verify_slip);
        ChallengeSlip::<T>::insert(proofs, &miner, true);
        ProofQueue::<T>::add(proofs);
        VerifySlip::<T>::insert(verdicts, &miner, true);
        VerdictQueue::<T>::add(verdicts);
        ChallengeSnapShot::<T>::insert(&miner, info);
        Self::deposit_event(Event::GenerateChallenge { miner });
    }

    /// Eight distinct nodes of the last layer of an idle file's graph.
    fn space_param(draw: &mut Draw) -> Result<[u64; 8], Error<T>> {
        let (_, nodes, _) = T::Miners::expenders();
        draw.distinct(8, nodes)
            .try_into()
            .map_err(|_| Error::<T>::RandomErr)
    }

    /// Distinct chunks of each fragment, and a coefficient for each.
    fn service_param(draw: &mut Draw, params: &ProtocolParams) -> QElement {
        let count = params.challenge_chunks().min(MAX_CHALLENGE_CHUNKS);
        let chunks = draw.distinct(count.into(), params.chunk_count.into());
        let coefficients = chunks.iter().map(|_| coefficient(draw)).collect();
        let indices = chunks.iter().map(|chunk| *chunk as u32).collect();
        QElement {
            random_index_list: BVec::truncate_from(indices),
            random_list: BVec::truncate_from(coefficients),
        }
    }
}

/// Rounded up, and small enough that sums and multiples of it fit.
fn mebibytes(space: u128) -> u64 {
    let most = u64::MAX / 8;
    u64::try_from(space.div_ceil(u128::from(MIB)))
        .unwrap_or(most)
        .min(most)
}

/// How many challenges a block makes: the whole part of `miners / period`, and one more as often as
/// the rest says.
fn quota(draw: &mut Draw, miners: u32, period: Tick) -> u32 {
    let period = period.max(1);
    let more = draw.happens((miners % period).into(), period.into());
    (miners / period)
        .saturating_add(more.into())
        .min(CHALLENGES_PER_BLOCK)
}

fn coefficient(draw: &mut Draw) -> [u8; 20] {
    let mut coefficient = [0; 20];
    coefficient.copy_from_slice(&draw.bytes()[..20]);
    coefficient
}

/// The last ticks for proofs and verdicts.
struct Windows {
    idle: Tick,
    service: Tick,
    verify: Tick,
}

impl Windows {
    fn of(now: Tick, params: &ProtocolParams, miner: &MinerSnapShot, verifiers: usize) -> Self {
        let open = now.saturating_add(params.challenge_window);
        let idle = open.saturating_add(ticks(miner.idle_space, IDLE_PROVE_RATE));
        let service = open.saturating_add(ticks(miner.service_space, SERVICE_PROVE_RATE));
        let space = miner.idle_space.saturating_add(miner.service_space);
        let rate = VERIFY_RATE.saturating_mul(verifiers.max(1) as u128);
        let verify = idle.max(service).saturating_add(ticks(space, rate));
        Self {
            idle,
            service,
            verify: verify.saturating_add(params.verify_window),
        }
    }
}

/// Until when a verdict that was given to another worker may come.
pub(crate) fn next_verdicts_due(now: Tick, params: &ProtocolParams, miner: &MinerSnapShot) -> Tick {
    let work = ticks(miner.idle_space.max(miner.service_space), VERIFY_RATE);
    now.saturating_add(work)
        .saturating_add(params.verify_window)
}

/// The last tick for any proof of a challenge.
pub(crate) fn proofs_due(info: &ChallengeInfo) -> Tick {
    info.challenge_element
        .idle_slip
        .max(info.challenge_element.service_slip)
}

fn ticks(space: u128, rate: u128) -> Tick {
    Tick::try_from(space / rate).unwrap_or(Tick::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quota_grows_with_the_number_of_miners() {
        let blocks = 20_000;
        for (miners, period) in [
            (1, 120),
            (7, 120),
            (12, 14_400),
            (1000, 120),
            (4000, 14_400),
        ] {
            let mut draw = Draw::of((miners, period));
            let made: u32 = (0..blocks).map(|_| quota(&mut draw, miners, period)).sum();
            let expected = f64::from(blocks) * f64::from(miners) / f64::from(period);
            // Five standard deviations of as many coins, at least.
            let slack = 5.0 * expected.sqrt().max(1.0);
            assert!(
                (f64::from(made) - expected).abs() < slack,
                "{made} challenges, not {expected}, of {miners} miners in {period} ticks"
            );
        }
    }

    #[test]
    fn the_quota_of_a_block_is_bounded() {
        let mut draw = Draw::of("bound");
        assert_eq!(quota(&mut draw, u32::MAX, 1), CHALLENGES_PER_BLOCK);
        assert_eq!(quota(&mut draw, 5, 0), 5, "a period lasts a tick at least");
    }

    #[test]
    fn any_space_counts_and_none_overflows() {
        assert_eq!(mebibytes(0), 0);
        assert_eq!(mebibytes(1), 1);
        assert_eq!(mebibytes(u128::from(3 * MIB)), 3);
        assert_eq!(mebibytes(u128::MAX), u64::MAX / 8);
    }
}
