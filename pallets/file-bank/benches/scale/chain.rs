//! A chain's state: a trie in memory, behind the caches of a node or without them.

use sp_core::H256;
use sp_externalities::{set_and_run_with_externalities, Extensions};
use sp_runtime::{traits::BlakeTwo256, StateVersion, Storage};
use sp_state_machine::{
    Backend, Ext, InMemoryBackend, IterArgs, OverlayedChanges, TrieBackend, TrieBackendBuilder,
};
use sp_trie::{
    cache::{CacheSize, LocalTrieCache, SharedTrieCache},
    PrefixedMemoryDB,
};
use std::hint::black_box;

/// What a node gives its cache unless it is told otherwise.
const CACHE: usize = 1 << 30;

/// Why reading a state in memory can't fail.
const READABLE: &str = "a state in memory is whole";

type State<'a> =
    TrieBackend<&'a PrefixedMemoryDB<BlakeTwo256>, BlakeTwo256, LocalTrieCache<BlakeTwo256>>;

pub(crate) struct Chain {
    nodes: PrefixedMemoryDB<BlakeTwo256>,
    root: H256,
    cache: Option<SharedTrieCache<BlakeTwo256>>,
}

impl Chain {
    pub(crate) fn new(genesis: Storage, is_cached: bool) -> Self {
        let state = InMemoryBackend::from((genesis, StateVersion::V1));
        Self {
            root: *state.root(),
            nodes: state.into_storage(),
            cache: is_cached.then(|| SharedTrieCache::new(CacheSize::new(CACHE), None)),
        }
    }

    /// Executes a block and keeps what it changed.
    pub(crate) fn block(&mut self, act: impl FnOnce()) {
        let mut overlay = OverlayedChanges::default();
        let state = self.state();
        run(&mut overlay, &state, act);
        let changes = overlay
            .drain_storage_changes(&state, StateVersion::V1)
            .expect(READABLE);
        drop(state);
        self.nodes.consolidate(changes.transaction);
        self.root = changes.transaction_storage_root;
    }

    /// Executes a block and forgets what it changed.
    pub(crate) fn try_block(&self, act: impl FnOnce()) {
        run(&mut OverlayedChanges::default(), &self.state(), act);
    }

    /// Brings the whole state into the cache, as a node does that is told to (`--warm-up-trie-cache`).
    pub(crate) fn warm_up(&mut self) {
        let state = self.state();
        for key in state.keys(IterArgs::default()).expect(READABLE) {
            let value = state.storage(&key.expect(READABLE));
            black_box(value.expect(READABLE));
        }
    }

    /// The state, with a cache of its own before the shared one, which takes it over in the end.
    fn state(&self) -> State<'_> {
        // Authoring and importing trust what they execute: their cache keeps all that it touches.
        let cache = self.cache.as_ref();
        TrieBackendBuilder::new(&self.nodes, self.root)
            .with_optional_cache(cache.map(SharedTrieCache::local_cache_trusted))
            .build()
    }
}

fn run(overlay: &mut OverlayedChanges<BlakeTwo256>, state: &State<'_>, act: impl FnOnce()) {
    let mut extensions = Extensions::new();
    let mut ext = Ext::new(overlay, state, Some(&mut extensions));
    set_and_run_with_externalities(&mut ext, act);
}
