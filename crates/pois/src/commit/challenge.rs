use super::Commitment;
use crate::{Params, PoisError, SpaceProofInfo};
use codec::{Decode, Encode};
use sha2::{Digest, Sha512};

/// What is to be opened of one cluster: the published values
/// `[cluster, K nodes of layer K, a node of layer K-1, K-1 places among parents]`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Row {
    /// Number of the cluster, from 1 over all sets.
    pub cluster: u64,
    /// A node `K·N + j` of each file.
    pub files: Vec<u32>,
    /// A node `(K-1)·N + j` of the layer below the files.
    pub base: u32,
    /// Each says which parent of the node before it is opened next: a number up to D, modulo the number
    /// of parents.
    pub steps: Vec<u32>,
}

impl Row {
    /// The published flat form, for the message `Int64Slice`. Clusters beyond 2^63 become `i64::MAX`;
    /// no challenge has them.
    pub fn values(&self) -> Vec<i64> {
        let cluster = i64::try_from(self.cluster).unwrap_or(i64::MAX);
        let nodes = self.files.iter().chain([&self.base]).chain(&self.steps);
        std::iter::once(cluster)
            .chain(nodes.map(|value| i64::from(*value)))
            .collect()
    }

    /// Reads the flat form.
    ///
    /// # Errors
    /// [`PoisError::WrongShape`] for another number of values, or values out of range.
    pub fn from_values(params: &Params, values: &[i64]) -> Result<Self, PoisError> {
        let (k, n) = (params.layers(), params.labels());
        if values.len() != 2 * k as usize + 1 {
            return Err(PoisError::WrongShape("a row has 2·K + 1 values"));
        }
        let within = |value: &i64, first: u32, count: u32| {
            u32::try_from(*value)
                .ok()
                .filter(|value| (first..first + count).contains(value))
                .ok_or(PoisError::WrongShape("a row's value is out of range"))
        };
        let list = |values: &[i64], first, count| {
            let values = values.iter().map(|value| within(value, first, count));
            values.collect::<Result<_, _>>()
        };
        let k_values = k as usize;
        Ok(Self {
            cluster: u64::try_from(values[0])
                .ok()
                .filter(|cluster| *cluster > 0)
                .ok_or(PoisError::WrongShape("a cluster's number is positive"))?,
            files: list(&values[1..=k_values], k * n, n)?,
            base: within(&values[k_values + 1], (k - 1) * n, n)?,
            steps: list(&values[k_values + 2..], 0, params.degree() + 1)?,
        })
    }
}

/// The worker's challenge: one row for each cluster of the set.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Challenge {
    /// The rows, in the order of their clusters.
    pub rows: Vec<Row>,
}

impl Challenge {
    /// The rows, if there is one for each cluster of the commitment, with all values in range.
    pub(crate) fn checked(
        &self,
        params: &Params,
        commitment: &Commitment,
    ) -> Result<Vec<Row>, PoisError> {
        if self.rows.len() != params.clusters() as usize {
            return Err(PoisError::WrongShape("there is a row for each cluster"));
        }
        let numbered = (commitment.first_cluster(params)..).zip(&self.rows);
        numbered
            .map(|(cluster, row)| {
                if row.cluster == cluster {
                    Row::from_values(params, &row.values())
                } else {
                    Err(PoisError::WrongShape("rows are in the order of clusters"))
                }
            })
            .collect()
    }
}

/// The worker's challenge. It follows from the worker's `secret`, the certified state and the
/// commitment, so the worker can make it again instead of remembering it, and a miner can't foresee it.
///
/// # Errors
/// [`PoisError::WrongShape`], [`PoisError::Gap`], [`PoisError::State`].
pub fn challenge(
    params: &Params,
    info: &SpaceProofInfo,
    commitment: &Commitment,
    secret: &[u8; 32],
) -> Result<Challenge, PoisError> {
    commitment.check(params, info)?;
    let seed = Sha512::new_with_prefix(b"cess-pois/commit/2")
        .chain_update(secret)
        .chain_update((info, commitment).encode());
    let (k, n) = (params.layers(), params.labels());
    let first = commitment.first_cluster(params);
    let row = |cluster: u64| {
        let draw = |i: u32, bound: u32| {
            let hash = seed.clone().chain_update((cluster, i).encode());
            below(&hash.finalize().into(), bound)
        };
        Row {
            cluster,
            files: (0..k).map(|i| k * n + draw(i, n)).collect(),
            base: (k - 1) * n + draw(k, n),
            steps: (k + 1..2 * k)
                .map(|i| draw(i, params.degree() + 1))
                .collect(),
        }
    };
    Ok(Challenge {
        rows: (first..first + u64::from(params.clusters()))
            .map(row)
            .collect(),
    })
}

/// A number below `bound` from a hash; the bias of 64 bits over 32 is below 2^-32.
fn below(hash: &[u8; 64], bound: u32) -> u32 {
    let number = hash[..8]
        .iter()
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    (number % u64::from(bound)) as u32
}
