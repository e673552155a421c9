//! The chain's interface is the published one, where this release has it.
//!
//! `published-interface.json` was decoded from the metadata that published clients are built
//! against. Every call, storage item, event, error and type in it must be in our metadata with the
//! same index, names and shapes; what we added has indices of its own behind them.

use cess_runtime::Runtime;
use frame_metadata::{
    v14::{RuntimeMetadataV14, StorageEntryType},
    RuntimeMetadata,
};
use scale_info::{form::PortableForm, Field, PortableRegistry, TypeDef, TypeDefPrimitive, Variant};
use serde_json::{json, Value};
use std::collections::BTreeMap;

/// Published pallets that come with later releases.
const LATER: [&str; 5] = [
    "CessTreasury",
    "SchedulerCredit",
    "Cacher",
    "Reservoir",
    "EvmAccountMapping",
];

/// Published calls that are not there: orders, sales and gifts of territories and miners' rewards
/// come with later releases; the others mended the state of the published chain once.
const LATER_CALLS: [(&str, &[&str]); 3] = [
    ("Sminer", &["receive_reward", "clear_miner_service"]),
    (
        "StorageHandler",
        &[
            "create_order",
            "exec_order",
            "clear_service_space",
            "fix_territory_space_for_reactivate",
            "reactivate_territory",
            "territory_consignment",
            "buy_consignment",
            "exec_consignment",
            "cancel_consignment",
            "cancel_purchase_action",
            "territory_grants",
            "territory_rename",
            "other_reactivate_territory",
            "update_expired_exec",
        ],
    ),
    (
        "TeeWorker",
        &[
            "migration_last_work",
            "patch_clear_invalid_tee",
            "patch_clear_not_work_tee",
        ],
    ),
];

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

/// The published calls of a pallet that this release has to have.
fn due_calls(pallet: &str, published: &Value) -> Value {
    let later = LATER_CALLS.iter().find(|(name, _)| *name == pallet);
    let later = later.map_or(&[][..], |(_, calls)| calls);
    let calls = published.as_array().unwrap().iter();
    calls
        .filter(|call| !later.iter().any(|name| call["name"] == *name))
        .cloned()
        .collect()
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
            assert!(LATER.contains(&name.as_str()), "pallet {name} is missing");
            continue;
        };
        assert!(
            !LATER.contains(&name.as_str()),
            "{name} is there: take it off the list"
        );
        assert_eq!(json!(pallet.index), wanted["index"], "{name}");

        let mut writer = Writer {
            types: &metadata.types,
            met: BTreeMap::new(),
        };
        let calls = writer.all(pallet.calls.as_ref().map(|calls| calls.ty.id));
        let due = due_calls(name, &wanted["calls"]);
        compare(&format!("{name} call"), &due, &calls, &mut complaints);
        let later = wanted["calls"].as_array().unwrap().iter();
        for call in later.filter(|call| !due.as_array().unwrap().contains(call)) {
            let there = calls.as_array().unwrap().contains(call);
            assert!(!there, "{name}: {call} is there: take it off the list");
        }
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
                StorageEntryType::Plain(value) => {
                    json!({ "name": entry.name, "value": writer.name(value.id) })
                }
                StorageEntryType::Map {
                    hashers,
                    key,
                    value,
                } => {
                    let hashers = hashers.iter().map(|hasher| json!(hasher_name(hasher)));
                    json!({
                        "name": entry.name,
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
        if pallet.name == "Protocol" {
            assert_eq!(pallet.index, 120, "ours");
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
