//! A share of a whole, as people write it: `1%`.

use std::{fmt, str::FromStr};

/// A share between nothing and all.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Share {
    percent: f64,
}

/// Why a text or number is no share.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ShareError {
    /// There is no percent sign.
    #[error("`{0}` is no share: write it in percent, such as `1%` or `0.5%`")]
    NoPercent(String),
    /// It is less than nothing, or more than there is.
    #[error("{0}% is no share of anything: it must lie between 0% and 100%")]
    OutOfRange(f64),
}

impl Share {
    /// A share in percent.
    ///
    /// # Errors
    /// [`ShareError::OutOfRange`] below 0 and above 100.
    pub fn percent(percent: f64) -> Result<Self, ShareError> {
        match (0.0..=100.0).contains(&percent) {
            true => Ok(Self { percent }),
            false => Err(ShareError::OutOfRange(percent)),
        }
    }

    /// In percent, as it was written.
    pub fn as_percent(self) -> f64 {
        self.percent
    }

    /// As a fraction of one.
    pub fn fraction(self) -> f64 {
        self.percent / 100.0
    }

    /// So many of `whole` things: rounded, but not to none, unless the share is nothing.
    pub fn of(self, whole: u64) -> u64 {
        let exact = whole as f64 * self.fraction();
        match exact > 0.0 {
            true => (exact.round() as u64).clamp(1, whole),
            false => 0,
        }
    }
}

impl FromStr for Share {
    type Err = ShareError;

    fn from_str(text: &str) -> Result<Self, ShareError> {
        let number = text.trim().strip_suffix('%').map(str::trim_end);
        let percent = number.and_then(|number| number.parse().ok());
        Self::percent(percent.ok_or_else(|| ShareError::NoPercent(text.into()))?)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(text: &str) -> Share {
        text.parse().unwrap()
    }

    #[test]
    fn a_share_is_written_in_percent() {
        for text in ["1%", "0.1%", "100%", "0%", "12.25%"] {
            assert_eq!(share(text).to_string(), text);
        }
        assert_eq!(share(" 5 % ").fraction(), 0.05);
        for text in ["1", "0.01", "%", "one%", ""] {
            assert_eq!(
                text.parse::<Share>(),
                Err(ShareError::NoPercent(text.into()))
            );
        }
        for text in ["101%", "-1%", "NaN%", "inf%"] {
            assert!(
                matches!(text.parse::<Share>(), Err(ShareError::OutOfRange(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn a_share_is_rounded_to_things_but_never_to_none() {
        assert_eq!(share("1%").of(1024), 10);
        assert_eq!(share("1%").of(32), 1, "a third of a thing");
        assert_eq!(share("0%").of(1024), 0);
        assert_eq!(share("100%").of(1024), 1024);
        assert_eq!(share("99.99%").of(3), 3);
        assert_eq!(share("50%").of(0), 0);
    }
}
