//! How long, and for what, a signed message is good.

use super::AuthError;
use axum::http::Method;
use std::time::SystemTime;

/// Seconds for which a free text that holds a past time is fresh: the published JavaScript SDK writes down
/// when it signed.
const FRESH: u64 = 600;

/// How often a message may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Validity {
    /// As often as one likes, until it expires.
    UntilExpiry,
    /// It holds no expiry.
    Once,
}

/// Checks a message against the request and the time.
pub(super) fn check(
    message: &[u8],
    method: &Method,
    path: &str,
    now: SystemTime,
) -> Result<Validity, AuthError> {
    let now = now
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |d| d.as_secs());
    let text = String::from_utf8_lossy(message);
    if let Some((bound, expiry)) = bound(&text) {
        let this = format!("{method} {path}");
        let expiry = expiry.ok_or(AuthError::BoundForm)?;
        if bound != this {
            return Err(AuthError::OtherRequest {
                bound: bound.to_owned(),
                this,
            });
        }
        return not_expired(expiry, now);
    }
    // Of several times, all must be in the future: no guess which one was meant can be wrong then.
    match times(&text)?.into_iter().min() {
        Some(said) if (now.saturating_sub(FRESH)..=now).contains(&said) => Ok(Validity::Once),
        Some(expiry) => not_expired(expiry, now),
        None => Ok(Validity::Once),
    }
}

fn not_expired(expiry: u64, now: u64) -> Result<Validity, AuthError> {
    match expiry > now {
        true => Ok(Validity::UntilExpiry),
        false => Err(AuthError::Expired { expiry, now }),
    }
}

/// `<METHOD> <path>` and the expiry after it, when the message looks like that.
fn bound(text: &str) -> Option<(&str, Option<u64>)> {
    let (method, rest) = text.split_once(' ')?;
    let known = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"];
    if !known.contains(&method) || !rest.starts_with('/') {
        return None;
    }
    Some(match text.rsplit_once(' ') {
        Some((request, expiry)) if request.len() > method.len() => (request, unix_time(expiry)),
        _ => (text, None),
    })
}

/// Seconds since 1970 of a number of seconds (10 to 12 digits) or milliseconds (13 to 15 digits).
fn unix_time(text: &str) -> Option<u64> {
    const SECONDS: u64 = 1_000_000_000;
    const MILLIS: u64 = 1_000_000_000_000;
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<u64>().ok().filter(|_| digits)? {
        n @ SECONDS..MILLIS => Some(n),
        n if (MILLIS..MILLIS * 1000).contains(&n) => Some(n / 1000),
        _ => None,
    }
}

/// All times in a free text; numbers count only when they stand alone, so that a random string
/// rarely contains one by accident.
fn times(text: &str) -> Result<Vec<u64>, AuthError> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let mut found: Vec<u64> = words.filter_map(unix_time).collect();
    const SHAPE: &[u8] = b"dddd-dd-dd dd:dd:dd";
    for window in text.as_bytes().windows(SHAPE.len()) {
        let fits = |(byte, shape): (&u8, &u8)| match shape {
            b'd' => byte.is_ascii_digit(),
            other => byte == other,
        };
        if window.iter().zip(SHAPE).all(fits) {
            let date = String::from_utf8_lossy(window).into_owned();
            found.push(date_time(window).ok_or(AuthError::NoSuchTime(date))?);
        }
    }
    Ok(found)
}

/// Seconds since 1970 of a `YYYY-MM-DD hh:mm:ss` in UTC, whose digits were checked.
fn date_time(text: &[u8]) -> Option<u64> {
    let number = |at: usize, len: usize| {
        text[at..at + len]
            .iter()
            .fold(0u64, |n, digit| n * 10 + u64::from(digit - b'0'))
    };
    let (year, month, day) = (number(0, 4), number(5, 2), number(8, 2));
    let (hour, minute, second) = (number(11, 2), number(14, 2), number(17, 2));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [
        31,
        28 + u64::from(leap),
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let length = lengths.get(usize::try_from(month).ok()?.checked_sub(1)?)?;
    if year < 1970 || !(1..=*length).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let leaps_before = |year: u64| (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400;
    let days = (year - 1970) * 365 + leaps_before(year) - leaps_before(1970)
        + lengths[..month as usize - 1].iter().sum::<u64>()
        + day
        - 1;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_ahead_is_an_expiry_and_one_just_past_that_of_the_signature() {
        let now = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_893_456_000);
        let check = |text: &str| check(text.as_bytes(), &Method::PUT, "/file", now);
        assert_eq!(check("sdk-1893456001000"), Ok(Validity::UntilExpiry));
        for said in [
            "sdk-1893456000999",
            "sdk-1893455999000",
            "sdk-1893455400000",
        ] {
            assert_eq!(check(said), Ok(Validity::Once), "{said}");
        }
        let late = check("sdk-1893455399000");
        assert!(matches!(late, Err(AuthError::Expired { .. })));
        let bound = check("PUT /file 1893455999");
        assert!(matches!(bound, Err(AuthError::Expired { .. })));
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (text, expected) in [
            ("1970-01-01 00:00:00", Some(0)),
            ("2000-02-29 12:34:56", Some(951_827_696)),
            ("2026-11-21 04:35:21", Some(1_795_235_721)),
            ("2100-03-01 00:00:00", Some(4_107_542_400)),
            ("2100-02-29 00:00:00", None),
            ("2026-13-01 00:00:00", None),
            ("2026-00-01 00:00:00", None),
            ("2026-01-01 24:00:00", None),
        ] {
            assert_eq!(date_time(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn numbers_within_words_and_of_other_lengths_are_no_times() {
        for text in [
            "a1893456000",
            "1893456000b",
            "123",
            "189345600000000000",
            "",
            "+1893456000x",
        ] {
            assert_eq!(times(text), Ok(vec![]), "{text}");
        }
        assert_eq!(times("until: 1893456000."), Ok(vec![1_893_456_000]));
        assert_eq!(times("1893456000123"), Ok(vec![1_893_456_000]));
    }
}
