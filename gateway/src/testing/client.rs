//! Requests as a client makes them, without sockets.

use super::{alice, Running};
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use bytes::Bytes;
use cess_chain::Signer;
use cess_primitives::Hash;
use futures::stream;
use http_body_util::BodyExt;
use serde_json::Value;
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};
use tower::ServiceExt;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// The envelope, whose code must be the status.
    pub(crate) fn envelope(&self) -> Value {
        let value: Value = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(value["code"], self.status.as_u16(), "{value}");
        value
    }

    /// The envelope's message.
    pub(crate) fn msg(&self) -> String {
        self.envelope()["msg"].as_str().unwrap().to_owned()
    }

    /// The envelope's data, of a request that must have worked.
    pub(crate) fn data(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{:?}", self.body);
        self.envelope()["data"].clone()
    }

    /// The fid in the data.
    pub(crate) fn fid(&self) -> Hash {
        self.data()["fid"].as_str().unwrap().parse().unwrap()
    }
}

/// The headers of somebody who signs a message for this request.
pub(crate) fn signed(signer: &Signer, method: &str, path: &str) -> Vec<(&'static str, String)> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let message = format!("{method} {path} {}", now + 600);
    let signature = hex::encode(signer.sign(message.as_bytes()));
    vec![
        ("Account", signer.ss58()),
        ("Message", message),
        ("Signature", signature),
    ]
}

/// A form with one file; `end` closes it.
pub(crate) fn form(field: &str, file_name: &str, content: &[u8], end: bool) -> Vec<u8> {
    let head = format!(
        "--frontier\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{file_name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    let tail = if end { "\r\n--frontier--\r\n" } else { "" };
    [head.as_bytes(), content, tail.as_bytes()].concat()
}

/// An upload in the making.
pub(crate) struct Put {
    path: String,
    headers: Vec<(&'static str, String)>,
}

impl Put {
    /// Alice puts an object into her territory.
    pub(crate) fn object(name: &str) -> Self {
        Self::by(&alice(), &format!("/object/{name}"))
    }

    /// Alice puts a form into her territory.
    pub(crate) fn form() -> Self {
        let this = Self::by(&alice(), "/file");
        this.header("Content-Type", "multipart/form-data; boundary=frontier")
    }

    pub(crate) fn by(signer: &Signer, path: &str) -> Self {
        let mut headers = signed(signer, "PUT", path);
        headers.push(("Territory", "home".into()));
        Self {
            path: path.into(),
            headers,
        }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(n, _)| *n != name);
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(n, _)| *n != name);
        self
    }

    /// Sends a body of known length.
    pub(crate) async fn send(self, to: &Running, body: impl Into<Bytes>) -> Answer {
        let body = body.into();
        let this = self.header("Content-Length", body.len().to_string());
        this.send_body(to, Body::from(body)).await
    }

    /// Sends pieces; an error breaks the connection.
    pub(crate) async fn send_pieces(self, to: &Running, pieces: Vec<io::Result<Bytes>>) -> Answer {
        self.send_body(to, Body::from_stream(stream::iter(pieces)))
            .await
    }

    pub(crate) async fn send_body(self, to: &Running, body: Body) -> Answer {
        to.request("PUT", &self.path, &self.headers, body).await
    }
}

impl Running {
    pub(crate) async fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, String)],
        body: Body,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let response = self
            .router
            .clone()
            .oneshot(request.body(body).unwrap())
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.request("GET", path, &[], Body::empty()).await
    }

    pub(crate) async fn download(&self, fid: Hash, headers: &[(&str, &str)]) -> Answer {
        let headers: Vec<_> = headers.iter().map(|(n, v)| (*n, (*v).to_owned())).collect();
        let path = format!("/file/download/{fid}");
        self.request("GET", &path, &headers, Body::empty()).await
    }

    pub(crate) async fn delete(&self, signer: &Signer, fid: Hash) -> Answer {
        let path = format!("/file/{fid}");
        let headers = signed(signer, "DELETE", &path);
        self.request("DELETE", &path, &headers, Body::empty()).await
    }

    /// Uploads an object of Alice's, which must work.
    pub(crate) async fn upload(&self, content: impl Into<Bytes>) -> Hash {
        Put::object("file.bin").send(self, content).await.fid()
    }
}
