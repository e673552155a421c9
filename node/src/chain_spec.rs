//! Chain specifications: by the name of a network, or from a file.

use cess_primitives::SS58_PREFIX;
use cess_runtime::{genesis::Network, WASM_BINARY};
use sc_service::{ChainType, GenericChainSpec, Properties};
use std::path::PathBuf;

/// The specification of a CESS network.
pub type ChainSpec = GenericChainSpec;

/// Reads the specification that `--chain` asks for.
///
/// `id` is the name of a network (see [`Network::parse`]; `dev` is `fast-1`, `local` or nothing is
/// `fast`) or the path of a file, plain or raw.
///
/// # Errors
/// What is wrong with the name or the file, for people.
pub fn load(id: &str) -> Result<ChainSpec, String> {
    let name = match id {
        "" | "local" => "local_testnet",
        "dev" => "development",
        id => id,
    };
    if let Some(network) = Network::parse(name) {
        return of_network(&network);
    }
    let path = PathBuf::from(id);
    if !path.exists() {
        return Err(format!(
            "there is neither a network nor a file called `{id}`; networks are fast-1 to fast-6 and \
             reference-1 to reference-6, the number being that of their validators"
        ));
    }
    ChainSpec::from_json_file(path)
}

/// The specification of a network with well-known keys.
fn of_network(network: &Network) -> Result<ChainSpec, String> {
    let code =
        WASM_BINARY.ok_or("the binary was built without a runtime; unset SKIP_WASM_BUILD")?;
    let name = network.name();
    let chain_type = match network.validators() {
        1 => ChainType::Development,
        _ => ChainType::Local,
    };
    Ok(ChainSpec::builder(code, None)
        .with_name(&format!("CESS {name}"))
        .with_id(&format!("cess-{name}"))
        .with_chain_type(chain_type)
        .with_protocol_id("cess")
        .with_properties(properties())
        // The same patch as the preset in the wasm runtime, without compiling that first.
        .with_genesis_config_patch(network.genesis())
        .build())
}

/// What wallets want to know.
fn properties() -> Properties {
    [
        ("tokenSymbol", "TCESS".into()),
        ("tokenDecimals", 18.into()),
        ("ss58Format", SS58_PREFIX.into()),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_string(), value))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sp_runtime::BuildStorage;

    #[test]
    fn every_network_has_a_genesis_that_the_wasm_runtime_builds() {
        for name in ["dev", "local", "fast-6", "reference-2"] {
            let spec = load(name).unwrap();
            let storage = spec.build_storage().unwrap();
            assert!(
                storage
                    .top
                    .contains_key(sp_core::storage::well_known_keys::CODE),
                "{name}"
            );
        }
    }

    #[test]
    fn a_raw_specification_can_be_read_back() {
        let json = load("fast-1").unwrap().as_json(true).unwrap();
        let spec = ChainSpec::from_json_bytes(json.into_bytes()).unwrap();
        assert_eq!(spec.id(), "cess-fast-1");
        assert_eq!(spec.properties()["tokenSymbol"], "TCESS");
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_names_that_exist() {
        let refusal = load("fast-7").err().unwrap();
        assert!(refusal.contains("fast-1 to fast-6"), "{refusal}");
    }
}
