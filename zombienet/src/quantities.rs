//! Protocol quantities that differ from the preset's: `[cessnet.params]`, `--param name=value`.

use cess_primitives::{Preset, ProtocolParams};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Values for fields of [`ProtocolParams`], under their names in the code.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Overrides(BTreeMap<String, Value>);

impl Overrides {
    /// Reads `name=value` pairs, as on a command line.
    ///
    /// # Errors
    /// Names what is no such pair.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let pair = |text: &str| {
            let (name, value) = text
                .split_once('=')
                .ok_or_else(|| format!("`{text}` is not of the form name=value"))?;
            // What is no number is a name, as of a scheme.
            let value = value
                .parse::<u64>()
                .map_or_else(|_| Value::from(value), Value::from);
            Ok((name.to_owned(), value))
        };
        pairs
            .into_iter()
            .map(pair)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Takes over all of `others`.
    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Whether the preset is left as it is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The quantities of a preset with these instead of its own.
    ///
    /// # Errors
    /// An unknown name, a value that it cannot have, or quantities that don't fit together.
    pub fn apply(&self, preset: Preset) -> Result<ProtocolParams, String> {
        let mut params = ProtocolParams::of(preset);
        let mut fields = fields(params)?;
        for (name, value) in &self.0 {
            let known = fields.get_mut(&camel(name)).filter(|_| name != "preset");
            let Some(field) = known else {
                let names: Vec<_> = fields.keys().map(|name| snake(name)).collect();
                return Err(format!(
                    "the protocol has no quantity `{name}` to set; it has {}",
                    names.join(", ")
                ));
            };
            let usual = std::mem::replace(field, value.clone());
            let same_kind = usual.is_number() == value.is_number();
            let read = serde_json::from_value::<ProtocolParams>(Value::Object(fields.clone()));
            params = read.ok().filter(|_| same_kind).ok_or_else(|| {
                format!("the quantity {name} cannot be {value}; it is {usual} otherwise")
            })?;
        }
        params
            .check()
            .map_err(|rule| format!("these quantities don't fit together: {rule}"))?;
        Ok(params)
    }
}

fn fields(params: ProtocolParams) -> Result<Map<String, Value>, String> {
    match serde_json::to_value(params) {
        Ok(Value::Object(fields)) => Ok(fields),
        other => Err(format!("quantities are named fields, not {other:?}")),
    }
}

/// `challenge_period` as the chain's genesis spells it: `challengePeriod`.
fn camel(snake: &str) -> String {
    let mut parts = snake.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| {
        let (initial, rest) = part.split_at(part.chars().next().map_or(0, char::len_utf8));
        name + &initial.to_uppercase() + rest
    })
}

/// The name of a quantity in the code, from that in the chain's genesis.
pub(crate) fn snake(camel: &str) -> String {
    let parts = camel.chars().map(|c| match c.is_ascii_uppercase() {
        true => format!("_{}", c.to_ascii_lowercase()),
        false => c.to_string(),
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(pair: &str) -> Result<ProtocolParams, String> {
        Overrides::parse([pair])?.apply(Preset::Fast)
    }

    #[test]
    fn every_quantity_can_be_set_under_its_name_in_the_code() {
        let fast = fields(ProtocolParams::fast()).unwrap();
        for (name, value) in fast.iter().filter(|(name, _)| *name != "preset") {
            assert_eq!(camel(&snake(name)), *name);
            let value = value.as_str().map_or_else(|| value.to_string(), Into::into);
            let same = apply(&format!("{}={value}", snake(name)));
            assert_eq!(same, Ok(ProtocolParams::fast()), "{name}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        for (pair, part) in [
            ("one_day", "name=value"),
            ("oneday=3", "one_day, "),
            ("preset=reference", "no quantity `preset`"),
            ("one_day=long", "cannot be \"long\""),
            ("one_day=99999999999", "one_day cannot be 99999999999"),
            ("podr2_scheme=3", "cannot be 3"),
            ("podr2_scheme=xor", "xor"),
            ("fragment_size=1000", "a segment is four fragments"),
        ] {
            let refusal = apply(pair).unwrap_err();
            assert!(refusal.contains(part), "{pair}: {refusal}");
        }
    }
}
