//! Every network that the runtime knows by name starts as it says.

use crate::chain;
use cess_primitives::{traits::Treasury, AccountId, Preset, ProtocolParams, TCESS};
use cess_runtime::{
    config::treasury_account,
    genesis::{preset, preset_names, Network, ENDOWMENT},
    *,
};
use frame_support::traits::Get;
use sp_consensus_babe::runtime_decl_for_babe_api::BabeApiV2;
use sp_core::{sr25519, Pair};
use sp_keyring::Sr25519Keyring::{Alice, BobStash};

fn account(seed: &str) -> AccountId {
    sr25519::Pair::from_string(seed, None)
        .unwrap()
        .public()
        .into()
}

#[test]
fn all_presets_build_and_keep_their_promises() {
    for name in preset_names() {
        assert!(preset(&name).is_some(), "{name}");
        chain::new(&name).execute_with(chain::check_invariants);
    }
}

#[test]
fn names_say_preset_and_number_of_validators() {
    let network = Network::parse("reference-2").unwrap();
    assert_eq!(network.params(), ProtocolParams::reference());
    assert_eq!(
        (network.validators(), network.name()),
        (2, "reference-2".into())
    );
    assert_eq!(Network::parse("development"), Network::parse("fast-1"));
    assert_eq!(Network::parse("local_testnet"), Network::parse("fast-3"));
    for name in ["", "fast-0", "fast-7", "fast-", "slow", "fast-1-1"] {
        assert_eq!(Network::parse(name), None, "{name}");
    }
}

#[test]
fn well_known_accounts_are_endowed_and_treasuries_exist() {
    chain::new("fast").execute_with(|| {
        for seed in [
            "//Alice",
            "//Ferdie//stash",
            "//Miner//1",
            "//Miner//64",
            "//Tee//8",
            "//Gateway//8",
        ] {
            assert_eq!(Balances::free_balance(account(seed)), ENDOWMENT, "{seed}");
        }
        assert_eq!(Balances::free_balance(account("//Miner//65")), 0);
        for account in [
            treasury_account(),
            CessTreasury::rents(),
            CessTreasury::punishments(),
        ] {
            assert_eq!(Balances::free_balance(account), TCESS);
        }
        assert_eq!(
            pallet_sudo::Key::<Runtime>::get(),
            Some(Alice.to_account_id())
        );
    });
}

#[test]
fn the_first_users_validate_with_their_own_keys() {
    chain::new("fast-2").execute_with(|| {
        assert_eq!(
            Session::validators(),
            [account("//Alice//stash"), BobStash.to_account_id()]
        );
        let keys: Vec<_> = Babe::authorities()
            .into_iter()
            .map(|(key, _)| key)
            .collect();
        assert_eq!(keys[0], Alice.public().into());
        assert_eq!(Grandpa::grandpa_authorities().len(), 2);
    });
}

#[test]
fn consensus_runs_at_the_pace_of_the_preset() {
    for (name, slot_ms, epoch_slots) in [("fast-1", 1000, 30), ("reference-1", 6000, 600)] {
        chain::new(name).execute_with(|| {
            let babe = <Runtime as BabeApiV2<Block>>::configuration();
            assert_eq!(
                (babe.slot_duration, babe.epoch_length),
                (slot_ms, epoch_slots)
            );
            assert_eq!(Babe::slot_duration(), slot_ms);
            let minimum = <Runtime as pallet_timestamp::Config>::MinimumPeriod::get();
            assert_eq!(minimum, slot_ms / 2);
        });
    }
}

#[test]
fn the_storage_protocol_starts_with_its_own_quantities() {
    for (name, preset) in [("fast", Preset::Fast), ("reference", Preset::Reference)] {
        chain::new(name).execute_with(|| {
            let params = pallet_protocol::Params::<Runtime>::get();
            assert_eq!(params, ProtocolParams::of(preset));
            let (k, n, d) = pallet_sminer::Expenders::<Runtime>::get().unwrap();
            let degree = u64::from(params.idle_degree);
            assert_eq!((k, n, d), (8, params.idle_file_size / 64, degree));
            assert_eq!(
                pallet_storage_handler::UnitPrice::<Runtime>::get(),
                Some(30 * TCESS)
            );
            assert!(pallet_tee_worker::NoneAttestationEnabled::<Runtime>::get());
            let holder: [u8; 32] = account("//Tee//1").into();
            let status = pallet_tee_worker::MasterKeyStatus::<Runtime>::get();
            assert_eq!(
                status,
                cess_primitives::tee::LaunchStatus::Launching(holder)
            );
        });
    }
}
