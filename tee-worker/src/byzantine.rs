//! Workers that lie about proofs, to see what the protocol does about it.
//!
//! Every verdict passes [`Strain::says`] before it is signed; that is all a lying worker changes. Its
//! code is not the published one, so that its measurement differs as well ([`Strain::measured`]): a
//! network that lists the binaries which may register keeps it out, and one that does not believes
//! whatever it signs. See `docs/adversaries.md`.

use clap::ValueEnum;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// What a worker says of the proofs that it judges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strain {
    /// What it found.
    #[default]
    Honest,
    /// That they hold, all of them.
    SaysTrue,
    /// That they do not hold, none of them.
    SaysFalse,
}

/// All strains: name, and what the worker does, in one line.
pub const STRAINS: [(&str, &str); 2] = [
    ("says-true", "signs `true` over every proof that it judges"),
    (
        "says-false",
        "signs `false` over every proof that it judges",
    ),
];

impl Strain {
    /// The verdict that is signed when the worker found `result`.
    pub fn says(self, result: bool) -> bool {
        match self {
            Self::Honest => result,
            Self::SaysTrue => true,
            Self::SaysFalse => false,
        }
    }

    /// MRENCLAVE of a worker whose honest build has this one: other code, another measurement.
    pub fn measured(self, honest: [u8; 32]) -> [u8; 32] {
        let lie: &[u8] = match self {
            Self::Honest => return honest,
            Self::SaysTrue => b"says-true",
            Self::SaysFalse => b"says-false",
        };
        let code = Sha256::new().chain_update(honest).chain_update(lie);
        code.finalize().into()
    }
}

/// The strains as JSON: `[{"name", "does"}]`.
pub fn list() -> serde_json::Value {
    let entry = |(name, does)| serde_json::json!({ "name": name, "does": does });
    STRAINS.into_iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_strain_says_what_its_name_says() {
        for result in [true, false] {
            assert_eq!(Strain::Honest.says(result), result);
            assert!(Strain::SaysTrue.says(result));
            assert!(!Strain::SaysFalse.says(result));
        }
    }

    #[test]
    fn a_liar_does_not_have_the_measurement_of_the_honest_build() {
        let all = Strain::value_variants().iter();
        let mut measured: Vec<_> = all.map(|strain| strain.measured([7; 32])).collect();
        assert_eq!(measured[0], [7; 32]);
        measured.dedup();
        assert_eq!(measured.len(), 3);
    }

    #[test]
    fn the_list_names_every_strain_that_can_be_chosen() {
        let choices = Strain::value_variants().iter().skip(1);
        let names = choices.filter_map(|s| s.to_possible_value().map(|v| v.get_name().to_owned()));
        let listed = STRAINS.iter().map(|(name, _)| (*name).to_owned());
        assert!(names.eq(listed));
    }
}
