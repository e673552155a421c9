//! A client of the gateway's HTTP interface.

use cess_chain::Signer;
use cess_primitives::Hash;
use futures::StreamExt;
use std::path::Path;
use std::time::{Duration, SystemTime};
use tokio::io::AsyncWriteExt;

/// How long a signed request is good for.
const EXPIRY: Duration = Duration::from_secs(600);

/// Why the gateway did not do it.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// It could not be reached.
    #[error("the gateway does not answer: {0}")]
    Unreachable(#[from] reqwest::Error),
    /// It refused.
    #[error("the gateway refused ({code}): {message}")]
    Refused {
        /// Its code.
        code: u16,
        /// Its words.
        message: String,
    },
    /// It answered nonsense.
    #[error("the gateway's answer makes no sense: {0}")]
    Answer(String),
    /// A local file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: std::path::PathBuf,
        /// The cause.
        source: std::io::Error,
    },
}

/// What to store.
#[derive(Clone, Debug)]
pub struct Upload<'a> {
    /// The local file.
    pub file: &'a Path,
    /// Its name on chain.
    pub name: &'a str,
    /// The territory that pays.
    pub territory: &'a str,
    /// The password, if it is to be encrypted.
    pub cipher: Option<&'a str>,
}

/// One gateway.
#[derive(Clone, Debug)]
pub struct Gateway {
    url: String,
    http: reqwest::Client,
}

impl Gateway {
    /// The gateway at `http://host:port`.
    pub fn new(url: &str) -> Result<Self, ClientError> {
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self {
            url: url.trim_end_matches('/').into(),
            http,
        })
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Sends a file and returns its fid, once the deal is declared on chain.
    pub async fn put(&self, signer: &Signer, upload: &Upload<'_>) -> Result<Hash, ClientError> {
        let io = |source| ClientError::Io {
            path: upload.file.into(),
            source,
        };
        let file = tokio::fs::File::open(upload.file).await.map_err(io)?;
        let length = file.metadata().await.map_err(io)?.len();
        let stream = tokio_util::io::ReaderStream::with_capacity(file, 1 << 18);
        let part = reqwest::multipart::Part::stream_with_length(
            reqwest::Body::wrap_stream(stream),
            length,
        )
        .file_name(upload.name.to_owned());
        let form = reqwest::multipart::Form::new().part("file", part);
        let mut request = self
            .signed("PUT", "/file", signer)
            .header("Territory", upload.territory)
            .multipart(form);
        if let Some(cipher) = upload.cipher {
            request = request.header("Cipher", cipher);
        }
        let data = envelope(request.send().await?).await?;
        let fid = data["fid"].as_str().and_then(|f| f.parse().ok());
        fid.ok_or_else(|| ClientError::Answer(format!("no fid in {data}")))
    }

    /// Deletes a file of the signer.
    pub async fn delete(&self, signer: &Signer, fid: &Hash) -> Result<(), ClientError> {
        let path = format!("/file/{fid}");
        envelope(self.signed("DELETE", &path, signer).send().await?)
            .await
            .map(drop)
    }

    /// Fetches a file into `output`, which appears only when it is complete; returns its size.
    /// `fresh` asks the gateway to fetch from miners even what it has in its cache.
    pub async fn get(
        &self,
        fid: &Hash,
        cipher: Option<&str>,
        fresh: bool,
        output: &Path,
    ) -> Result<u64, ClientError> {
        let io = |source| ClientError::Io {
            path: output.into(),
            source,
        };
        let mut request = self.http.get(format!("{}/file/download/{fid}", self.url));
        if fresh {
            request = request.header("Cache-Control", "no-cache");
        }
        if let Some(cipher) = cipher {
            request = request.header("Cipher", cipher);
        }
        let response = request.send().await?;
        if !response.status().is_success() {
            return Err(match envelope(response).await {
                Err(e) => e,
                Ok(data) => ClientError::Answer(data.to_string()),
            });
        }
        let parent = output
            .parent()
            .filter(|p| !p.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let temp = tempfile::NamedTempFile::new_in(parent).map_err(io)?;
        let mut file = tokio::fs::File::from_std(temp.reopen().map_err(io)?);
        let (mut stream, mut size) = (response.bytes_stream(), 0);
        while let Some(chunk) = stream.next().await {
            let chunk = chunk?;
            size += chunk.len() as u64;
            file.write_all(&chunk).await.map_err(io)?;
        }
        file.sync_all().await.map_err(io)?;
        temp.persist(output).map_err(|e| io(e.error))?;
        Ok(size)
    }

    /// `GET path`, the data of the envelope.
    pub async fn query(&self, path: &str) -> Result<serde_json::Value, ClientError> {
        envelope(self.http.get(format!("{}{path}", self.url)).send().await?).await
    }

    /// A request that proves who sends it; the message names method, path and expiry.
    pub fn signed(&self, method: &str, path: &str, signer: &Signer) -> reqwest::RequestBuilder {
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let message = format!("{method} {path} {}", (now + EXPIRY).as_secs());
        let signature = hex::encode(signer.sign(message.as_bytes()));
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap_or_default();
        self.http
            .request(method, format!("{}{path}", self.url))
            .header("Account", signer.ss58())
            .header("Message", message)
            .header("Signature", format!("0x{signature}"))
    }
}

/// Opens the published envelope `{code, msg, data}`.
async fn envelope(response: reqwest::Response) -> Result<serde_json::Value, ClientError> {
    let status = response.status();
    let text = response.text().await?;
    let mut value: serde_json::Value = serde_json::from_str(&text).map_err(|_| {
        ClientError::Answer(format!(
            "status {status}, {}",
            text.chars().take(200).collect::<String>()
        ))
    })?;
    let code = value["code"].as_u64().unwrap_or(0) as u16;
    if code == 200 {
        return Ok(value["data"].take());
    }
    let message = value["msg"].as_str().unwrap_or("no message").to_owned();
    Err(ClientError::Refused { code, message })
}
