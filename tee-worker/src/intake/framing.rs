//! Where one gRPC message ends and the next begins.

/// A gRPC message begins with a flag and its length.
const HEAD: usize = 5;

/// What comes next in a body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// The first byte of a message's head.
    Begin,
    /// Some of a message, in order.
    Content(&'a [u8]),
}

/// Follows a body, however it is cut.
#[derive(Default)]
pub(super) struct Framing {
    head: Vec<u8>,
    left: u64,
}

impl Framing {
    /// Takes the next part off the data.
    pub(super) fn next<'a>(&mut self, data: &mut &'a [u8]) -> Option<Part<'a>> {
        while !data.is_empty() {
            if self.left > 0 {
                let left = usize::try_from(self.left).unwrap_or(usize::MAX);
                let (content, rest) = data.split_at(data.len().min(left));
                self.left -= content.len() as u64;
                *data = rest;
                return Some(Part::Content(content));
            }
            let begins = self.head.is_empty();
            let (head, rest) = data.split_at(data.len().min(HEAD - self.head.len()));
            self.head.extend_from_slice(head);
            *data = rest;
            if let [_, a, b, c, d] = self.head[..] {
                self.left = u32::from_be_bytes([a, b, c, d]).into();
                self.head.clear();
            }
            if begins {
                return Some(Part::Begin);
            }
        }
        None
    }

    pub(super) fn in_message(&self) -> bool {
        self.left > 0 || !self.head.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn messages_are_told_apart_however_they_are_cut(
            lengths in proptest::collection::vec(0u8..40, 1..8), cut in 1usize..17,
        ) {
            let mut bytes = Vec::new();
            for length in &lengths {
                bytes.extend([0, 0, 0, 0, *length]);
                bytes.extend(vec![*length; (*length).into()]);
            }
            let (mut framing, mut read) = (Framing::default(), Vec::new());
            for mut data in bytes.chunks(cut) {
                while let Some(part) = framing.next(&mut data) {
                    match part {
                        Part::Begin => read.push(Vec::new()),
                        Part::Content(content) => read.last_mut().unwrap().extend_from_slice(content),
                    }
                }
            }
            assert!(!framing.in_message());
            let expected: Vec<_> = lengths.iter().map(|n| vec![*n; (*n).into()]).collect();
            assert_eq!(read, expected);
        }
    }
}
