//! The chain's interface is the published one.
//!
//! `published-interface.json` was decoded from the metadata that published clients are built
//! against. Every call, storage item, event, error and type in it must be in our metadata with the
//! same index, names and shapes; what we added has indices of its own behind them. Whether a storage
//! item has a default is from the published sources of the pallets: the table said nothing of it, and
//! clients with static bindings compare it, and the default's bytes.

use cess_runtime::Runtime;
use frame_metadata::{
    v14::{RuntimeMetadataV14, StorageEntryMetadata, StorageEntryModifier, StorageEntryType},
    RuntimeMetadata,
};
use scale_info::{form::PortableForm, Field, PortableRegistry, TypeDef, TypeDefPrimitive, Variant};
use serde_json::{json, Value};
use std::collections::BTreeMap;

/// Published pallets of ours that are not there: accounts of an EVM need an EVM.
const ABSENT: [&str; 1] = ["EvmAccountMapping"];

/// Pallets of ours that nobody published, behind all published indices.
const OURS: [(&str, u8); 2] = [("Protocol", 120), ("R2s", 121)];

/// Published constants that meant nothing and now say what is so: how often a verdict is asked of
/// another worker.
const TRUE_NOW: [(&str, &str); 2] = [("Audit", "ReassignCeiling"), ("FileBank", "UserFileLimit")];

/// Types of ours under another name: two published ones are called `CompleteInfo`.
const RENAMED: [(&str, &str); 1] = [("CompleteSnapshot", "CompleteInfo")];

fn published() -> Value {
    serde_json::from_str(include_str!("../published-interface.json")).unwrap()
}

fn ours() -> RuntimeMetadataV14 {
    // Some constants of the interface are quantities in storage.
    crate::chain::new("reference").execute_with(|| match Runtime::metadata().1 {
        RuntimeMetadata::V14(metadata) => metadata,
        _ => panic!("the runtime's default metadata has version 14"),
    })
}

/// Writes types as the published table does, and notes the named ones that it meets.
struct Writer<'a> {
    types: &'a PortableRegistry,
    met: BTreeMap<String, Value>,
}

impl Writer<'_> {
    fn name(&mut self, id: u32) -> String {
        let ty = self.types.resolve(id).unwrap().clone();
        match &ty.type_def {
            TypeDef::Primitive(primitive) => primitive_name(primitive).into(),
            TypeDef::Sequence(items) => format!("Vec<{}>", self.name(items.type_param.id)),
            TypeDef::Array(items) => format!("[{};{}]", self.name(items.type_param.id), items.len),
            TypeDef::Compact(inner) => format!("Compact<{}>", self.name(inner.type_param.id)),
            TypeDef::Tuple(parts) => {
                let parts: Vec<_> = parts.fields.iter().map(|part| self.name(part.id)).collect();
                format!("({})", parts.join(","))
            }
            TypeDef::BitSequence(_) => panic!("no published type is a bit sequence"),
            TypeDef::Composite(_) | TypeDef::Variant(_) => {
                let name = ty.path.ident().unwrap();
                match name.as_str() {
                    "Option" | "BoundedVec" => {
                        let inner = ty.type_params[0].ty.unwrap().id;
                        format!("{name}<{}>", self.name(inner))
                    }
                    "BTreeMap" => {
                        let parts = ty.type_params.iter().filter_map(|part| part.ty);
                        let parts: Vec<_> = parts.map(|part| self.name(part.id)).collect();
                        format!("{name}<{}>", parts.join(","))
                    }
                    "AccountId32" | "H256" | "PalletId" => name,
                    _ => {
                        let renamed = RENAMED.iter().find(|(ours, _)| *ours == name);
                        let name = renamed.map_or(name, |(_, published)| published.to_string());
                        self.describe(&name, id);
                        name
                    }
                }
            }
        }
    }

    /// Notes what a named type of ours is made of.
    fn describe(&mut self, name: &str, id: u32) {
        if self.met.contains_key(name) {
            return;
        }
        // A type that holds itself is met again before its shape is known.
        self.met.insert(name.into(), Value::Null);
        let shape = match self.types.resolve(id).unwrap().type_def.clone() {
            TypeDef::Composite(composite) => json!({ "fields": self.fields(&composite.fields) }),
            TypeDef::Variant(variants) => json!({ "variants": self.variants(&variants.variants) }),
            _ => unreachable!("only structs and enums have names"),
        };
        self.met.insert(name.into(), shape);
    }

    fn fields(&mut self, fields: &[Field<PortableForm>]) -> Value {
        let fields = fields.iter().map(|f| json!([f.name, self.name(f.ty.id)]));
        fields.collect()
    }

    fn variants(&mut self, variants: &[Variant<PortableForm>]) -> Value {
        let mut variants: Vec<_> = variants.iter().collect();
        variants.sort_by_key(|variant| variant.index);
        let variants = variants
            .into_iter()
            .map(|v| json!({ "index": v.index, "name": v.name, "fields": self.fields(&v.fields) }));
        variants.collect()
    }

    /// The variants of a pallet's calls, events or errors.
    fn all(&mut self, id: Option<u32>) -> Value {
        match id.map(|id| self.types.resolve(id).unwrap().type_def.clone()) {
            Some(TypeDef::Variant(variants)) => self.variants(&variants.variants),
            _ => json!([]),
        }
    }
}

fn primitive_name(primitive: &TypeDefPrimitive) -> &'static str {
    match primitive {
        TypeDefPrimitive::Bool => "bool",
        TypeDefPrimitive::Str => "str",
        TypeDefPrimitive::U8 => "u8",
        TypeDefPrimitive::U16 => "u16",
        TypeDefPrimitive::U32 => "u32",
        TypeDefPrimitive::U64 => "u64",
        TypeDefPrimitive::U128 => "u128",
        other => panic!("no published type has {other:?}"),
    }
}

/// Whether all of `wanted` is in `found`; differences go to `complaints`.
fn compare(what: &str, wanted: &Value, found: &Value, complaints: &mut Vec<String>) {
    for item in wanted.as_array().unwrap() {
        if !found.as_array().unwrap().contains(item) {
            let name = &item["name"];
            let same = found
                .as_array()
                .unwrap()
                .iter()
                .find(|ours| ours["name"] == *name);
            complaints.push(format!(
                "{what}: published {item}, ours {}",
                same.unwrap_or(&Value::Null)
            ));
        }
    }
}

#[test]
fn every_published_item_of_our_pallets_is_there() {
    let (published, metadata) = (published(), ours());
    let mut complaints = Vec::new();
    for (name, wanted) in published["pallets"].as_object().unwrap() {
        let Some(pallet) = metadata.pallets.iter().find(|pallet| pallet.name == *name) else {
            assert!(ABSENT.contains(&name.as_str()), "pallet {name} is missing");
            continue;
        };
        assert!(
            !ABSENT.contains(&name.as_str()),
            "{name} is there: take it off the list"
        );
        assert_eq!(json!(pallet.index), wanted["index"], "{name}");

        let mut writer = Writer {
            types: &metadata.types,
            met: BTreeMap::new(),
        };
        let calls = writer.all(pallet.calls.as_ref().map(|calls| calls.ty.id));
        compare(
            &format!("{name} call"),
            &wanted["calls"],
            &calls,
            &mut complaints,
        );
        let events = writer.all(pallet.event.as_ref().map(|events| events.ty.id));
        compare(
            &format!("{name} event"),
            &wanted["events"],
            &events,
            &mut complaints,
        );
        let errors: Value = writer
            .all(pallet.error.as_ref().map(|errors| errors.ty.id))
            .as_array()
            .unwrap()
            .iter()
            .map(|error| json!([error["index"], error["name"]]))
            .collect();
        compare(
            &format!("{name} error"),
            &wanted["errors"],
            &errors,
            &mut complaints,
        );
        let entries = pallet.storage.iter().flat_map(|storage| &storage.entries);
        let storage: Value = entries
            .map(|entry| match &entry.ty {
                StorageEntryType::Plain(value) => json!({
                    "name": entry.name,
                    "modifier": modifier_name(entry),
                    "value": writer.name(value.id),
                }),
                StorageEntryType::Map {
                    hashers,
                    key,
                    value,
                } => {
                    let hashers = hashers.iter().map(|hasher| json!(hasher_name(hasher)));
                    json!({
                        "name": entry.name,
                        "modifier": modifier_name(entry),
                        "hashers": hashers.collect::<Value>(),
                        "key": writer.name(key.id),
                        "value": writer.name(value.id),
                    })
                }
            })
            .collect();
        compare(
            &format!("{name} storage"),
            &wanted["storage"],
            &storage,
            &mut complaints,
        );

        // Not every published constant says something here; those that do, say the same.
        for constant in &pallet.constants {
            let published = wanted["constants"].as_array().unwrap().iter();
            let same = published.filter(|published| published["name"] == constant.name);
            if TRUE_NOW.contains(&(name.as_str(), constant.name.as_str())) {
                continue;
            }
            let ours = json!({
                "name": constant.name,
                "type": writer.name(constant.ty.id),
                "value": format!("0x{}", hex(&constant.value)),
            });
            let what = format!("{name} constant");
            compare(
                &what,
                &same.cloned().collect(),
                &json!([ours]),
                &mut complaints,
            );
        }

        for (ty, shape) in &writer.met {
            if let Some((path, wanted)) = published_type(&published, name, ty) {
                if shape != wanted {
                    complaints.push(format!("{path}: published {wanted}, ours {shape}"));
                }
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a client reads where nothing is stored: all published defaults are zeros.
fn modifier_name(entry: &StorageEntryMetadata<PortableForm>) -> &'static str {
    let is_zero = entry.default.iter().all(|byte| *byte == 0);
    match entry.modifier {
        StorageEntryModifier::Optional => "Optional",
        StorageEntryModifier::Default if is_zero => "Default",
        StorageEntryModifier::Default => "Default of its own",
    }
}

fn hasher_name(hasher: &frame_metadata::v14::StorageHasher) -> String {
    // The table writes Blake2_128Concat without the underscore.
    format!("{hasher:?}").replace('_', "")
}

/// The published type of this name, that of the pallet itself first.
fn published_type<'a>(
    published: &'a Value,
    pallet: &str,
    ty: &str,
) -> Option<(&'a String, &'a Value)> {
    let pallet = pallet.to_lowercase();
    let types = published["types"].as_object().unwrap();
    let mut same: Vec<_> = types
        .iter()
        .filter(|(path, _)| path.ends_with(&format!("::{ty}")))
        .collect();
    same.sort_by_key(|(path, _)| {
        let crate_name = path.split("::").next().unwrap_or_default().replace('_', "");
        !crate_name.ends_with(&pallet)
    });
    same.first().copied()
}

#[test]
fn pallets_have_the_published_indices() {
    let published = published();
    for pallet in ours().pallets {
        if let Some((_, index)) = OURS.iter().find(|(name, _)| *name == pallet.name) {
            assert_eq!(pallet.index, *index, "ours");
            continue;
        }
        let index = published["indices"].get(&pallet.name);
        let index = index.unwrap_or_else(|| &published["pallets"][&pallet.name]["index"]);
        assert_eq!(json!(pallet.index), *index, "{}", pallet.name);
    }
}

#[test]
fn transactions_are_extended_as_published() {
    let extensions = ours().extrinsic.signed_extensions.into_iter();
    let names: Value = extensions.map(|extension| extension.identifier).collect();
    assert_eq!(names, published()["extensions"]);
}

#[test]
fn staking_and_scheduler_speak_of_the_published_types() {
    let (published, metadata) = (published(), ours());
    for (path, wanted) in published["types"].as_object().unwrap() {
        let ours = match path.split("::").next() {
            Some("pallet_cess_staking") => "pallet_staking",
            Some("pallet_scheduler") => "pallet_scheduler",
            _ => continue,
        };
        let name = path.rsplit("::").next().unwrap();
        // One of several, when the type has parameters.
        let same = metadata.types.types.iter().filter(|entry| {
            let segments = &entry.ty.path.segments;
            segments.first().is_some_and(|first| first == ours)
                && segments.last().is_some_and(|last| last == name)
        });
        let shapes: Vec<_> = same
            .map(|entry| {
                let mut writer = Writer {
                    types: &metadata.types,
                    met: BTreeMap::new(),
                };
                writer.describe(name, entry.id);
                writer.met.remove(name).unwrap_or_default()
            })
            .collect();
        assert!(
            shapes.contains(wanted),
            "{path}: published {wanted}, ours {shapes:?}"
        );
    }
}

#[test]
fn what_clients_ask_staking_sessions_and_babe_is_there() {
    let metadata = ours();
    let asked: [(&str, &[&str]); 6] = [
        (
            "Staking",
            &[
                "ActiveEra",
                "Bonded",
                "BondedEras",
                "ClaimedRewards",
                "CurrentEra",
                "ErasRewardPoints",
                "ErasStakersOverview",
                "ErasStakersPaged",
                "ErasStartSessionIndex",
                "ErasTotalStake",
                "ErasValidatorPrefs",
                "ErasValidatorReward",
                "ForceEra",
                "Ledger",
                "MinValidatorBond",
                "Nominators",
                "Payee",
                "SlashingSpans",
                "UnappliedSlashes",
                "ValidatorCount",
                "Validators",
            ],
        ),
        (
            "Session",
            &["CurrentIndex", "NextKeys", "QueuedKeys", "Validators"],
        ),
        (
            "Babe",
            &[
                "Authorities",
                "CurrentSlot",
                "EpochIndex",
                "EpochStart",
                "GenesisSlot",
            ],
        ),
        ("Balances", &["Account", "Locks", "TotalIssuance"]),
        ("System", &["Account", "BlockHash", "Events", "Number"]),
        ("Timestamp", &["Now"]),
    ];
    for (name, entries) in asked {
        let pallet = metadata.pallets.iter().find(|p| p.name == name).unwrap();
        let storage = &pallet.storage.as_ref().unwrap().entries;
        for entry in entries {
            let there = storage.iter().any(|ours| ours.name == *entry);
            assert!(there, "{name}.{entry}");
        }
    }
}
