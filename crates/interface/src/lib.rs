//! What a pallet's types say of its interface.
//!
//! Tests of pallets compare this with the published table: clients find calls, events and errors
//! by their index, and fill in arguments by name and order. The runtime's own test compares the
//! whole metadata, types included.
#![warn(missing_docs)]

use scale_info::{TypeDef, TypeInfo};

/// Index, name and the names of the fields, separated by spaces, of each variant of an enum; in
/// order of the indices.
///
/// # Panics
/// When the type is no enum: a pallet's calls, events and errors are.
pub fn variants<V: TypeInfo>() -> Vec<(u8, &'static str, String)> {
    let TypeDef::Variant(def) = V::type_info().type_def else {
        panic!("calls, events and errors are enums");
    };
    let variants = def.variants.iter().map(|variant| {
        let fields: Vec<_> = variant
            .fields
            .iter()
            .filter_map(|field| field.name)
            .collect();
        (variant.index, variant.name, fields.join(" "))
    });
    let mut variants: Vec<_> = variants.collect();
    variants.sort_unstable();
    variants
}

/// Index and name of each variant, in order of the indices; panics as [`variants`] does.
pub fn names<V: TypeInfo>() -> Vec<(u8, &'static str)> {
    let variants = variants::<V>().into_iter();
    variants.map(|(index, name, _)| (index, name)).collect()
}

/// What [`variants`] gives for variants that are numbered without a gap; each is written as its
/// name and its fields, separated by spaces.
pub fn numbered<'a>(variants: &[&'a str]) -> Vec<(u8, &'a str, String)> {
    let variants = (0..).zip(variants);
    variants
        .map(|(index, line)| {
            let (name, fields) = line.split_once(' ').unwrap_or((line, ""));
            (index, name, fields.into())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(TypeInfo)]
    #[allow(dead_code)] // only its description is looked at
    enum Call {
        #[codec(index = 1)]
        Second { to: u8, amount: u32 },
        #[codec(index = 0)]
        First,
    }

    #[test]
    fn variants_come_in_order_of_their_indices_with_their_fields() {
        let expected = [
            (0, "First", String::new()),
            (1, "Second", "to amount".into()),
        ];
        assert_eq!(variants::<Call>(), expected);
        assert_eq!(numbered(&["First", "Second to amount"]), expected);
        assert_eq!(names::<Call>(), [(0, "First"), (1, "Second")]);
    }

    #[test]
    #[should_panic(expected = "are enums")]
    fn only_enums_have_variants() {
        variants::<u32>();
    }
}
