//! The header `Range` (RFC 9110, 14).

use axum::http::HeaderValue;
use std::ops::Range;

/// The range cannot be served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RangeError {
    #[error(
        "`{0}` is not a range: send `bytes=<first>-<last>`, `bytes=<first>-` or `bytes=-<count>`"
    )]
    Malformed(String),
    #[error("the range starts behind the file's {0} bytes")]
    Outside(u64),
}

/// The bytes that are wanted of a file of `size` bytes; `None`: all of it.
///
/// Other units, and several ranges at a time, count as no range at all, as a server may decide.
pub(crate) fn wanted(
    header: Option<&HeaderValue>,
    size: u64,
) -> Result<Option<Range<u64>>, RangeError> {
    let Some(header) = header else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(header.as_bytes());
    let malformed = || RangeError::Malformed(text.to_string());
    let (unit, ranges) = text.split_once('=').ok_or_else(malformed)?;
    if !unit.trim().eq_ignore_ascii_case("bytes") || ranges.contains(',') {
        return Ok(None);
    }
    let (first, last) = ranges.trim().split_once('-').ok_or_else(malformed)?;
    let number = |text: &str| -> Result<Option<u64>, RangeError> {
        match text {
            "" => Ok(None),
            _ if !text.bytes().all(|b| b.is_ascii_digit()) => Err(malformed()),
            // More digits than fit are more than any file has.
            _ => Ok(Some(text.parse().unwrap_or(u64::MAX))),
        }
    };
    let range = match (number(first)?, number(last)?) {
        (Some(first), Some(last)) if last < first => return Err(malformed()),
        (Some(first), Some(last)) => first..size.min(last.saturating_add(1)),
        (Some(first), None) => first..size,
        (None, Some(count)) => size.saturating_sub(count)..size,
        (None, None) => return Err(malformed()),
    };
    match range.start < range.end {
        true => Ok(Some(range)),
        false => Err(RangeError::Outside(size)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str, size: u64) -> Result<Option<Range<u64>>, RangeError> {
        wanted(Some(&HeaderValue::from_str(text).unwrap()), size)
    }

    #[test]
    fn ranges_mean_what_the_rfc_says() {
        assert_eq!(wanted(None, 10), Ok(None));
        assert_eq!(parse("bytes=0-0", 10), Ok(Some(0..1)));
        assert_eq!(parse("bytes=2-", 10), Ok(Some(2..10)));
        assert_eq!(parse("bytes=-3", 10), Ok(Some(7..10)));
        assert_eq!(parse("bytes=-30", 10), Ok(Some(0..10)));
        assert_eq!(
            parse("bytes=5-99999999999999999999999", 10),
            Ok(Some(5..10))
        );
        assert_eq!(parse("Bytes = 1-2", 10), Ok(Some(1..3)));
        assert_eq!(parse("bytes=0-1,4-5", 10), Ok(None));
        assert_eq!(parse("lines=0-1", 10), Ok(None));
        for outside in ["bytes=10-", "bytes=10-20", "bytes=-0"] {
            assert_eq!(
                parse(outside, 10),
                Err(RangeError::Outside(10)),
                "{outside}"
            );
        }
        for bad in [
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=3-2",
            "bytes=a-b",
            "bytes=+1-2",
            "bytes=1",
        ] {
            assert!(
                matches!(parse(bad, 10), Err(RangeError::Malformed(_))),
                "{bad}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_range_is_never_empty_nor_outside(text in "bytes=[0-9]{0,22}-[0-9]{0,22}", size in 1u64..1000) {
            if let Ok(Some(range)) = parse(&text, size) {
                prop_assert!(range.start < range.end && range.end <= size);
            }
        }

        #[test]
        fn first_and_last_are_inclusive(first in 0u64..1000, more in 0u64..1000, size in 1u64..1000) {
            let result = parse(&format!("bytes={first}-{}", first + more), size);
            if first < size {
                prop_assert_eq!(result, Ok(Some(first..size.min(first + more + 1))));
            } else {
                prop_assert_eq!(result, Err(RangeError::Outside(size)));
            }
        }
    }
}
