//! What can be measured.

use cess_primitives::Podr2Scheme;
use std::{fmt, str::FromStr};

/// A proof that miners give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// PoDR2 over fragments, RSA.
    Rsa,
    /// PoDR2 over fragments, BLS12-381.
    Bls12381,
    /// PoIS over idle files.
    Pois,
}

impl Scheme {
    const ALL: [Self; 3] = [Self::Rsa, Self::Bls12381, Self::Pois];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rsa => "rsa",
            Self::Bls12381 => "bls12381",
            Self::Pois => "pois",
        }
    }

    /// The scheme of PoDR2, if it is one.
    pub fn podr2(self) -> Option<Podr2Scheme> {
        match self {
            Self::Rsa => Some(Podr2Scheme::Rsa),
            Self::Bls12381 => Some(Podr2Scheme::Bls12381),
            Self::Pois => None,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// There is no such scheme.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no proof scheme `{0}`: it is `rsa`, `bls12381` or `pois`")]
pub struct UnknownScheme(String);

impl FromStr for Scheme {
    type Err = UnknownScheme;

    fn from_str(text: &str) -> Result<Self, UnknownScheme> {
        let found = Self::ALL.into_iter().find(|scheme| scheme.name() == text);
        found.ok_or_else(|| UnknownScheme(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_have_the_names_that_networks_give_them() {
        for scheme in Scheme::ALL {
            assert_eq!(scheme.name().parse(), Ok(scheme));
            if let Some(podr2) = scheme.podr2() {
                let name = serde_json::to_value(podr2).unwrap();
                assert_eq!(name, scheme.name());
            }
        }
        let error = "dsa".parse::<Scheme>().unwrap_err().to_string();
        assert!(error.contains("`bls12381`"), "{error}");
    }
}
