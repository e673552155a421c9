//! Spans of protocol time, as users write them.

use cess_primitives::{ProtocolParams, Tick};
use std::fmt;
use std::str::FromStr;

/// `3d`, `12h`, `90m`, `500t` or `500`, with or without a `+` before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    count: u64,
    unit: Unit,
}

/// What a span counts; a day is the protocol's, and the others are parts of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Tick,
    Minute,
    Hour,
    Day,
}

/// Why a text is no span that the clock can go.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    /// Backwards.
    #[error("the clock only goes forward: give `+3d`, `+12h`, `+90m` or `+500t`")]
    Negative,
    /// Nowhere.
    #[error("by nothing the clock does not move: give at least `+1t`")]
    Zero,
    /// Not a span at all.
    #[error("`{0}` is no span of time: give `+3d`, `+12h`, `+90m` or `+500t` (ticks)")]
    Malformed(String),
    /// Beyond what a tick can count.
    #[error("`{0}` is more than the clock can count: it ends at tick {end}", end = Tick::MAX)]
    TooLong(String),
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        if text.starts_with('-') {
            return Err(SpanError::Negative);
        }
        let malformed = || SpanError::Malformed(text.into());
        let body = text.strip_prefix('+').unwrap_or(text);
        let digits = body.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = match &body[digits.len()..] {
            "" | "t" => Unit::Tick,
            "m" => Unit::Minute,
            "h" => Unit::Hour,
            "d" => Unit::Day,
            _ => return Err(malformed()),
        };
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(malformed());
        }
        match digits.parse() {
            Ok(0) => Err(SpanError::Zero),
            Ok(count) => Ok(Self { count, unit }),
            Err(_) => Err(SpanError::TooLong(text.into())),
        }
    }
}

impl Span {
    /// The span in ticks, a part of a tick counted as a whole one.
    pub fn ticks(&self, params: &ProtocolParams) -> Result<Tick, SpanError> {
        let (parts_of_day, day) = match self.unit {
            Unit::Tick => (1, 1),
            Unit::Minute => (24 * 60, params.one_day),
            Unit::Hour => (24, params.one_day),
            Unit::Day => (1, params.one_day),
        };
        let ticks = (u128::from(self.count) * u128::from(day)).div_ceil(parts_of_day);
        Tick::try_from(ticks).map_err(|_| SpanError::TooLong(self.to_string()))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Tick => "t",
            Unit::Minute => "m",
            Unit::Hour => "h",
            Unit::Day => "d",
        };
        write!(f, "+{}{unit}", self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(text: &str) -> Result<Tick, SpanError> {
        text.parse::<Span>()?.ticks(&ProtocolParams::fast())
    }

    #[test]
    fn days_hours_and_minutes_are_parts_of_the_protocols_day() {
        assert_eq!(ticks("+3d"), Ok(540));
        assert_eq!(ticks("12h"), Ok(90));
        assert_eq!(ticks("+90m"), Ok(12), "11.25 ticks, rounded up");
        assert_eq!(ticks("+1m"), Ok(1));
        assert_eq!(ticks("+500t"), Ok(500));
        assert_eq!(ticks("500"), Ok(500));
        let year: Span = "+365d".parse().unwrap();
        assert_eq!(year.ticks(&ProtocolParams::reference()), Ok(5_256_000));
    }

    #[test]
    fn mistakes_are_told_apart() {
        assert_eq!(ticks("-3d"), Err(SpanError::Negative));
        assert_eq!(ticks("+0h"), Err(SpanError::Zero));
        for text in ["", "+", "d", "+3w", "3 d", "1.5d", "+-3d", "3dd", "٣d"] {
            assert_eq!(
                ticks(text),
                Err(SpanError::Malformed(text.into())),
                "{text}"
            );
        }
        for text in ["+99999999999d", "+99999999999999999999999t"] {
            assert!(matches!(ticks(text), Err(SpanError::TooLong(_))), "{text}");
        }
        let message = ticks("+3w").unwrap_err().to_string();
        assert!(
            message.contains("+3w") && message.contains("+3d"),
            "{message}"
        );
    }
}
