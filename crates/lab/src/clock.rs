//! CPU time.

use rustix::time::{clock_gettime, ClockId};
use std::time::Duration;

/// CPU time of the calling thread, user and system, since it began. Proof code that is called outside a
/// thread pool stays on its caller's thread, so that the difference of two readings is all it took,
/// whatever else the machine does.
pub(crate) fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or_default(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_work_of_this_thread_counts() {
        let before = thread_time();
        let other = std::thread::spawn(|| {
            // Works until a tick of its own clock.
            while thread_time() < Duration::from_millis(50) {}
            thread_time()
        });
        let elsewhere = other.join().unwrap();
        let here = thread_time() - before;
        assert!(
            here < elsewhere,
            "{here:?} while another thread worked for {elsewhere:?}"
        );
        while thread_time() - before < Duration::from_millis(5) {}
    }
}
