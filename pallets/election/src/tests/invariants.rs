//! The checks of `try_state` notice what they are there for.

use crate::{mock::*, score::Score, Election as Record, LastElection};
use frame_election_provider_support::ElectionProvider;

type Elected = Record<<Test as crate::Config>::MaxCandidates>;

/// What `try_state` says when the last election is changed like this.
fn after(change: impl FnOnce(&mut Elected)) -> String {
    let mut complaint = String::new();
    build_and_execute(|| {
        for n in 1..=3 {
            stand(n, 300 + u64::from(n));
        }
        Seats::set(2);
        Election::elect(0).unwrap();
        let sound = LastElection::<Test>::get().unwrap();
        let mut broken = sound.clone();
        change(&mut broken);
        LastElection::<Test>::put(broken);
        complaint = format!("{:?}", Election::do_try_state().unwrap_err());
        LastElection::<Test>::put(sound);
    });
    complaint
}

fn scores(election: &mut Elected) -> &mut [Score] {
    election.candidates.as_mut()
}

#[test]
fn every_broken_promise_is_noticed() {
    let cases = [
        (after(|e| e.seats = 0), "between one and the most seats"),
        (
            after(|e| e.seats = MOST_SEATS + 1),
            "between one and the most seats",
        ),
        (after(|e| e.candidates.clear()), "somebody stood"),
        (
            after(|e| scores(e)[0].chance = 1001),
            "parts of a score are on the scale",
        ),
        (
            after(|e| scores(e)[0].total += 1),
            "a score is the sum of its parts",
        ),
        (
            after(|e| scores(e)[2].elected = true),
            "the first candidates have the seats",
        ),
        (
            after(|e| scores(e)[1].since = e.era + 1),
            "an election of the future",
        ),
        (
            after(|e| {
                scores(e).reverse();
                for (place, score) in scores(e).iter_mut().enumerate() {
                    score.elected = place < 2;
                }
            }),
            "sorted, best first",
        ),
    ];
    for (complaint, expected) in cases {
        assert!(complaint.contains(expected), "{complaint}");
    }
}
