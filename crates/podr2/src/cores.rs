//! Work over the cores that the caller grants.

use rayon::prelude::*;

/// Maps the items, in order: over the rayon pool that the caller runs in, or on the caller's thread
/// when it runs in none. The pool that rayon makes by itself is never used, so that nobody's cores are
/// taken without being asked.
pub(crate) fn map<T, R, E>(
    items: &[T],
    work: impl Fn(usize, &T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E>
where
    T: Sync,
    R: Send,
    E: Send,
{
    if rayon::current_thread_index().is_some() {
        let numbered = items.par_iter().enumerate();
        numbered.map(|(at, item)| work(at, item)).collect()
    } else {
        let numbered = items.iter().enumerate();
        numbered.map(|(at, item)| work(at, item)).collect()
    }
}
