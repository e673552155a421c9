//! Honest miners pass, and every kind of cheating that the scheme promises to find is found.

use cess_pois::{
    commit, deletion, new_key, new_miner, space, Filler, LiveFiles, Params, PoisError,
    SpaceProofInfo,
};
use proptest::{prelude::*, sample::Index};
use rand::{rngs::StdRng, SeedableRng};
use std::collections::BTreeMap;

const SECRET: [u8; 32] = [42; 32];

/// A miner with its files on "disk" and its certified state.
#[derive(Clone)]
struct Miner {
    params: Params,
    info: SpaceProofInfo,
    live: LiveFiles,
    disk: BTreeMap<u64, Vec<u8>>,
}

impl Miner {
    fn new(params: Params, account: u8) -> Self {
        let key = new_key(&mut StdRng::seed_from_u64(account.into()));
        let info = new_miner([account; 32].into(), key);
        Self {
            params,
            info,
            live: LiveFiles::default(),
            disk: BTreeMap::new(),
        }
    }

    fn fill(&mut self, count: u32) {
        for index in self.info.rear + 1..=self.info.rear + u64::from(count) {
            let file = Filler::generate(&self.params, &self.info, index).unwrap();
            self.disk.insert(index, file.into_bytes());
        }
    }

    /// Certifies the next files as they are on disk.
    fn certify(&mut self, count: u32) -> Result<(), PoisError> {
        let claim = commit::claim(&self.params, &self.live, count, &self.disk)?;
        let challenge = commit::challenge(&self.params, &self.info, &claim, &SECRET)?;
        let proof = commit::prove(&self.params, &self.live, &claim, &challenge, &self.disk)?;
        self.info = commit::verify(&self.params, &self.info, &claim, &challenge, &proof)?;
        self.live.append(&claim);
        Ok(())
    }

    fn give_up(&mut self, count: u64) -> Result<(), PoisError> {
        self.info = deletion::verify(&self.info, &deletion::prove(&self.live, count)?)?;
        self.live.drop_front(count);
        self.disk.retain(|index, _| *index > self.info.front);
        Ok(())
    }

    fn prove(&self, space_param: &[u64; 8]) -> Result<space::Proof, PoisError> {
        space::prove(
            &self.params,
            &self.info,
            space_param,
            &self.live,
            &self.disk,
        )
    }

    fn with_files(params: Params, account: u8, count: u32) -> Self {
        let mut miner = Self::new(params, account);
        miner.fill(count);
        miner.certify(count).unwrap();
        miner
    }
}

fn params() -> impl Strategy<Value = Params> {
    (1u64..40, 1u32..6, 1u32..8).prop_map(|(labels, commit_nodes, space_files)| Params {
        file_size: labels * 64,
        max_commit: 16,
        commit_nodes,
        space_files,
    })
}

fn fixed() -> Params {
    Params {
        file_size: 64 * 33,
        max_commit: 16,
        commit_nodes: 8,
        space_files: 4,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_honest_miner_passes_after_any_history(
        params in params(), steps in prop::collection::vec((1u32..6, 0u64..6), 1..5), space_param: [u64; 8],
    ) {
        let mut miner = Miner::new(params, 1);
        for (grow, shrink) in steps {
            miner.fill(grow);
            miner.certify(grow).unwrap();
            prop_assert_eq!(miner.info.accumulator, miner.live.accumulator(&miner.info.pois_key));
            let live = miner.info.rear - miner.info.front;
            if shrink.min(live) > 0 {
                miner.give_up(shrink.min(live)).unwrap();
            }
            prop_assert_eq!(miner.info.accumulator, miner.live.accumulator(&miner.info.pois_key));
            prop_assert_eq!((miner.info.front, miner.info.rear), (miner.live.front(), miner.live.rear()));
            match miner.prove(&space_param) {
                Ok(proof) => space::verify(&params, &miner.info, &space_param, &proof).unwrap(),
                Err(error) => prop_assert!(matches!(error, PoisError::Empty) && miner.live.roots().is_empty()),
            }
        }
    }

    #[test]
    fn files_are_drawn_once_each_from_the_live_ones_and_all_of_them_when_they_fit(
        front in 0u64..1000, live in 1u64..60, most in 1u32..60, space_param: [u64; 8],
    ) {
        let params = Params { space_files: most, ..fixed() };
        let info = SpaceProofInfo { front, rear: front + live, ..Miner::new(params, 1).info };
        let targets = space::targets(&params, &info, &space_param).unwrap();
        let mut files: Vec<u64> = targets.iter().map(|target| target.index).collect();
        prop_assert_eq!(files.len() as u64, live.min(most.into()));
        prop_assert!(files.iter().all(|file| (front + 1..=front + live).contains(file)));
        files.sort();
        files.dedup();
        prop_assert_eq!(files.len(), targets.len());
        prop_assert!(targets.iter().flat_map(|target| target.nodes).all(|node| node < params.labels().unwrap()));
    }

    #[test]
    fn any_altered_byte_of_a_file_is_noticed_by_the_miner_and_refused_by_the_verifier(
        space_param: [u64; 8], at in any::<Index>(), file in 1u64..=3,
    ) {
        let honest = Miner::with_files(fixed(), 1, 3);
        let mut miner = honest.clone();
        let bytes = miner.disk.get_mut(&file).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1;
        let noticed = miner.prove(&space_param);
        prop_assert!(matches!(noticed, Err(PoisError::Damaged(index)) if index == file));

        // A miner that does not look answers with labels that the accumulator does not hold.
        let mut proof = honest.prove(&space_param).unwrap();
        let place = proof.files.iter().position(|proof| proof.index == file).unwrap();
        proof.files[place].nodes[at % 8].label[at % 64] ^= 1;
        let refused = space::verify(&miner.params, &miner.info, &space_param, &proof);
        let named = matches!(refused, Err(PoisError::WrongNode { index, .. }) if index == file);
        prop_assert!(named);
    }

    #[test]
    fn any_flipped_bit_of_a_space_proof_is_refused(space_param: [u64; 8], at in any::<Index>(), bit in 0..8u8) {
        use codec::{Decode, Encode};
        let miner = Miner::with_files(Params { file_size: 64 * 5, ..fixed() }, 1, 3);
        let proof = miner.prove(&space_param).unwrap();
        let mut bytes = proof.encode();
        let at = at.index(bytes.len());
        bytes[at] ^= 1u8 << bit;
        if let Ok(altered) = space::Proof::decode(&mut &bytes[..]) {
            if altered != proof {
                prop_assert!(space::verify(&miner.params, &miner.info, &space_param, &altered).is_err());
                prop_assert_ne!(altered.hash(), proof.hash());
            }
        }
    }

    #[test]
    fn any_flipped_bit_of_a_commit_proof_is_refused(at in any::<Index>(), bit in 0..8u8) {
        use codec::{Decode, Encode};
        let mut miner = Miner::with_files(Params { file_size: 64 * 9, ..fixed() }, 1, 2);
        miner.fill(2);
        let claim = commit::claim(&miner.params, &miner.live, 2, &miner.disk).unwrap();
        let challenge = commit::challenge(&miner.params, &miner.info, &claim, &SECRET).unwrap();
        let proof = commit::prove(&miner.params, &miner.live, &claim, &challenge, &miner.disk).unwrap();
        let mut bytes = proof.encode();
        let at = at.index(bytes.len());
        bytes[at] ^= 1u8 << bit;
        if let Ok(altered) = commit::Proof::decode(&mut &bytes[..]) {
            if altered != proof {
                prop_assert!(commit::verify(&miner.params, &miner.info, &claim, &challenge, &altered).is_err());
            }
        }
    }
}

#[test]
fn a_missing_file_is_named() {
    let mut miner = Miner::with_files(fixed(), 1, 3);
    miner.disk.remove(&2);
    assert!(matches!(
        miner.prove(&[1; 8]),
        Err(PoisError::Read { index: 2, .. })
    ));
    miner.disk.insert(2, vec![0; 10]);
    assert!(matches!(miner.prove(&[1; 8]), Err(PoisError::Damaged(2))));
}

#[test]
fn a_proof_is_for_one_miner_one_state_and_one_challenge() {
    let miner = Miner::with_files(fixed(), 1, 6);
    let proof = miner.prove(&[1; 8]).unwrap();
    let refused = |info: &SpaceProofInfo, param: [u64; 8]| {
        space::verify(&miner.params, info, &param, &proof).is_err()
    };
    assert!(!refused(&miner.info, [1; 8]));
    assert!(refused(&miner.info, [2; 8]));
    let mut one_number_off = [1; 8];
    one_number_off[7] = 2;
    assert!(refused(&miner.info, one_number_off));
    assert!(refused(&Miner::with_files(fixed(), 2, 6).info, [1; 8]));
    let other_miner = SpaceProofInfo {
        miner: [2; 32].into(),
        ..miner.info.clone()
    };
    assert!(
        refused(&other_miner, [1; 8]),
        "even under the same accumulator"
    );
    for (front, rear) in [(1, 6), (0, 5), (0, 7), (1, 7)] {
        let info = SpaceProofInfo {
            front,
            rear,
            ..miner.info.clone()
        };
        assert!(refused(&info, [1; 8]), "{front}..{rear}");
        let relabelled = space::Proof {
            front,
            rear,
            ..proof.clone()
        };
        assert!(
            space::verify(&miner.params, &info, &[1; 8], &relabelled).is_err(),
            "{front}..{rear}"
        );
    }
    let impossible = SpaceProofInfo {
        front: 7,
        rear: 6,
        ..miner.info.clone()
    };
    assert!(matches!(
        space::targets(&miner.params, &impossible, &[1; 8]),
        Err(PoisError::State { .. })
    ));
}

#[test]
fn nothing_live_is_nothing_proven() {
    let mut miner = Miner::with_files(fixed(), 1, 2);
    miner.give_up(2).unwrap();
    assert_eq!(miner.info.accumulator, miner.info.pois_key.g);
    assert!(matches!(miner.prove(&[1; 8]), Err(PoisError::Empty)));
    let empty = space::Proof {
        front: 2,
        rear: 2,
        files: vec![],
    };
    assert!(matches!(
        space::verify(&miner.params, &miner.info, &[1; 8], &empty),
        Err(PoisError::Empty)
    ));
}

#[test]
fn the_files_of_another_miner_or_another_number_are_not_certified() {
    let params = Params {
        commit_nodes: 4,
        ..fixed()
    };
    let mut other = Miner::new(params, 2);
    other.fill(2);
    let mut thief = Miner::new(params, 1);
    thief.disk = other.disk;
    assert!(matches!(
        thief.certify(2),
        Err(PoisError::WrongLabel { index: 1, .. })
    ));

    let mut lazy = Miner::new(params, 1);
    lazy.fill(1);
    lazy.disk.insert(2, lazy.disk[&1].clone());
    assert!(matches!(
        lazy.certify(2),
        Err(PoisError::WrongLabel { index: 2, .. })
    ));

    let mut other_key = Miner::new(params, 1);
    other_key.fill(1);
    other_key.info.pois_key.g[0] ^= 1;
    other_key.info.accumulator = other_key.info.pois_key.g;
    assert!(matches!(
        other_key.certify(1),
        Err(PoisError::WrongLabel { .. })
    ));
}

#[test]
fn a_file_of_zeros_is_not_certified() {
    let mut miner = Miner::new(fixed(), 1);
    miner.disk.insert(1, vec![0; 64 * 33]);
    assert!(matches!(
        miner.certify(1),
        Err(PoisError::WrongLabel { .. })
    ));
    assert_eq!(miner.info.rear, 0);
}

#[test]
fn claims_follow_the_rear_and_keep_to_their_size() {
    let mut miner = Miner::with_files(fixed(), 1, 2);
    miner.fill(2);
    let good = commit::claim(&miner.params, &miner.live, 2, &miner.disk).unwrap();
    let challenge =
        |claim: &commit::Claim| commit::challenge(&miner.params, &miner.info, claim, &SECRET);
    for first in [0, 1, 2, 4, u64::MAX] {
        assert!(matches!(
            challenge(&commit::Claim {
                first,
                ..good.clone()
            }),
            Err(PoisError::Gap { next: 3, .. })
        ));
    }
    for count in [0, 17] {
        let claim = commit::Claim {
            roots: vec![[0; 32]; count],
            ..good.clone()
        };
        assert!(matches!(
            challenge(&claim),
            Err(PoisError::Count { most: 16, .. })
        ));
    }
    assert!(matches!(
        commit::claim(&miner.params, &miner.live, 17, &miner.disk),
        Err(PoisError::Count { .. })
    ));
    assert!(matches!(
        commit::claim(&miner.params, &miner.live, 3, &miner.disk),
        Err(PoisError::Read { index: 5, .. })
    ));
}

#[test]
fn the_commit_challenge_depends_on_claim_state_and_secret_and_can_be_made_again() {
    let mut miner = Miner::new(
        Params {
            file_size: 1 << 16,
            ..fixed()
        },
        1,
    );
    miner.fill(2);
    let claim = commit::claim(&miner.params, &miner.live, 2, &miner.disk).unwrap();
    let challenge = |info: &SpaceProofInfo, claim: &commit::Claim, secret| {
        commit::challenge(&miner.params, info, claim, &secret).unwrap()
    };
    let first = challenge(&miner.info, &claim, SECRET);
    assert_eq!(challenge(&miner.info, &claim, SECRET), first);
    assert_ne!(challenge(&miner.info, &claim, [1; 32]), first);
    let other_roots = commit::Claim {
        roots: vec![[1; 32]; 2],
        ..claim.clone()
    };
    assert_ne!(challenge(&miner.info, &other_roots, SECRET), first);
    let other_miner = Miner::new(miner.params, 2).info;
    assert_ne!(challenge(&other_miner, &claim, SECRET), first);
    assert_ne!(first.rows[0], first.rows[1], "every file has its own nodes");
}

#[test]
fn a_certified_state_cannot_be_grown_or_shrunk_from_another_one() {
    let mut miner = Miner::with_files(fixed(), 1, 4);
    let mut shrink = deletion::prove(&miner.live, 2).unwrap();
    let later = Miner::with_files(fixed(), 1, 5).info;
    assert!(matches!(
        deletion::verify(&later, &shrink),
        Err(PoisError::WrongAccumulator)
    ));
    shrink.live.swap(0, 1);
    assert!(matches!(
        deletion::verify(&miner.info, &shrink),
        Err(PoisError::WrongAccumulator)
    ));
    for count in [0, 5] {
        assert!(matches!(
            deletion::prove(&miner.live, count),
            Err(PoisError::Count { most: 4, .. })
        ));
        let forged = deletion::Proof {
            count,
            live: miner.live.roots().to_vec(),
        };
        assert!(matches!(
            deletion::verify(&miner.info, &forged),
            Err(PoisError::Count { .. })
        ));
    }
    miner.fill(1);
    let claim = commit::claim(&miner.params, &miner.live, 1, &miner.disk).unwrap();
    let challenge = commit::challenge(&miner.params, &miner.info, &claim, &SECRET).unwrap();
    let mut proof =
        commit::prove(&miner.params, &miner.live, &claim, &challenge, &miner.disk).unwrap();
    proof.live.pop();
    let forged = commit::verify(&miner.params, &miner.info, &claim, &challenge, &proof);
    assert!(matches!(forged, Err(PoisError::WrongAccumulator)));
    miner.live = LiveFiles::default();
    assert!(matches!(miner.prove(&[1; 8]), Err(PoisError::NotMyState)));
}

#[test]
fn answers_to_another_commit_challenge_are_refused() {
    let mut miner = Miner::new(fixed(), 1);
    miner.fill(2);
    let claim = commit::claim(&miner.params, &miner.live, 2, &miner.disk).unwrap();
    let asked = commit::challenge(&miner.params, &miner.info, &claim, &SECRET).unwrap();
    let other = commit::challenge(&miner.params, &miner.info, &claim, &[0; 32]).unwrap();
    let proof = commit::prove(&miner.params, &miner.live, &claim, &other, &miner.disk).unwrap();
    let verdict = commit::verify(&miner.params, &miner.info, &claim, &asked, &proof);
    assert!(matches!(verdict, Err(PoisError::WrongShape(_))));

    let mut fewer = commit::prove(&miner.params, &miner.live, &claim, &asked, &miner.disk).unwrap();
    fewer.files[1].pop();
    assert!(commit::verify(&miner.params, &miner.info, &claim, &asked, &fewer).is_err());
    let out_of_file = commit::Challenge {
        rows: vec![vec![33], vec![0]],
    };
    assert!(commit::prove(
        &miner.params,
        &miner.live,
        &claim,
        &out_of_file,
        &miner.disk
    )
    .is_err());
}

#[test]
fn files_are_the_same_every_time_and_different_for_everybody() {
    let (one, two) = (Miner::new(fixed(), 1), Miner::new(fixed(), 2));
    let make = |miner: &Miner, index| Filler::generate(&miner.params, &miner.info, index).unwrap();
    assert_eq!(make(&one, 1), make(&one, 1));
    assert_ne!(make(&one, 1).root(), make(&one, 2).root());
    assert_ne!(make(&one, 1).root(), make(&two, 1).root());
    assert_eq!(make(&one, 1).as_bytes().len() as u64, fixed().file_size);
}

#[test]
fn sizes_that_cannot_work_are_refused() {
    for bad in [
        Params {
            file_size: 0,
            ..fixed()
        },
        Params {
            file_size: 65,
            ..fixed()
        },
        Params {
            file_size: 64 << 32,
            ..fixed()
        },
        Params {
            space_files: 0,
            ..fixed()
        },
        Params {
            commit_nodes: 0,
            ..fixed()
        },
        Params {
            max_commit: 0,
            ..fixed()
        },
    ] {
        assert!(matches!(bad.labels(), Err(PoisError::Params(_))), "{bad:?}");
    }
    for preset in [
        cess_primitives::ProtocolParams::fast(),
        cess_primitives::ProtocolParams::reference(),
    ] {
        assert_eq!(
            Params::of(&preset).unwrap().file_size,
            preset.idle_file_size
        );
    }
}

#[test]
fn the_total_hash_covers_every_proof_in_order() {
    let (a, b) = ([1; 32], [2; 32]);
    assert_ne!(space::total_hash(&[a, b]), space::total_hash(&[b, a]));
    assert_ne!(space::total_hash(&[a]), space::total_hash(&[a, b]));
}
