//! The networks that the runtime can start by itself.
//!
//! A network is a preset of quantities and a number of validators: `fast-1`, `reference-3`. All
//! keys come from well-known seeds, so that every run has the same accounts:
//!
//! | seeds | what for |
//! |---|---|
//! | `//Alice` … `//Ferdie` | users; validators' session keys, in this order; `//Alice` is root |
//! | `//Alice//stash` … `//Ferdie//stash` | what validators have bonded; they answer for TEE workers, too |
//! | `//Miner//1` … `//Miner//64` | storage miners |
//! | `//Tee//1` … `//Tee//8` | TEE workers; `//Tee//1` makes the first master key |
//! | `//Gateway//1` … `//Gateway//8` | gateways |
#![warn(missing_docs)]

use crate::{
    config::{treasury_account, EXISTENTIAL_DEPOSIT, MAX_CANDIDATES, MIN_ELECTABLE_STAKE},
    *,
};
use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use cess_primitives::{Preset, ProtocolParams, TCESS};
use frame_support::build_struct_json_patch;
use pallet_staking::{Forcing, StakerStatus};
use sp_core::{
    crypto::{DeriveJunction, Pair, DEV_PHRASE},
    ed25519, sr25519,
};
use sp_genesis_builder::PresetId;
use sp_runtime::Perbill;

/// The well-known users; the first `n` of them validate a network of `n`.
pub const USERS: [&str; 6] = ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie"];
/// Storage miners with an endowed account.
pub const MINERS: u64 = 64;
/// TEE workers with an endowed account.
pub const TEES: u64 = 8;
/// Gateways with an endowed account.
pub const GATEWAYS: u64 = 8;
/// What each well-known account starts with.
pub const ENDOWMENT: Balance = 100_000_000 * TCESS;
/// What a validator has bonded at genesis.
pub const BOND: Balance = MIN_ELECTABLE_STAKE;
/// The least that a candidate bonds itself: standing is not free, and a twentieth of it is what a
/// failed TEE worker costs its stash.
const MIN_VALIDATOR_BOND: Balance = 100_000 * TCESS;
/// Validators that the published network elects.
const REFERENCE_SEATS: u32 = 11;
/// Members of the council and of the technical committee.
const COUNCILLORS: usize = 3;
/// What a GiB costs for a day.
const PRICE: Balance = 30 * TCESS;
/// Validators of a network whose name gives no number.
const DEFAULT_VALIDATORS: usize = 3;

/// A network: which quantities, and how many validators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    preset: Preset,
    validators: usize,
}

impl Network {
    /// Reads `fast`, `reference-2` and the like; `development` is `fast-1` and `local_testnet` is
    /// `fast`. `None`: there is no such network.
    pub fn parse(name: &str) -> Option<Self> {
        let name = match name {
            sp_genesis_builder::DEV_RUNTIME_PRESET => "fast-1",
            sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET => "fast",
            name => name,
        };
        let (preset, validators) = match name.split_once('-') {
            Some((preset, count)) => (preset, count.parse().ok()?),
            None => (name, DEFAULT_VALIDATORS),
        };
        let preset = match preset {
            "fast" => Preset::Fast,
            "reference" => Preset::Reference,
            _ => return None,
        };
        (1..=USERS.len())
            .contains(&validators)
            .then_some(Self { preset, validators })
    }

    /// `fast-3`: the preset and the number of validators.
    pub fn name(&self) -> String {
        let preset = match self.preset {
            Preset::Fast => "fast",
            Preset::Reference => "reference",
        };
        format!("{preset}-{}", self.validators)
    }

    /// The quantities that it starts with.
    pub fn params(&self) -> ProtocolParams {
        ProtocolParams::of(self.preset)
    }

    /// How many validators it has.
    pub fn validators(&self) -> usize {
        self.validators
    }

    /// How many validators are elected for an era, when there are so many candidates.
    pub fn seats(&self) -> u32 {
        match self.preset {
            Preset::Fast => self.validators as u32,
            Preset::Reference => REFERENCE_SEATS,
        }
    }

    /// Its genesis, as a patch of the default one.
    pub fn genesis(&self) -> serde_json::Value {
        let seeds = Seeds::new();
        let params = self.params();
        let balances = seeds
            .endowed()
            .map(|account| (account, ENDOWMENT))
            // Without a first deposit, a small fee could not arrive.
            .chain([(treasury_account(), EXISTENTIAL_DEPOSIT)])
            .collect();
        let stashes: Vec<_> = USERS[..self.validators]
            .iter()
            .map(|user| seeds.stash(user))
            .collect();
        let keys = USERS
            .iter()
            .zip(&stashes)
            .map(|(user, stash)| (stash.clone(), stash.clone(), seeds.session_keys(user)))
            .collect();
        let stakers = stashes.iter().cloned();
        let stakers = stakers
            .map(|stash| (stash.clone(), stash, BOND, StakerStatus::Validator))
            .collect();
        // Whichever validator a worker is to work for.
        let workers = (1..=TEES).map(|n| seeds.account(&["Tee".to_string(), n.to_string()]));
        let sponsorships = workers
            .flat_map(|worker| {
                stashes
                    .iter()
                    .map(move |stash| (stash.clone(), worker.clone()))
            })
            .collect();
        let council: Vec<_> = USERS[..COUNCILLORS]
            .iter()
            .map(|user| seeds.account(&[user.to_string()]))
            .collect();
        build_struct_json_patch!(RuntimeGenesisConfig {
            protocol: pallet_protocol::GenesisConfig { params },
            babe: pallet_babe::GenesisConfig {
                epoch_config: BABE_GENESIS_EPOCH_CONFIG
            },
            balances: BalancesConfig { balances },
            staking: StakingConfig {
                validator_count: self.seats(),
                minimum_validator_count: 1,
                invulnerables: stashes,
                force_era: Forcing::NotForcing,
                slash_reward_fraction: Perbill::from_percent(10),
                stakers,
                min_validator_bond: MIN_VALIDATOR_BOND,
                max_validator_count: Some(MAX_CANDIDATES),
            },
            session: SessionConfig { keys },
            council: CouncilConfig {
                members: council.clone()
            },
            technical_committee: TechnicalCommitteeConfig { members: council },
            sudo: SudoConfig {
                key: Some(seeds.account(&["Alice".to_string()]))
            },
            tee_worker: pallet_tee_worker::GenesisConfig {
                master_key_holder: Some(seeds.account(&["Tee".to_string(), "1".to_string()])),
                none_attestation_enabled: true,
                simulated_attestation_enabled: true,
                sponsorships,
            },
            sminer: pallet_sminer::GenesisConfig {
                expenders: params.expenders(),
            },
            storage_handler: pallet_storage_handler::GenesisConfig { price: PRICE },
        })
    }
}

/// The genesis patch of a named network.
pub fn preset(id: &PresetId) -> Option<Vec<u8>> {
    Some(Network::parse(id)?.genesis().to_string().into_bytes())
}

/// The names of all networks; those of `n` validators are `fast-n` and `reference-n`.
pub fn preset_names() -> Vec<PresetId> {
    let mut names = vec![
        PresetId::from(sp_genesis_builder::DEV_RUNTIME_PRESET),
        PresetId::from(sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET),
    ];
    for preset in ["fast", "reference"] {
        names.push(preset.to_string());
        names.extend((1..=USERS.len()).map(|count| format!("{preset}-{count}")));
    }
    names
}

/// Keys below the phrase that everybody knows; the phrase is stretched only once.
struct Seeds {
    sr25519: sr25519::Pair,
    ed25519: ed25519::Pair,
}

impl Seeds {
    fn new() -> Self {
        const WELL_KNOWN: &str = "the development phrase is a valid one";
        Self {
            sr25519: sr25519::Pair::from_phrase(DEV_PHRASE, None)
                .expect(WELL_KNOWN)
                .0,
            ed25519: ed25519::Pair::from_phrase(DEV_PHRASE, None)
                .expect(WELL_KNOWN)
                .0,
        }
    }

    /// The account of `//a//b` for `[a, b]`.
    fn account(&self, path: &[String]) -> AccountId {
        derive(&self.sr25519, path).public().into()
    }

    /// The account with the money of a user's validator.
    fn stash(&self, user: &str) -> AccountId {
        self.account(&[user.to_string(), "stash".to_string()])
    }

    fn session_keys(&self, user: &str) -> SessionKeys {
        let path = [user.to_string()];
        let sr25519 = derive(&self.sr25519, &path).public();
        SessionKeys {
            grandpa: derive(&self.ed25519, &path).public().into(),
            babe: sr25519.into(),
            im_online: sr25519.into(),
            authority_discovery: sr25519.into(),
        }
    }

    fn endowed(&self) -> impl Iterator<Item = AccountId> + '_ {
        let users = USERS.iter().flat_map(|user| {
            [
                vec![user.to_string()],
                vec![user.to_string(), "stash".to_string()],
            ]
        });
        let roles = [("Miner", MINERS), ("Tee", TEES), ("Gateway", GATEWAYS)];
        let roles = roles.into_iter().flat_map(|(role, count)| {
            (1..=count).map(move |n| vec![role.to_string(), n.to_string()])
        });
        users.chain(roles).map(|path| self.account(&path))
    }
}

/// The key below `root` at the end of hard junctions.
fn derive<P: Pair>(root: &P, path: &[String]) -> P {
    let junctions = path.iter().map(|part| match part.parse::<u64>() {
        Ok(number) => DeriveJunction::hard(number),
        Err(_) => DeriveJunction::hard(part.as_str()),
    });
    root.derive(junctions, None)
        .unwrap_or_else(|_| unreachable!("hard junctions have a key"))
        .0
}
