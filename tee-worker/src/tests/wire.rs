//! Calls with bytes of one's own choice, to every method that the proto files name.

use prost::{bytes::Buf, bytes::BufMut, Message};
use prost_types::{
    field_descriptor_proto::{Label, Type},
    DescriptorProto, FieldDescriptorProto, FileDescriptorSet,
};
use std::collections::BTreeMap;
use tonic::{
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    codegen::http::uri::PathAndQuery,
    transport::Channel,
    Request, Status,
};

/// A method: its path, the name of its request, and whether it takes streams.
#[derive(Clone, Debug)]
pub(super) struct Method {
    pub(super) path: String,
    pub(super) request: String,
    pub(super) streams: bool,
}

/// What the proto files say.
pub(super) struct Interface {
    pub(super) methods: Vec<Method>,
    messages: BTreeMap<String, DescriptorProto>,
}

impl Interface {
    pub(super) fn read() -> Self {
        let set = FileDescriptorSet::decode(cess_tee_api::DESCRIPTORS).unwrap();
        let (mut methods, mut messages) = (Vec::new(), BTreeMap::new());
        for file in set.file {
            let package = format!(".{}", file.package());
            collect(&package, &file.message_type, &mut messages);
            for service in &file.service {
                for method in &service.method {
                    methods.push(Method {
                        path: format!("/{}.{}/{}", file.package(), service.name(), method.name()),
                        request: method.input_type().into(),
                        streams: method.client_streaming(),
                    });
                }
            }
        }
        Self { methods, messages }
    }

    pub(super) fn fields(&self, message: &str) -> &[FieldDescriptorProto] {
        &self.messages[message].field
    }
}

fn collect(prefix: &str, found: &[DescriptorProto], into: &mut BTreeMap<String, DescriptorProto>) {
    for message in found {
        let name = format!("{prefix}.{}", message.name());
        collect(&name, &message.nested_type, into);
        into.insert(name, message.clone());
    }
}

pub(super) fn is_list(field: &FieldDescriptorProto) -> bool {
    field.label() == Label::Repeated
}

pub(super) fn is_message(field: &FieldDescriptorProto) -> bool {
    field.r#type() == Type::Message
}

/// Sends one message, as it is, and returns the last answer. Streams begin with an empty message,
/// which asks for a place.
pub(super) async fn send(
    channel: &Channel,
    method: &Method,
    message: Vec<u8>,
) -> Result<Option<Vec<u8>>, Status> {
    let mut client = tonic::client::Grpc::new(channel.clone());
    let ready = client.ready().await;
    ready.map_err(|error| Status::unavailable(error.to_string()))?;
    let path = PathAndQuery::try_from(method.path.as_str()).unwrap();
    if method.streams {
        let request = Request::new(tokio_stream::iter([Vec::new(), message]));
        let mut answers = client.streaming(request, path, Raw).await?.into_inner();
        let mut last = None;
        while let Some(answer) = answers.message().await? {
            last = Some(answer);
        }
        Ok(last)
    } else {
        let answer = client.unary(Request::new(message), path, Raw).await?;
        Ok(Some(answer.into_inner()))
    }
}

/// Messages are the bytes that they are.
struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let mut bytes = vec![0; buffer.remaining()];
        buffer.copy_to_slice(&mut bytes);
        Ok(Some(bytes))
    }
}
