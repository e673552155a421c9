//! A worker's entry on the chain, and the attestation that goes with it.

use crate::{
    attestation::{self, Attestation},
    config::{Config, VERSION},
    identity::Identity,
};
use cess_chain::{calls::tee_worker as calls, Chain, ChainError};
use cess_primitives::tee::{
    attestation::Measurement, AttestationProvider, WorkerInfo, WorkerKey, WorkerRegistrationInfo,
    WorkerRole,
};

/// What the chain demands of workers that register now.
#[derive(Clone, Debug)]
struct Rules {
    /// A worker may come without an attestation.
    none: bool,
    /// Simulated attestations are believed.
    simulated: bool,
    /// Only listed binaries are admitted.
    listed_only: bool,
    /// This binary is listed.
    listed: bool,
}

/// What a worker registers, and how it attests it.
pub struct Registration {
    chain: Chain,
    identity: Identity,
    info: WorkerRegistrationInfo,
    enclave: Measurement,
    attestation: Option<Attestation>,
}

impl Registration {
    /// The registration of a worker that serves at `endpoint` and runs in this enclave.
    pub fn new(
        chain: Chain,
        identity: Identity,
        config: &Config,
        enclave: Measurement,
        endpoint: String,
    ) -> Result<Self, ChainError> {
        let gives_verdicts = matches!(config.role, WorkerRole::Full | WorkerRole::Verifier);
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get() as u32);
        let stash = config.stash.clone();
        let info = WorkerRegistrationInfo {
            version: VERSION,
            machine_id: identity.key().to_vec(),
            pubkey: identity.key(),
            ecdh_pubkey: identity.ecdh_public(),
            // A marker must have none (spec off-chain 4.2).
            stash_account: gives_verdicts
                .then(|| stash.unwrap_or_else(|| identity.signer().account_id())),
            genesis_block_hash: chain.genesis_hash()?,
            features: vec![cores, 1],
            role: config.role,
            endpoint,
        };
        Ok(Self {
            chain,
            identity,
            info,
            enclave,
            attestation: config.attestation,
        })
    }

    /// The identity key.
    pub fn key(&self) -> WorkerKey {
        self.identity.key()
    }

    /// Registers, unless the chain's entry is as it should be. `Some` says why the chain would
    /// refuse, which is found out without paying for a call that fails.
    ///
    /// # Errors
    /// The chain refused for another reason, or did not answer.
    pub async fn ensure(&self) -> Result<Option<String>, ChainError> {
        let known = self.chain.worker(&self.key()).await?;
        let rules = self.rules().await?;
        let simulated = wants_quote(self.attestation, &rules);
        let by_root = known.as_ref().is_some_and(|known| self.is_vouched(known));
        if let Some(known) = &known {
            let attested = by_root || self.is_attested(known, simulated).await?;
            if self.is_current(known) && attested && !self.is_suspended(by_root).await? {
                return Ok(None);
            }
        }
        // Governance's word stands for an attestation, and would be replaced by one.
        if !by_root {
            if let Some(why) = obstacle(&rules, simulated, &self.enclave) {
                return Ok(Some(why));
            }
        }
        let report =
            (simulated && !by_root).then(|| attestation::report(&self.info, &self.enclave));
        tracing::info!(
            role = ?self.info.role,
            endpoint = self.info.endpoint,
            binary = ?self.enclave.hash(),
            attested = report.is_some(),
            "registering"
        );
        let call = calls::register_worker(&self.info, &report);
        self.chain.submit(self.identity.signer(), call).await?;
        Ok(None)
    }

    async fn rules(&self) -> Result<Rules, ChainError> {
        let binary = self.enclave.hash();
        Ok(Rules {
            none: self.chain.none_attestation_enabled().await?,
            simulated: self.chain.simulated_attestation_enabled().await?,
            listed_only: self.chain.ceseal_verify_required().await?,
            listed: self.chain.ceseal_allow_list().await?.contains(&binary),
        })
    }

    fn is_current(&self, worker: &WorkerInfo) -> bool {
        let info = &self.info;
        worker.endpoint == info.endpoint
            && worker.role == info.role
            && worker.ecdh_pubkey == info.ecdh_pubkey
            && worker.stash_account == info.stash_account
            && worker.version == info.version
    }

    /// Whether the worker was taken off the list of those that verdicts are asked of, as it is after
    /// several that did not come in time. One that only judges is given no other work by which it
    /// could return.
    async fn is_suspended(&self, by_root: bool) -> Result<bool, ChainError> {
        let judges = matches!(self.info.role, WorkerRole::Full | WorkerRole::Verifier);
        if by_root || !judges {
            return Ok(false);
        }
        let asked = self.chain.validation_type_list().await?;
        Ok(!asked.contains(&self.key()))
    }

    /// Whether governance registered the worker, which is still what it was then.
    fn is_vouched(&self, worker: &WorkerInfo) -> bool {
        worker.attestation_provider == Some(AttestationProvider::Root)
            && worker.role == self.info.role
            && worker.ecdh_pubkey == self.info.ecdh_pubkey
            && worker.stash_account == self.info.stash_account
    }

    /// Whether the entry says of the binary what a new one would say.
    async fn is_attested(&self, worker: &WorkerInfo, simulated: bool) -> Result<bool, ChainError> {
        if worker.attestation_provider.is_none() {
            return Ok(!simulated);
        }
        Ok(self.chain.measurement(&self.key()).await? == Some(self.enclave.hash()))
    }
}

fn wants_quote(wish: Option<Attestation>, rules: &Rules) -> bool {
    match wish {
        Some(attestation) => attestation == Attestation::Simulated,
        None => rules.simulated,
    }
}

/// Why the chain would refuse the registration, and what helps.
fn obstacle(rules: &Rules, simulated: bool, enclave: &Measurement) -> Option<String> {
    let binary = enclave.hash();
    if simulated && !rules.simulated {
        return Some(
            "the chain does not believe simulated attestations: root may turn them on with \
             TeeWorker.set_simulated_attestation_enabled(true)"
                .into(),
        );
    }
    if !simulated && !rules.none {
        return Some(
            "the chain admits no worker without an attestation: start it with --attestation simulated, or let \
             root call TeeWorker.set_none_attestation_enabled(true)"
                .into(),
        );
    }
    if rules.listed_only && !simulated {
        return Some(
            "the chain admits listed binaries only, and this worker does not attest which one it is: start it \
             with --attestation simulated"
                .into(),
        );
    }
    if rules.listed_only && !rules.listed {
        return Some(format!(
            "the chain admits listed binaries only, and this one is not listed: root may list it with \
             TeeWorker.add_ceseal({binary:?})"
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: Rules = Rules {
        none: true,
        simulated: true,
        listed_only: false,
        listed: false,
    };

    fn refusal(rules: Rules, wish: Option<Attestation>) -> Option<String> {
        let simulated = wants_quote(wish, &rules);
        obstacle(&rules, simulated, &attestation::measurement([7; 32]))
    }

    #[test]
    fn a_worker_attests_where_that_is_believed_unless_it_is_told_not_to() {
        assert!(wants_quote(None, &OPEN));
        assert!(!wants_quote(Some(Attestation::None), &OPEN));
        let doubtful = Rules {
            simulated: false,
            ..OPEN
        };
        assert!(!wants_quote(None, &doubtful));
        assert_eq!(refusal(doubtful.clone(), None), None);
        let why = refusal(doubtful, Some(Attestation::Simulated)).unwrap();
        assert!(why.contains("set_simulated_attestation_enabled"), "{why}");
    }

    #[test]
    fn an_unlisted_binary_is_told_its_name_and_how_to_be_listed() {
        let strict = Rules {
            listed_only: true,
            ..OPEN
        };
        let why = refusal(strict.clone(), None).unwrap();
        let name = format!("{:?}", attestation::measurement([7; 32]).hash());
        assert!(why.contains(&format!("add_ceseal({name})")), "{why}");
        let why = refusal(strict.clone(), Some(Attestation::None)).unwrap();
        assert!(why.contains("--attestation simulated"), "{why}");
        let listed = Rules {
            listed: true,
            ..strict
        };
        assert_eq!(refusal(listed, None), None);
    }

    #[test]
    fn a_worker_that_must_attest_and_does_not_is_told_so() {
        let attested_only = Rules {
            none: false,
            ..OPEN
        };
        assert_eq!(refusal(attested_only.clone(), None), None);
        let why = refusal(attested_only, Some(Attestation::None)).unwrap();
        assert!(why.contains("--attestation simulated"), "{why}");
    }
}
