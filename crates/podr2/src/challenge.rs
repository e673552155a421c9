//! Which chunks are asked for.

use crate::Podr2Error;
use cess_primitives::audit::{QElement, MAX_CHALLENGE_CHUNKS};
use std::collections::BTreeSet;

/// Chunk indices, all different, each with its 20-byte big-endian coefficient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge(Vec<(u32, [u8; 20])>);

impl Challenge {
    /// A challenge of these chunks.
    ///
    /// # Errors
    /// [`Podr2Error::Challenge`] when there is none, one comes twice, there are more than 1024, or a
    /// coefficient is zero.
    pub fn new(items: Vec<(u32, [u8; 20])>) -> Result<Self, Podr2Error> {
        let refuse = |rule| Err(Podr2Error::Challenge(rule));
        if items.is_empty() || items.len() > MAX_CHALLENGE_CHUNKS as usize {
            return refuse("it must name between 1 and 1024 chunks");
        }
        if items
            .iter()
            .map(|(index, _)| index)
            .collect::<BTreeSet<_>>()
            .len()
            != items.len()
        {
            return refuse("it names a chunk twice");
        }
        if items.iter().any(|(_, coefficient)| *coefficient == [0; 20]) {
            return refuse("a coefficient is zero, which asks for nothing");
        }
        Ok(Self(items))
    }

    /// The chunks and their coefficients.
    pub fn items(&self) -> &[(u32, [u8; 20])] {
        &self.0
    }
}

impl TryFrom<&QElement> for Challenge {
    type Error = Podr2Error;

    fn try_from(q: &QElement) -> Result<Self, Podr2Error> {
        if q.random_index_list.len() != q.random_list.len() {
            return Err(Podr2Error::Challenge(
                "indices and coefficients differ in number",
            ));
        }
        Self::new(
            q.random_index_list
                .iter()
                .copied()
                .zip(q.random_list.iter().copied())
                .collect(),
        )
    }
}
