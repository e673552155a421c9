//! Structures that nobody made honestly, of shapes and numbers that a verifier should not like.

use crate::hostile::MINER;
use cess_pois::{
    commit,
    space::{FileProof, Range, RangeProof},
    Append, Branch, Label, Membership, Opening, SpaceProofInfo, Value,
};
use proptest::{collection::vec, prelude::*};

/// Numbers at the edges, and near what is there.
pub(crate) fn number() -> impl Strategy<Value = u64> {
    prop_oneof![
        0..16u64,
        Just(u64::MAX),
        Just(i64::MAX as u64),
        Just(i64::MAX as u64 + 1),
        any::<u64>(),
    ]
}

/// Residues, and numbers that are none: zero, one, the modulus and its neighbours, beyond it.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    let n = MINER.info.pois_key.n;
    let mut less = n;
    less[255] -= 1;
    let mut one = [0; 256];
    one[255] = 1;
    prop_oneof![
        Just([0; 256]),
        Just(one),
        Just(n),
        Just(less),
        Just([0xff; 256]),
        Just(MINER.info.pois_key.g),
        Just(MINER.info.accumulator),
        vec(any::<u8>(), 256).prop_map(|bytes| std::array::from_fn(|i| bytes[i])),
    ]
}

pub(crate) fn values() -> impl Strategy<Value = [Value; 3]> {
    [value(), value(), value()]
}

pub(crate) fn branch() -> impl Strategy<Value = Branch> {
    (values(), [value(), value()]).prop_map(|(values, witnesses)| Branch { values, witnesses })
}

fn label() -> impl Strategy<Value = Label> {
    any::<u8>().prop_map(|byte| [byte; 64])
}

fn opening() -> impl Strategy<Value = Opening> {
    let node = prop_oneof![0..1024u32, Just(u32::MAX), any::<u32>()];
    (node, label(), vec(any::<[u8; 32]>(), 0..40)).prop_map(|(node, label, path)| Opening {
        node,
        label,
        path,
    })
}

pub(crate) fn commit_proof() -> impl Strategy<Value = commit::Proof> {
    let node = (opening(), vec(opening(), 0..4), vec(opening(), 0..4));
    let node = node.prop_map(|(node, parents, elders)| commit::NodeProof {
        node,
        parents,
        elders,
    });
    vec(vec(node, 0..6), 0..4).prop_map(|clusters| commit::Proof { clusters })
}

pub(crate) fn append() -> impl Strategy<Value = Append> {
    (number(), vec(label(), 0..6), branch(), values()).prop_map(
        |(first, elements, branch, after)| Append {
            first,
            elements,
            branch,
            after,
        },
    )
}

pub(crate) fn range_proof() -> impl Strategy<Value = RangeProof> {
    let member = (label(), value(), branch()).prop_map(|(element, witness, branch)| Membership {
        element,
        witness,
        branch,
    });
    let file = (vec(opening(), 0..10), any::<[u8; 32]>(), member);
    let file = file.prop_map(|(nodes, root, membership)| FileProof {
        nodes,
        root,
        membership,
    });
    let right_range = Just(Range { left: 2, right: 5 });
    let range = prop_oneof![
        right_range,
        (number(), number()).prop_map(|(left, right)| Range { left, right })
    ];
    (range, vec(file, 0..5)).prop_map(|(range, files)| RangeProof { range, files })
}

/// States that the chain would not have.
pub(crate) fn state() -> impl Strategy<Value = SpaceProofInfo> {
    (number(), number(), value()).prop_map(|(front, rear, accumulator)| SpaceProofInfo {
        front,
        rear,
        accumulator,
        ..MINER.info.clone()
    })
}
