//! The runtime with benchmarks, and the state that it runs on.

use anyhow::{anyhow, Context};
use codec::{Decode, Encode};
use frame_benchmarking::{
    benchmarking, BenchmarkBatch, BenchmarkConfig, BenchmarkList, BenchmarkResult,
};
use frame_support::traits::StorageInfo;
use sc_chain_spec::GenesisConfigBuilderRuntimeCaller;
use sc_client_db::BenchmarkingState;
use sc_executor::WasmExecutor;
use sp_core::traits::{CallContext, RuntimeCode, WrappedRuntimeCode};
use sp_externalities::Extensions;
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_runtime::traits::BlakeTwo256;
use sp_state_machine::{OverlayedChanges, StateMachine};

type State = BenchmarkingState<BlakeTwo256>;
/// Those of a node, and those that benchmarks use to take times and to begin anew.
type HostFunctions = (sp_io::SubstrateHostFunctions, benchmarking::HostFunctions);

/// What is taken down while a benchmark runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Record {
    /// How long it takes.
    Time,
    /// What it reads and writes; this takes time of its own.
    Accesses,
}

/// A chain at its genesis.
pub(crate) struct Chain {
    wasm: Vec<u8>,
    hash: Vec<u8>,
    executor: WasmExecutor<HostFunctions>,
    timed: State,
    tracked: State,
}

impl Chain {
    /// The chain that this runtime begins with this preset.
    pub(crate) fn new(wasm: Vec<u8>, preset: &str) -> anyhow::Result<Self> {
        let genesis = GenesisConfigBuilderRuntimeCaller::<benchmarking::HostFunctions>::new(&wasm)
            .get_storage_for_named_preset(Some(&preset.to_owned()))
            .map_err(|error| anyhow!("the genesis state of preset {preset}: {error}"))?;
        // Proofs are recorded in both: a node that makes a block for somebody's proof does so.
        let state = |tracks| State::new(genesis.clone(), None, true, tracks);
        Ok(Self {
            hash: sp_io::hashing::blake2_256(&wasm).to_vec(),
            wasm,
            executor: WasmExecutor::builder().build(),
            timed: state(false).map_err(|error| anyhow!("the state: {error}"))?,
            tracked: state(true).map_err(|error| anyhow!("the state: {error}"))?,
        })
    }

    /// The benchmarks of each pallet, and all storage of the runtime.
    pub(crate) fn benchmarks(&self) -> anyhow::Result<(Vec<BenchmarkList>, Vec<StorageInfo>)> {
        self.call(&self.timed, "Benchmark_benchmark_metadata", &false)
    }

    /// Runs one benchmark with given values, as often as asked for.
    pub(crate) fn run(
        &self,
        record: Record,
        config: &BenchmarkConfig,
    ) -> anyhow::Result<Vec<BenchmarkResult>> {
        let state = match record {
            Record::Time => &self.timed,
            Record::Accesses => &self.tracked,
        };
        let batches: Result<Vec<BenchmarkBatch>, String> =
            self.call(state, "Benchmark_dispatch_benchmark", config)?;
        let batches = batches.map_err(|error| anyhow!("the benchmark failed: {error}"))?;
        let batch = batches.into_iter().next();
        batch
            .map(|batch| batch.results)
            .context("the benchmark has no result")
    }

    fn call<R: Decode>(
        &self,
        state: &State,
        method: &str,
        argument: &impl Encode,
    ) -> anyhow::Result<R> {
        let mut changes = OverlayedChanges::default();
        let mut extensions = Extensions::default();
        extensions.register(KeystoreExt::new(MemoryKeystore::new()));
        let code = RuntimeCode {
            code_fetcher: &WrappedRuntimeCode(self.wasm.as_slice().into()),
            heap_pages: None,
            hash: self.hash.clone(),
        };
        let answer = StateMachine::new(
            state,
            &mut changes,
            &self.executor,
            method,
            &argument.encode(),
            &mut extensions,
            &code,
            CallContext::Offchain,
        )
        .execute()
        .map_err(|error| anyhow!("{method}: {error}"))?;
        R::decode(&mut &answer[..]).with_context(|| format!("the answer of {method}"))
    }
}
