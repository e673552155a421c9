//! Layers are byte for byte those of the published formulas.

use crate::plain;
use cess_pois::{
    merkle, new_miner, MemoryStore, Node, Params, PoISKey, PoisError, Prover, Record, SecretKey,
    Store,
};
use cess_primitives::ProtocolParams;
use sha2::{Digest, Sha256};
use std::{ops::ControlFlow, sync::Arc};

const MINER: [u8; 32] = [7; 32];

fn key() -> PoISKey {
    SecretKey::derive(&[1; 32], &MINER.into()).unwrap().public()
}

fn first_set(params: Params) -> (Arc<MemoryStore>, Vec<Node>) {
    let store = Arc::new(MemoryStore::default());
    let prover = Prover::open(params, new_miner(MINER.into(), key()), Arc::clone(&store)).unwrap();
    let commitment = prover.generate(&mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(commitment.first, 1);
    (store, commitment.roots)
}

/// K, N, D, files of a set.
fn params(k: u32, n: u32, d: u32, files: u32) -> Params {
    Params::new(k, n, d, files).unwrap()
}

#[test]
fn every_layer_is_that_of_the_plain_formulas() {
    for (k, n, d, files) in [
        (2, 256, 1, 4),
        (4, 1024, 4, 8),
        (2, 4096, 2, 2),
        (8, 1024, 4, 16),
    ] {
        let (store, roots) = first_set(params(k, n, d, files));
        let clusters = files / k;
        let expected = plain::set(&MINER, 0, k, n, d, clusters);
        for layer in 0..2 * k {
            for cluster in 0..clusters {
                let labels = &expected[(layer * clusters + cluster) as usize];
                let record = Record::Layer {
                    cluster: u64::from(cluster) + 1,
                    layer,
                };
                let bytes = store.read(record).unwrap().unwrap();
                assert!(
                    bytes.starts_with(labels.as_flattened()),
                    "layer {layer} of cluster {cluster}, K {k}, N {n}, D {d}"
                );
                let root = roots[(layer * clusters + cluster) as usize];
                assert_eq!(plain::root(labels), root);
                assert_eq!(
                    merkle::root_of(merkle::leaf(&labels[0]), 0, &plain::path(labels, 0)),
                    root
                );
            }
        }
    }
}

#[test]
fn roots_are_those_of_an_independent_program() {
    // Computed with Python from the formulas; SHA-256 of the set's roots in the order of a commitment.
    for (k, n, d, files, digest) in [
        (
            2,
            256,
            1,
            2,
            "408107ff368a0e29f2663b4b62c2cbeec35416d43344ae49bec609eb43ac76d2",
        ),
        (
            8,
            1024,
            4,
            16,
            "d951b40d7b2e282a2472e90fbc435d5ed6528d9a7c7ac37222c5f905a008edcb",
        ),
    ] {
        let (_, roots) = first_set(params(k, n, d, files));
        let found = Sha256::digest(roots.as_flattened());
        assert_eq!(
            found
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>(),
            digest
        );
    }
}

#[test]
fn files_of_another_miner_are_other_files() {
    let params = params(2, 256, 1, 2);
    let other = Prover::open(
        params,
        new_miner([8; 32].into(), key()),
        MemoryStore::default(),
    )
    .unwrap();
    let other = other.generate(&mut |_| ControlFlow::Continue(())).unwrap();
    let (_, roots) = first_set(params);
    assert!(roots.iter().all(|root| !other.roots.contains(root)));
}

#[test]
fn sizes_that_the_formulas_can_not_work_with_are_refused_with_the_rule() {
    let rule = |k, n, d, files| match Params::new(k, n, d, files) {
        Err(PoisError::Params(rule)) => rule,
        other => panic!("{other:?}"),
    };
    assert!(rule(8, 1024, 8, 32).contains("N / D is at least 256"));
    assert!(rule(8, 1024, 0, 32).contains("powers of two"));
    assert!(rule(8, 1000, 2, 32).contains("powers of two"));
    assert!(rule(8, 1 << 20, 128, 32).contains("at most 64"));
    assert!(rule(7, 1024, 4, 28).contains("K is even"));
    assert!(rule(0, 1024, 4, 32).contains("K is even"));
    assert!(rule(8, 1 << 28, 64, 32).contains("31 bits"));
    assert!(rule(8, 1024, 4, 12).contains("whole number of clusters"));
    assert!(rule(8, 1024, 4, 0).contains("whole number of clusters"));
    assert!(rule(8, 1024, 4, 24).contains("divides 256"));
    assert!(rule(8, 1024, 4, 512).contains("divides 256"));
    for (k, n, d, files) in [(8, 1024, 4, 32), (8, 1 << 20, 64, 256)] {
        assert_eq!(params(k, n, d, files).set_files(), u64::from(files));
    }
}

#[test]
fn both_presets_make_parameters() {
    for protocol in [ProtocolParams::fast(), ProtocolParams::reference()] {
        let params = Params::of(&protocol).unwrap();
        assert_eq!(params.file_size(), protocol.idle_file_size);
        assert_eq!(params.set_files(), u64::from(protocol.idle_set));
    }
    let odd = ProtocolParams {
        idle_file_size: 1000,
        ..ProtocolParams::fast()
    };
    assert!(matches!(Params::of(&odd), Err(PoisError::Params(_))));
}
