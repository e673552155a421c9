//! The prover's accumulators: all levels of one state, from the roots of its live files.

use crate::{
    accumulator::{bottom_of, Branch, Membership},
    book::Book,
    group::{prime_of_value, value},
    space::Range,
    Group, PoisError, Store, Value, FAN_OUT,
};
use openssl::{
    bn::{BigNum, BigNumRef},
    error::ErrorStack,
};
use std::{collections::BTreeMap, ops::RangeBounds};

/// The accumulators over the files `front+1..=rear`.
pub(crate) struct Levels {
    front: u64,
    rear: u64,
    bottoms: BTreeMap<u64, Accumulator>,
    middles: BTreeMap<u64, Accumulator>,
    top: BigNum,
}

/// An accumulator, and the prime that stands for it in the next one.
struct Accumulator {
    value: BigNum,
    prime: BigNum,
}

impl Accumulator {
    fn new(value: BigNum) -> Result<Self, ErrorStack> {
        let prime = prime_of_value(&value)?.value;
        Ok(Self { value, prime })
    }
}

impl Levels {
    pub(crate) fn new(
        group: &Group,
        store: &impl Store,
        book: &mut Book,
        front: u64,
        rear: u64,
    ) -> Result<Self, PoisError> {
        let mut bottoms = BTreeMap::new();
        let mut file = front + 1;
        while file <= rear {
            let bottom = bottom_of(file);
            let last = rear.min((bottom + 1) * FAN_OUT);
            let value = book.bottom(group, store, file..last + 1)?;
            bottoms.insert(bottom, Accumulator::new(value)?);
            file = last + 1;
        }
        let mut middles = BTreeMap::new();
        let numbers: Vec<u64> = bottoms.keys().map(|bottom| bottom / FAN_OUT).collect();
        for middle in numbers {
            if !middles.contains_key(&middle) {
                let value = over(group, &bottoms, children(middle), None)?;
                middles.insert(middle, Accumulator::new(value)?);
            }
        }
        Ok(Self {
            front,
            rear,
            top: over(group, &middles, .., None)?,
            bottoms,
            middles,
        })
    }

    /// The top's value, that of the state.
    pub(crate) fn top(&self) -> Result<Value, PoisError> {
        Ok(value(&self.top)?)
    }

    /// The branch from a bottom accumulator up, which may not be there yet, and its witnesses.
    pub(crate) fn branch(
        &self,
        group: &Group,
        bottom: u64,
    ) -> Result<(Branch, [BigNum; 2]), PoisError> {
        let middle = bottom / FAN_OUT;
        let beside = over(group, &self.bottoms, children(middle), Some(bottom))?;
        let above = over(group, &self.middles, .., Some(middle))?;
        let or_g = |accumulator: Option<&Accumulator>| match accumulator {
            Some(accumulator) => value(&accumulator.value),
            None => value(&*group.generator()?),
        };
        let branch = Branch {
            values: [
                or_g(self.bottoms.get(&bottom))?,
                or_g(self.middles.get(&middle))?,
                value(&self.top)?,
            ],
            witnesses: [value(&beside)?, value(&above)?],
        };
        Ok((branch, [beside, above]))
    }

    /// The value of a bottom accumulator, `g` when it is not there.
    pub(crate) fn bottom(&self, group: &Group, bottom: u64) -> Result<BigNum, PoisError> {
        Ok(match self.bottoms.get(&bottom) {
            Some(accumulator) => accumulator.value.to_owned()?,
            None => group.generator()?,
        })
    }

    /// The live files under a bottom accumulator.
    pub(crate) fn files_of(&self, bottom: u64) -> std::ops::Range<u64> {
        let first = (bottom * FAN_OUT).max(self.front) + 1;
        first..((bottom + 1) * FAN_OUT).min(self.rear) + 1
    }

    /// Memberships of live files that share a bottom accumulator.
    pub(crate) fn members(
        &self,
        group: &Group,
        store: &impl Store,
        book: &mut Book,
        range: Range,
    ) -> Result<Vec<Membership>, PoisError> {
        let bottom = bottom_of(range.left);
        let (branch, _) = self.branch(group, bottom)?;
        let (mut inside, mut outside) = (Vec::new(), Vec::new());
        for file in self.files_of(bottom) {
            let prime = book.prime(store, file)?;
            if (range.left..range.right).contains(&file) {
                inside.push(prime);
            } else {
                outside.push(prime);
            }
        }
        let base = group.power(&*group.generator()?, outside.iter().map(|prime| &**prime))?;
        let inside: Vec<&BigNumRef> = inside.iter().map(|prime| &**prime).collect();
        let witnesses = group.powers_without_each(&base, &inside)?;
        let member = |(file, witness): (u64, BigNum)| {
            Ok(Membership {
                element: book.element(store, file)?,
                witness: value(&witness)?,
                branch: branch.clone(),
            })
        };
        (range.left..range.right)
            .zip(witnesses)
            .map(member)
            .collect()
    }
}

/// The numbers of a middle accumulator's bottom ones.
fn children(middle: u64) -> std::ops::Range<u64> {
    middle * FAN_OUT..(middle + 1) * FAN_OUT
}

/// The accumulator over these, all or without one.
fn over(
    group: &Group,
    members: &BTreeMap<u64, Accumulator>,
    which: impl RangeBounds<u64>,
    left_out: Option<u64>,
) -> Result<BigNum, ErrorStack> {
    let members = members
        .range(which)
        .filter(|(number, _)| Some(**number) != left_out);
    let primes = members.map(|(_, member)| &*member.prime);
    group.power(&*group.generator()?, primes)
}
