//! Lists that stay encoded: the published layout keeps all files of a user, and all owners of a
//! file, in one value each. Whoever changes one entry need not decode the others.

use alloc::vec::Vec;
use cess_primitives::file::{UserBrief, UserFileSliceInfo};
use codec::{Compact, Decode, Encode};
use core::marker::PhantomData;

/// The two parts by which an entry is told from the others, as they are encoded.
pub(crate) type Marks<'a> = (&'a [u8], &'a [u8]);

/// An entry that can be told from others without being decoded.
pub(crate) trait Entry: Encode {
    /// The marks of the first entry, and what follows it.
    fn skim(bytes: &[u8]) -> Option<(Marks<'_>, &[u8])>;
}

/// Marked by its user and its territory.
impl Entry for UserBrief {
    fn skim(bytes: &[u8]) -> Option<(Marks<'_>, &[u8])> {
        let (user, rest) = bytes.split_at_checked(32)?;
        let (_file_name, rest) = text(rest)?;
        let (territory, rest) = text(rest)?;
        Some(((user, territory), rest))
    }
}

/// Marked by its territory and its file.
impl Entry for UserFileSliceInfo {
    fn skim(bytes: &[u8]) -> Option<(Marks<'_>, &[u8])> {
        let (territory, rest) = text(bytes)?;
        let (fid, rest) = rest.split_at_checked(64)?;
        let (_file_size, rest) = rest.split_at_checked(16)?;
        Some(((territory, fid), rest))
    }
}

/// A string of bytes behind its length.
fn text(mut bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let Compact(length) = Compact::<u32>::decode(&mut bytes).ok()?;
    bytes.split_at_checked(length as usize)
}

/// A vector of entries in encoded form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Packed<E> {
    count: u32,
    entries: Vec<u8>,
    entry: PhantomData<E>,
}

impl<E: Entry> Packed<E> {
    /// Takes an encoded vector, and nothing else, as it is.
    pub(crate) fn unpack(bytes: &[u8]) -> Option<Self> {
        Self::unpack_from(bytes.to_vec())
    }

    /// As [`unpack`](Self::unpack), without another copy: the runtime's memory has room for a few
    /// of the longest lists only.
    pub(crate) fn unpack_from(mut bytes: Vec<u8>) -> Option<Self> {
        let mut rest = &bytes[..];
        let Compact(count) = Compact::<u32>::decode(&mut rest).ok()?;
        let header = bytes.len().checked_sub(rest.len())?;
        bytes.drain(..header);
        Some(Self {
            count,
            entries: bytes,
            entry: PhantomData,
        })
    }

    /// A vector of one entry.
    pub(crate) fn of(entry: &E) -> Self {
        Self {
            count: 1,
            entries: entry.encode(),
            entry: PhantomData,
        }
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> u32 {
        self.count
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The size of all entries, bytes.
    pub(crate) fn size(&self) -> usize {
        self.entries.len()
    }

    /// Adds an entry at the end; whoever calls it minds the limit.
    pub(crate) fn push(&mut self, entry: &E) {
        let bytes = entry.encode();
        // Not half as much again, as a vector grows by itself: there may be no room for that.
        self.entries.reserve_exact(bytes.len());
        self.entries.extend_from_slice(&bytes);
        self.count = self.count.saturating_add(1);
    }

    /// Keeps the entries whose marks are wanted, in their order. On `None`, bytes that are no
    /// entries, nothing has changed.
    pub(crate) fn retain(&mut self, wanted: impl Fn(Marks<'_>) -> bool) -> Option<()> {
        // What is kept is moved in runs, as it mostly is all but one entry.
        let mut runs = Vec::new();
        let (mut begin, mut at, mut count) = (0, 0, self.count);
        while at < self.entries.len() {
            let rest = self.entries.get(at..)?;
            let (marks, behind) = E::skim(rest)?;
            let next = self.entries.len().checked_sub(behind.len())?;
            if !wanted(marks) {
                runs.push(begin..at);
                begin = next;
                count = count.checked_sub(1)?;
            }
            at = next;
        }
        runs.push(begin..at);
        let mut kept = 0;
        for run in runs {
            let length = run.len();
            self.entries.copy_within(run, kept);
            kept += length;
        }
        self.entries.truncate(kept);
        self.count = count;
        Some(())
    }

    /// Appends the encoded vector.
    pub(crate) fn pack_to(&self, bytes: &mut Vec<u8>) {
        Compact(self.count).encode_to(bytes);
        bytes.extend_from_slice(&self.entries);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cess_primitives::{AccountId, BVec, Hash};

    fn slice(n: u8) -> UserFileSliceInfo {
        UserFileSliceInfo {
            // Lengths on both sides of where the length of the length changes.
            territory_name: BVec::truncate_from(vec![n; usize::from(n % 64)]),
            file_hash: Hash([n; 64]),
            file_size: u128::from(n),
        }
    }

    fn brief(n: u8) -> UserBrief {
        UserBrief {
            user: AccountId::new([n % 3; 32]),
            file_name: BVec::truncate_from(vec![n; usize::from(n % 64)]),
            territory_name: BVec::truncate_from(vec![n % 5; 1 + usize::from(n % 5)]),
        }
    }

    fn packed<E: Entry>(list: &[E]) -> Packed<E> {
        Packed::unpack(&list.encode()).expect("a vector")
    }

    fn bytes<E: Entry>(list: &Packed<E>) -> Vec<u8> {
        let mut bytes = Vec::new();
        list.pack_to(&mut bytes);
        bytes
    }

    #[test]
    fn a_list_comes_out_as_it_went_in() {
        for count in [0, 1, 63, 64, 200] {
            let list: Vec<_> = (0..count).map(slice).collect();
            assert_eq!(bytes(&packed(&list)), list.encode());
            assert_eq!(packed(&list).len(), u32::from(count));
        }
    }

    #[test]
    fn entries_go_and_come_as_in_a_plain_vector() {
        for drop in [0, 1, 2, 7, 199, 250] {
            let mut plain: Vec<_> = (0..200).map(brief).collect();
            let mut list = packed(&plain);
            let gone = |n: u8| n % 7 == drop % 7 || n == drop;
            let marked = |user: &[u8], territory: &[u8]| {
                (0..200).any(|n| {
                    let brief = brief(n);
                    gone(n)
                        && AsRef::<[u8]>::as_ref(&brief.user) == user
                        && &brief.territory_name[..] == territory
                })
            };
            let kept = |b: &UserBrief| !marked(b.user.as_ref(), &b.territory_name);
            assert_eq!(list.retain(|(user, name)| !marked(user, name)), Some(()));
            plain.retain(kept);
            list.push(&brief(9));
            plain.push(brief(9));
            assert_eq!(bytes(&list), plain.encode());
            assert_eq!(list.len(), plain.len() as u32);
        }
    }

    #[test]
    fn slices_are_told_by_territory_and_file() {
        let mut list = packed(&(0..200).map(slice).collect::<Vec<_>>());
        let fid = [77; 64];
        list.retain(|(territory, file)| territory.len() != 5 && file != fid)
            .expect("slices");
        let left: Vec<_> = (0..200).filter(|n| n % 64 != 5 && *n != 77).collect();
        assert_eq!(
            bytes(&list),
            left.into_iter().map(slice).collect::<Vec<_>>().encode()
        );
    }

    #[test]
    fn bytes_that_are_no_entries_change_nothing() {
        let mut encoded = vec![slice(1), slice(2)].encode();
        encoded.truncate(encoded.len() - 1);
        let mut list = Packed::<UserFileSliceInfo>::unpack(&encoded).expect("a length");
        let before = list.clone();
        assert_eq!(list.retain(|_| false), None);
        assert_eq!(list, before);
        assert_eq!(Packed::<UserFileSliceInfo>::unpack(&[]), None);
    }
}
