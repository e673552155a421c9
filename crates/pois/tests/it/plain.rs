//! The published formulas, written down as they stand: slow and obviously right.

use sha2::{Digest, Sha256, Sha512};
use std::collections::BTreeSet;

pub(crate) type Label = [u8; 64];

fn sha512(parts: &[&[u8]]) -> Label {
    Sha512::digest(parts.concat()).into()
}

fn xor(a: &Label, b: &Label) -> Label {
    std::array::from_fn(|i| a[i] ^ b[i])
}

/// Node x = l·N + j in logical layer l has x - N below, and for each i in 0..D, with b = byte i of
/// sha512(miner || i64 cluster || i64 real layer || i64 x), g = N/D and o = g/256:
/// y = (l-1)·N + i·g + b·o + b%o, or y+1 when y = x-N, or y+N when y < x-N.
fn parents(miner: &[u8; 32], cluster: u64, real: u32, x: i64, n: u32, d: u32) -> BTreeSet<i64> {
    if real == 0 {
        return BTreeSet::new();
    }
    let (n, d) = (i64::from(n), i64::from(d));
    let hash = sha512(&[
        miner,
        &cluster.to_be_bytes(),
        &i64::from(real).to_be_bytes(),
        &x.to_be_bytes(),
    ]);
    let (l, g) = (x / n, n / d);
    let o = g / 256;
    let mut parents = BTreeSet::from([x - n]);
    for i in 0..d {
        let b = i64::from(hash[i as usize]);
        let y = (l - 1) * n + i * g + b * o + b % o;
        parents.insert(match y.cmp(&(x - n)) {
            std::cmp::Ordering::Equal => y + 1,
            std::cmp::Ordering::Less => y + n,
            std::cmp::Ordering::Greater => y,
        });
    }
    parents
}

/// All 2·K layers of a set, from 0: labels of layer i in cluster c at index i·clusters + c.
pub(crate) fn set(
    miner: &[u8; 32],
    set: u64,
    k: u32,
    n: u32,
    d: u32,
    clusters: u32,
) -> Vec<Vec<Label>> {
    let mut layers: Vec<Vec<Label>> = Vec::new();
    for i in 0..2 * k {
        for c in 0..clusters {
            let cluster = set * u64::from(clusters) + u64::from(c) + 1;
            let logical = i64::from(i.min(k));
            let file = if i < k {
                0
            } else {
                (cluster - 1) * u64::from(k) + u64::from(i - k) + 1
            };
            let mut labels: Vec<Label> = Vec::new();
            for j in 0..n as usize {
                let x = logical * i64::from(n) + j as i64;
                let mut p = [0; 64];
                for y in parents(miner, cluster, i, x, n, d) {
                    let own = y - logical * i64::from(n);
                    let label = if own >= 0 {
                        labels[own as usize]
                    } else {
                        let below = (logical as u32 - 1) * clusters + c;
                        layers[below as usize][(own + i64::from(n)) as usize]
                    };
                    p = xor(&p, &label);
                }
                let mut e = [0; 64];
                if i >= k {
                    let base = (i - k / 2) / k;
                    for t in 0..k / 2 {
                        e = xor(&e, &layers[((base + 2 * t) * clusters + c) as usize][j]);
                    }
                }
                let previous: &[u8] = layers.last().map_or(&[], |layer| &layer[j]);
                labels.push(sha512(&[
                    miner,
                    &cluster.to_be_bytes(),
                    &file.to_be_bytes(),
                    &(x as i32).to_be_bytes(),
                    &p,
                    &e,
                    previous,
                ]));
            }
            layers.push(labels);
        }
    }
    layers
}

fn levels(labels: &[Label]) -> Vec<Vec<[u8; 32]>> {
    let mut levels: Vec<Vec<[u8; 32]>> = vec![labels
        .iter()
        .map(|label| Sha256::digest(label).into())
        .collect()];
    while levels[levels.len() - 1].len() > 1 {
        let above = levels[levels.len() - 1]
            .chunks(2)
            .map(|pair| Sha256::digest(pair.concat()).into())
            .collect();
        levels.push(above);
    }
    levels
}

/// The root of the tree with leaves sha256(label) and nodes sha256(left || right).
pub(crate) fn root(labels: &[Label]) -> [u8; 32] {
    levels(labels)[labels.len().ilog2() as usize][0]
}

/// The siblings from a leaf up.
pub(crate) fn path(labels: &[Label], place: usize) -> Vec<[u8; 32]> {
    let height = labels.len().ilog2() as usize;
    let levels = levels(labels);
    (0..height).map(|h| levels[h][place >> h ^ 1]).collect()
}
