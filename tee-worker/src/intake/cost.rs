//! What a message takes in memory once it is decoded.
//!
//! Two bytes may stand for an empty part, which is a structure of a hundred bytes in a list that has
//! grown to twice its need. So a message is followed while it comes in, with the proto files as the
//! guide, and every part of it is counted for what it becomes.

use prost::Message as _;
use prost_types::{
    field_descriptor_proto::{Label, Type},
    DescriptorProto, FileDescriptorSet,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::OnceLock,
};

/// Any request, even an empty one; its refusal may list a hundred messages in each other.
const LEAST: usize = 16 << 10;
/// A list begins with four places, and is copied to a place of twice the size when it grows.
const GROWTH: usize = 4;
/// A vector or string, without what it holds.
const HANDLE: usize = 24;
const NUMBER: usize = 8;
const POINTER: usize = 8;
/// What the allocator adds to a piece of memory.
const PIECE: usize = 32;
/// Messages in each other that a decoder follows; it refuses what is deeper.
const DEEPEST: usize = 100;
/// Texts are there twice: as they were decoded, and as what they mean.
const COPIES: usize = 2;

/// A field, as far as memory goes.
#[derive(Clone, Copy)]
enum Kind {
    Number,
    Text,
    /// A message; which one.
    Message(usize),
}

#[derive(Clone, Copy)]
struct Field {
    kind: Kind,
    is_list: bool,
}

#[derive(Default)]
struct Shape {
    fields: BTreeMap<u64, Field>,
    /// Bytes of the structure.
    size: usize,
}

/// The messages that the services take.
pub(super) struct Schema {
    shapes: Vec<Shape>,
    /// The request of each method, by its path, and whether there may be several.
    requests: HashMap<String, (usize, bool)>,
}

impl Schema {
    /// What the proto files say.
    pub(super) fn get() -> &'static Self {
        static SCHEMA: OnceLock<Schema> = OnceLock::new();
        SCHEMA.get_or_init(|| {
            let set = FileDescriptorSet::decode(cess_tee_api::DESCRIPTORS);
            Self::of(&set.expect("the descriptors are a constant; qed"))
        })
    }

    fn of(set: &FileDescriptorSet) -> Self {
        let mut found = Vec::new();
        for file in &set.file {
            collect(
                &format!(".{}", file.package()),
                &file.message_type,
                &mut found,
            );
        }
        let index: HashMap<_, _> = (0..)
            .zip(&found)
            .map(|(at, (name, _))| (name.as_str(), at))
            .collect();
        let mut shapes: Vec<Shape> = found
            .iter()
            .map(|(_, message)| shape(message, &index))
            .collect();
        for at in 0..shapes.len() {
            shapes[at].size = size(&shapes, at, &mut Vec::new());
        }
        let mut requests = HashMap::new();
        for file in &set.file {
            for service in &file.service {
                for method in &service.method {
                    let path = format!("/{}.{}/{}", file.package(), service.name(), method.name());
                    let request = index.get(method.input_type());
                    let streams = method.client_streaming();
                    requests.extend(request.map(|at| (path, (*at, streams))));
                }
            }
        }
        Self { shapes, requests }
    }

    /// Whether the method with this path takes one message after the other.
    pub(super) fn streams(&self, path: &str) -> bool {
        self.requests.get(path).is_some_and(|(_, streams)| *streams)
    }

    /// A count for a request of the method with this path; `None` for a method that there is not.
    pub(super) fn count(&'static self, path: &str) -> Option<Count> {
        Some(Count {
            schema: self,
            root: self.requests.get(path)?.0,
            open: Vec::new(),
            position: 0,
            state: State::Begin,
        })
    }
}

fn collect<'a>(
    prefix: &str,
    messages: &'a [DescriptorProto],
    into: &mut Vec<(String, &'a DescriptorProto)>,
) {
    for message in messages {
        let name = format!("{prefix}.{}", message.name());
        collect(&name, &message.nested_type, into);
        into.push((name, message));
    }
}

fn shape(message: &DescriptorProto, index: &HashMap<&str, usize>) -> Shape {
    let fields = message.field.iter().map(|field| {
        let kind = match field.r#type() {
            Type::Message => index
                .get(field.type_name())
                .map_or(Kind::Text, |at| Kind::Message(*at)),
            Type::String | Type::Bytes => Kind::Text,
            _ => Kind::Number,
        };
        let is_list = field.label() == Label::Repeated;
        (
            u64::from(field.number().unsigned_abs()),
            Field { kind, is_list },
        )
    });
    Shape {
        fields: fields.collect(),
        size: 0,
    }
}

/// Bytes of a structure; one that contains itself does so behind a pointer.
fn size(shapes: &[Shape], at: usize, inside: &mut Vec<usize>) -> usize {
    inside.push(at);
    let fields = shapes[at].fields.values().map(|field| match field.kind {
        _ if field.is_list => HANDLE,
        Kind::Number => NUMBER,
        Kind::Text => HANDLE,
        Kind::Message(other) if inside.contains(&other) => POINTER,
        Kind::Message(other) => NUMBER + size(shapes, other, inside),
    });
    let size = fields.sum();
    inside.pop();
    size
}

/// Where in a message the next byte is.
#[derive(Clone, Copy)]
enum State {
    /// Before the first byte.
    Begin,
    /// In the number of a field, with its bits so far.
    Key(u64, u32),
    /// In a number that a field has.
    Value,
    /// In the length of a field.
    Length(Option<Field>, u64, u32),
    /// In bytes, so many of which are left and each of which takes so much.
    Bytes(u64, usize),
    /// In what is no message; it is refused when it is whole.
    Nonsense,
}

/// Follows one message.
pub(super) struct Count {
    schema: &'static Schema,
    root: usize,
    /// The messages that the next byte is in, below the root: which ones, and where they end.
    open: Vec<(usize, u64)>,
    position: u64,
    state: State,
}

impl Count {
    /// The bytes that decoding will take for these, which come next.
    pub(super) fn follow(&mut self, mut bytes: &[u8]) -> usize {
        let mut cost = 0usize;
        if matches!(self.state, State::Begin) {
            self.state = State::Key(0, 0);
            cost = LEAST + self.schema.shapes[self.root].size;
        }
        while let Some((byte, rest)) = bytes.split_first() {
            match self.state {
                State::Bytes(left, weight) => {
                    let taken = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
                    bytes = &bytes[taken..];
                    self.position += taken as u64;
                    cost = cost.saturating_add(taken.saturating_mul(weight));
                    self.after_bytes(left - taken as u64, weight);
                    continue;
                }
                State::Nonsense => return cost,
                State::Begin | State::Key(..) | State::Value | State::Length(..) => {}
            }
            bytes = rest;
            self.position += 1;
            cost = cost.saturating_add(self.step(*byte));
        }
        cost
    }

    /// One byte of a number: a field's, its length or its value.
    fn step(&mut self, byte: u8) -> usize {
        let more = byte & 0x80 != 0;
        let bits = |so_far: u64, shift: u32| {
            so_far | u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0)
        };
        match self.state {
            State::Key(so_far, shift) if more => {
                self.state = longer(State::Key(bits(so_far, shift), shift + 7), shift);
                0
            }
            State::Length(field, so_far, shift) if more => {
                self.state = longer(State::Length(field, bits(so_far, shift), shift + 7), shift);
                0
            }
            State::Key(so_far, shift) => self.begin_field(bits(so_far, shift)),
            State::Length(field, so_far, shift) => self.begin_bytes(field, bits(so_far, shift)),
            State::Value if !more => {
                self.next_field();
                0
            }
            _ => 0,
        }
    }

    fn begin_field(&mut self, key: u64) -> usize {
        let inside = self.open.last().map_or(self.root, |(shape, _)| *shape);
        let field = self.schema.shapes[inside].fields.get(&(key >> 3)).copied();
        match key & 7 {
            0 => {
                self.state = State::Value;
                field
                    .filter(|field| field.is_list)
                    .map_or(0, |_| GROWTH * NUMBER)
            }
            1 => {
                self.state = State::Bytes(8, 0);
                field.map_or(0, |_| GROWTH * NUMBER)
            }
            2 => {
                self.state = State::Length(field, 0, 0);
                0
            }
            5 => {
                self.state = State::Bytes(4, 0);
                field.map_or(0, |_| GROWTH * NUMBER)
            }
            // Groups, which the proto files do not have: what is in them is passed over.
            3 | 4 => {
                self.next_field();
                0
            }
            _ => {
                self.state = State::Nonsense;
                0
            }
        }
    }

    fn begin_bytes(&mut self, field: Option<Field>, length: u64) -> usize {
        let Some(Field { kind, is_list }) = field else {
            self.after_bytes(length, 0);
            return 0;
        };
        let (size, weight) = match kind {
            // Packed: a number may have one byte.
            Kind::Number => (PIECE, GROWTH * NUMBER),
            Kind::Text => (HANDLE, COPIES),
            Kind::Message(shape) => {
                if self.open.len() == DEEPEST {
                    self.state = State::Nonsense;
                    return 0;
                }
                let size = self.schema.shapes[shape].size;
                self.open
                    .push((shape, self.position.saturating_add(length)));
                self.next_field();
                return PIECE + if is_list { GROWTH * size } else { size };
            }
        };
        self.after_bytes(length, weight);
        COPIES * PIECE
            + if is_list {
                COPIES * GROWTH * size
            } else {
                size
            }
    }

    fn after_bytes(&mut self, left: u64, weight: usize) {
        match left {
            0 => self.next_field(),
            left => self.state = State::Bytes(left, weight),
        }
    }

    fn next_field(&mut self) {
        while self
            .open
            .last()
            .is_some_and(|(_, end)| self.position >= *end)
        {
            self.open.pop();
        }
        self.state = State::Key(0, 0);
    }
}

/// A number of more than ten bytes is none.
fn longer(next: State, shift: u32) -> State {
    match shift {
        0..=56 => next,
        _ => State::Nonsense,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cess_tee_api::{podr2::*, pois::*, pubkeys};
    use proptest::prelude::*;
    use prost::Message;
    use std::fmt::Debug;

    const BATCH: &str = "/podr2.Podr2VerifierApi/request_batch_verify";
    const COMMIT: &str = "/pois.PoisCertifierApi/request_verify_commit_proof";
    const DELETION: &str = "/pois.PoisCertifierApi/request_verify_deletion_proof";
    const TAG: &str = "/podr2.Podr2Api/request_gen_tag";

    fn cost(path: &str, bytes: &[u8], cut: usize) -> usize {
        let mut count = Schema::get().count(path).unwrap();
        bytes
            .chunks(cut.max(1))
            .map(|bytes| count.follow(bytes))
            .sum()
    }

    /// The bytes that the allocator gave out at most while this ran, beyond those before.
    fn peak<T>(run: impl FnOnce() -> T) -> usize {
        crate::testing::memory::peak(run)
    }

    fn assert_counted<M: Message + Default + Debug>(path: &str, bytes: &[u8]) {
        let (taken, counted) = (peak(|| M::decode(bytes)), cost(path, bytes, 4096));
        assert!(taken <= counted, "{path}: {taken} bytes, counted {counted}");
    }

    fn field(number: u32, content: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        prost::encoding::encode_key(
            number,
            prost::encoding::WireType::LengthDelimited,
            &mut bytes,
        );
        prost::encoding::encode_varint(content.len() as u64, &mut bytes);
        [bytes, content.to_vec()].concat()
    }

    #[test]
    fn messages_of_empty_parts_count_for_what_they_become() {
        for count in [1, 1000, 100_000] {
            let nothings = |number| field(number, &[]).repeat(count);
            for number in 1..=4 {
                assert_counted::<RequestBatchVerify>(BATCH, &field(1, &nothings(number)));
                assert_counted::<RequestVerifyDeletionProof>(DELETION, &nothings(number));
                let inner = field(1, &nothings(number));
                assert_counted::<RequestVerifyCommitAndAccProof>(COMMIT, &field(1, &inner));
                assert_counted::<RequestVerifyCommitAndAccProof>(
                    COMMIT,
                    &field(1, &field(1, &inner)),
                );
            }
            assert_counted::<RequestBatchVerify>(BATCH, &nothings(3));
            assert_counted::<RequestBatchVerify>(BATCH, &field(2, &nothings(2)));
            // Packed numbers of a byte each.
            assert_counted::<RequestBatchVerify>(BATCH, &field(5, &vec![1; count]));
            assert_counted::<RequestBatchVerify>(BATCH, &[5 << 3, 1].repeat(count));
            assert_counted::<RequestGenTag>(TAG, &nothings(6));
            assert_counted::<RequestGenTag>(TAG, &field(1, &vec![7; count]));
        }
    }

    #[test]
    fn witnesses_in_each_other_count_as_deep_as_they_are_decoded() {
        let mut nested = Vec::new();
        for _ in 0..5000 {
            nested = field(3, &nested);
        }
        assert_counted::<RequestVerifyDeletionProof>(DELETION, &field(2, &nested));
        assert!(cost(DELETION, &field(2, &nested), 4096) < 50_000);
    }

    #[test]
    fn an_honest_proof_counts_for_little_more_than_its_bytes() {
        let proof = RequestBatchVerify {
            agg_proof: Some(request_batch_verify::BatchVerifyParam {
                names: vec!["a".repeat(64); 99],
                us: vec!["7".repeat(617); 99],
                mus: vec!["9".repeat(80_000); 99],
                sigma: "5".repeat(617),
            }),
            u_sigs: vec![vec![1; 256]; 99],
            ..Default::default()
        };
        let bytes = proof.encode_to_vec();
        let counted = cost(BATCH, &bytes, 16_384);
        assert!(
            (bytes.len()..bytes.len() * 5 / 2).contains(&counted),
            "{counted}"
        );
    }

    fn noise() -> impl Strategy<Value = Vec<u8>> {
        // Keys and lengths that proto files have, mostly.
        let byte = prop_oneof![
            Just(0x0a),
            Just(0x12),
            Just(0x1a),
            Just(0x22),
            0u8..40,
            any::<u8>()
        ];
        proptest::collection::vec(byte, 0..400)
    }

    proptest! {
        #[test]
        fn whatever_comes_is_counted_alike_however_it_is_cut(bytes in noise(), cut in 1usize..60) {
            for path in [BATCH, COMMIT, DELETION, TAG] {
                prop_assert_eq!(cost(path, &bytes, cut), cost(path, &bytes, bytes.len()));
            }
        }

        #[test]
        fn whatever_comes_takes_no_more_than_is_counted(bytes in noise()) {
            assert_counted::<RequestBatchVerify>(BATCH, &bytes);
            assert_counted::<RequestVerifyCommitAndAccProof>(COMMIT, &bytes);
            assert_counted::<RequestVerifyDeletionProof>(DELETION, &bytes);
            assert_counted::<RequestGenTag>(TAG, &bytes);
            assert_counted::<RequestSpaceProofVerify>(
                "/pois.PoisVerifierApi/request_space_proof_verify_single_block", &bytes);
            assert_counted::<pubkeys::Request>(
                "/ceseal.pubkeys.CesealPubkeysProvider/get_identity_pubkey", &bytes);
        }
    }
}
