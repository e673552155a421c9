//! A worker that has no permit free says when to come back.

use std::time::Duration;
use tonic::{Code, Status};

const RETRY_AFTER: &str = "retry-after";

/// `RESOURCE_EXHAUSTED` with the whole seconds (at least one) to wait, in the metadata `retry-after`.
pub fn busy(what: &str, after: Duration) -> Status {
    let seconds = after.as_secs().max(1);
    let mut status = Status::resource_exhausted(format!(
        "all places for {what} are taken: try again in {seconds} s"
    ));
    status.metadata_mut().insert(RETRY_AFTER, seconds.into());
    status
}

/// How long a busy worker asks to wait; `None` when the status says something else.
pub fn retry_after(status: &Status) -> Option<Duration> {
    if status.code() != Code::ResourceExhausted {
        return None;
    }
    let seconds = status
        .metadata()
        .get(RETRY_AFTER)?
        .to_str()
        .ok()?
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_survives_the_round_trip_and_is_at_least_a_second() {
        assert_eq!(
            retry_after(&busy("tags", Duration::from_secs(7))),
            Some(Duration::from_secs(7))
        );
        assert_eq!(
            retry_after(&busy("tags", Duration::ZERO)),
            Some(Duration::from_secs(1))
        );
    }

    #[test]
    fn other_failures_name_no_wait() {
        assert_eq!(retry_after(&Status::internal("broken")), None);
        assert_eq!(retry_after(&Status::resource_exhausted("too large")), None);
    }
}
