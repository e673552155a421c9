//! What is known of the files: roots, primes and bottom accumulators, kept so that they are computed
//! once. A page for each bottom accumulator; any of them may be lost.

use crate::{
    accumulator::{bottom_of, element},
    graph::Place,
    group::value,
    layer,
    merkle::Node,
    prime::{hash_to_prime, Prime},
    Group, Label, Params, PoisError, Record, SpaceProofInfo, Store, Value, FAN_OUT,
};
use cess_primitives::AccountId;
use codec::{Decode, Encode};
use openssl::bn::{BigNum, BigNumContext};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

/// The book of one miner.
pub(crate) struct Book {
    params: Params,
    miner: AccountId,
    /// Tells pages of another miner, key or network apart.
    owner: Node,
    pages: BTreeMap<u64, Page>,
    changed: BTreeSet<u64>,
}

#[derive(Default, Encode, Decode)]
struct Page {
    files: BTreeMap<u64, Entry>,
    /// The value of the bottom accumulator over the files from the first number to the last.
    bottom: Option<(u64, u64, Value)>,
}

#[derive(Encode, Decode)]
struct Entry {
    root: Node,
    /// Where the file's prime was found.
    offset: Option<u32>,
}

impl Book {
    pub(crate) fn new(params: Params, info: &SpaceProofInfo) -> Self {
        let sizes = (params.layers(), params.labels(), params.degree());
        let owner = Sha256::digest((&info.miner, &info.pois_key, sizes).encode());
        Self {
            params,
            miner: info.miner.clone(),
            owner: owner.into(),
            pages: BTreeMap::new(),
            changed: BTreeSet::new(),
        }
    }

    /// The root of a file.
    pub(crate) fn root(&mut self, store: &impl Store, file: u64) -> Result<Node, PoisError> {
        Ok(self.entry(store, file)?.root)
    }

    /// Notes the root of a new file, whatever was known of one with its number.
    pub(crate) fn learn(
        &mut self,
        store: &impl Store,
        file: u64,
        root: Node,
    ) -> Result<(), PoisError> {
        let bottom = bottom_of(file);
        let page = self.page(store, bottom)?;
        if page.files.get(&file).is_none_or(|entry| entry.root != root) {
            page.files.insert(file, Entry { root, offset: None });
            self.changed.insert(bottom);
        }
        Ok(())
    }

    /// The element of a file.
    pub(crate) fn element(&mut self, store: &impl Store, file: u64) -> Result<Label, PoisError> {
        let root = self.root(store, file)?;
        Ok(element(&self.miner, file, &root))
    }

    /// The prime of a file.
    pub(crate) fn prime(&mut self, store: &impl Store, file: u64) -> Result<BigNum, PoisError> {
        let element = self.element(store, file)?;
        let entry = self.entry(store, file)?;
        if let Some(offset) = entry.offset {
            return Ok(Prime::known(&element, offset)?.value);
        }
        let prime = hash_to_prime(&element, &mut BigNumContext::new()?)?;
        entry.offset = Some(prime.offset);
        self.changed.insert(bottom_of(file));
        Ok(prime.value)
    }

    /// The value of a bottom accumulator over these files, which are all under it.
    pub(crate) fn bottom(
        &mut self,
        group: &Group,
        store: &impl Store,
        files: Range<u64>,
    ) -> Result<BigNum, PoisError> {
        let bottom = bottom_of(files.start);
        let known = self.page(store, bottom)?.bottom;
        if let Some((first, last, value)) = known {
            if (first, last + 1) == (files.start, files.end) {
                return Ok(BigNum::from_slice(&value)?);
            }
        }
        let primes = files.clone().map(|file| self.prime(store, file));
        let primes = primes.collect::<Result<Vec<_>, _>>()?;
        let power = group.power(&*group.generator()?, primes.iter().map(|prime| &**prime))?;
        self.page(store, bottom)?.bottom = Some((files.start, files.end - 1, value(&power)?));
        self.changed.insert(bottom);
        Ok(power)
    }

    /// Forgets everything, here and in the store.
    pub(crate) fn forget(&mut self, store: &impl Store) -> Result<(), PoisError> {
        self.pages.clear();
        self.changed.clear();
        for record in store.list().map_err(PoisError::listing)? {
            if matches!(record, Record::Bottom(_)) {
                store.remove(record).map_err(PoisError::store(record))?;
            }
        }
        Ok(())
    }

    /// Forgets what is before the bottom accumulator of this file, here only.
    pub(crate) fn forget_before(&mut self, file: u64) {
        let first = bottom_of(file);
        self.pages.retain(|bottom, _| *bottom >= first);
        self.changed.retain(|bottom| *bottom >= first);
    }

    /// Keeps what was learnt since.
    pub(crate) fn save(&mut self, store: &impl Store) -> Result<(), PoisError> {
        while let Some(bottom) = self.changed.pop_first() {
            if let Some(page) = self.pages.get(&bottom) {
                let record = Record::Bottom(bottom);
                let bytes = (self.owner, page).encode();
                let check: Node = Sha256::digest(&bytes).into();
                store
                    .write(record, &[&check, &bytes])
                    .map_err(PoisError::store(record))?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, store: &impl Store, file: u64) -> Result<&mut Entry, PoisError> {
        let place = Place::of_file(&self.params, file);
        let bottom = bottom_of(file);
        if !self.page(store, bottom)?.files.contains_key(&file) {
            let root = layer::root(store, &self.params, place)?;
            self.learn(store, file, root)?;
        }
        let entry = self.page(store, bottom)?.files.get_mut(&file);
        entry.ok_or(PoisError::Missing(place.record()))
    }

    fn page(&mut self, store: &impl Store, bottom: u64) -> Result<&mut Page, PoisError> {
        if !self.pages.contains_key(&bottom) {
            let record = Record::Bottom(bottom);
            let bytes = store.read(record).map_err(PoisError::store(record))?;
            let page = bytes.and_then(|bytes| self.decode(&bytes, bottom));
            self.pages.insert(bottom, page.unwrap_or_default());
        }
        Ok(self.pages.entry(bottom).or_default())
    }

    /// A page of this owner that is as it was written; else it is made again.
    fn decode(&self, bytes: &[u8], bottom: u64) -> Option<Page> {
        let (check, content) = bytes.split_first_chunk::<32>()?;
        if Sha256::digest(content)[..] != check[..] {
            return None;
        }
        let (owner, page) = <(Node, Page)>::decode(&mut &content[..]).ok()?;
        let own = bottom * FAN_OUT + 1..(bottom + 1) * FAN_OUT + 1;
        let fits = owner == self.owner && page.files.keys().all(|file| own.contains(file));
        fits.then_some(page)
    }
}
