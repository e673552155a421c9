//! Witnesses: the recursive message `AccWitnessNode`, one level for each accumulator and one for the file.

use crate::{
    convert::{array, required, BadField},
    pois::AccWitnessNode,
};
use cess_pois::{Branch, Membership, Value};

const ELEM: &str = "wit_chain.elem";
const WIT: &str = "wit_chain.wit";
const ACC: &str = "wit_chain.acc";

fn node(elem: &[u8], wit: &[u8], acc: Option<AccWitnessNode>) -> AccWitnessNode {
    AccWitnessNode {
        elem: elem.to_vec(),
        wit: wit.to_vec(),
        acc: acc.map(Box::new),
    }
}

pub(super) fn branch_message(branch: &Branch) -> AccWitnessNode {
    let Branch {
        values: [bottom, middle, top],
        witnesses: [in_middle, in_top],
    } = branch;
    let top = node(top, &[], None);
    let middle = node(middle, in_top, Some(top));
    node(bottom, in_middle, Some(middle))
}

/// Exactly three levels, the last one without a witness.
pub(super) fn branch(bottom: &AccWitnessNode) -> Result<Branch, BadField> {
    let middle = required(bottom.acc.as_deref(), ACC)?;
    let top = required(middle.acc.as_deref(), ACC)?;
    if top.acc.is_some() {
        return Err(BadField::Disagrees(ACC));
    }
    array::<0>(&top.wit, WIT)?;
    Ok(Branch {
        values: [
            array(&bottom.elem, ELEM)?,
            array(&middle.elem, ELEM)?,
            array(&top.elem, ELEM)?,
        ],
        witnesses: [array(&bottom.wit, WIT)?, array(&middle.wit, WIT)?],
    })
}

pub(super) fn membership_message(membership: &Membership) -> AccWitnessNode {
    node(
        &membership.element,
        &membership.witness,
        Some(branch_message(&membership.branch)),
    )
}

pub(super) fn membership(message: &AccWitnessNode) -> Result<Membership, BadField> {
    Ok(Membership {
        element: array(&message.elem, ELEM)?,
        witness: array(&message.wit, WIT)?,
        branch: branch(required(message.acc.as_deref(), ACC)?)?,
    })
}

/// The values of bottom, middle and top.
pub(super) fn values(path: &[Vec<u8>], field: &'static str) -> Result<[Value; 3], BadField> {
    let [bottom, middle, top] = path else {
        return Err(BadField::Length {
            field,
            expected: 3,
            found: path.len(),
        });
    };
    Ok([
        array(bottom, field)?,
        array(middle, field)?,
        array(top, field)?,
    ])
}

pub(super) fn value_bytes(values: &[Value; 3]) -> Vec<Vec<u8>> {
    values.iter().map(|value| value.to_vec()).collect()
}
