//! What gateways and users may rely on, by subject.

mod forget;
mod gateways;
mod interface;
mod invariants;
mod operators;
mod proxy;
mod walk;

use cess_primitives::oss::Domain;

fn domain(text: &[u8]) -> Domain {
    text.to_vec().try_into().expect("a short domain")
}
