//! The documentation says what the code does.

use crate::quantities::snake;
use cess_primitives::ProtocolParams;
use std::collections::BTreeMap;

const CHAIN: &str = include_str!("../../docs/chain.md");

/// The quantities of the table: name and value in each preset.
fn documented() -> BTreeMap<String, [u64; 2]> {
    let table = CHAIN
        .split("<!-- A test compares this table with the presets. -->")
        .nth(1)
        .expect("docs/chain.md has the table of parameters");
    let rows = table.lines().skip_while(|line| !line.starts_with("| `"));
    let rows = rows.take_while(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let number = |cell: &str| cell.parse().unwrap_or_else(|e| panic!("`{cell}`: {e}"));
        let name = cells[1].trim_matches('`').to_owned();
        (name, [number(cells[3]), number(cells[4])])
    })
    .collect()
}

/// The quantities of a preset under their names in the code.
fn quantities(params: &ProtocolParams) -> BTreeMap<String, u64> {
    let json = serde_json::to_value(params).expect("quantities are plain data");
    let fields = json.as_object().expect("of named fields").iter();
    let numbers = fields.filter_map(|(name, value)| Some((snake(name), value.as_u64()?)));
    numbers.collect()
}

#[test]
fn the_table_of_parameters_is_that_of_the_presets() {
    let documented = documented();
    for (column, params) in [ProtocolParams::fast(), ProtocolParams::reference()]
        .iter()
        .enumerate()
    {
        let table = documented
            .iter()
            .map(|(name, values)| (name.clone(), values[column]));
        assert_eq!(table.collect::<BTreeMap<_, _>>(), quantities(params));
    }
}
