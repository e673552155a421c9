//! How a command reaches the process that supervises a network: JSON lines over a Unix socket.

use crate::dir::{DirError, NetworkDir};
use crate::network::{Action, Network};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};

/// What a command asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Request {
    /// Do something to a process.
    Act {
        /// The process.
        role: String,
        /// What to do.
        action: Action,
    },
    /// Stop the network.
    Stop,
}

/// What the supervisor answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Response {
    /// Done.
    Done,
    /// Not done, and why.
    Failed(String),
}

/// Why a supervisor could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// No network, or its folder cannot be used.
    #[error(transparent)]
    Dir(#[from] DirError),
    /// The socket broke.
    #[error("the supervising process does not answer: {0}. See its log with `cessnet logs`")]
    Socket(#[from] std::io::Error),
    /// It refused.
    #[error("{0}")]
    Refused(String),
}

/// Asks the supervisor of the network in `dir`.
pub async fn ask(dir: &NetworkDir, request: &Request) -> Result<(), ControlError> {
    if !dir.is_running() {
        return Err(DirError::NoNetwork(dir.root().display().to_string()).into());
    }
    let stream = UnixStream::connect(dir.socket()).await?;
    let mut stream = BufReader::new(stream);
    let mut line = serde_json::to_vec(request).map_err(std::io::Error::from)?;
    line.push(b'\n');
    stream.write_all(&line).await?;
    let mut answer = String::new();
    stream.read_line(&mut answer).await?;
    match serde_json::from_str(&answer).map_err(std::io::Error::from)? {
        Response::Done => Ok(()),
        Response::Failed(reason) => Err(ControlError::Refused(reason)),
    }
}

/// Answers commands until one asks to stop, or `stopped` is done; then the network has ended.
pub async fn serve(
    mut network: Network,
    stopped: impl std::future::Future<Output = ()>,
) -> anyhow::Result<()> {
    let path = network.dir().socket();
    if let Err(e) = std::fs::remove_file(&path) {
        if e.kind() != std::io::ErrorKind::NotFound {
            return Err(e.into());
        }
    }
    let listener = UnixListener::bind(&path)?;
    tokio::pin!(stopped);
    let mut asker = None;
    loop {
        let stream = tokio::select! {
            () = &mut stopped => break,
            accepted = listener.accept() => accepted?.0,
        };
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        // A client that goes away in the middle of its request asked for nothing.
        if stream.read_line(&mut line).await.is_err() {
            continue;
        }
        let response = match serde_json::from_str(&line) {
            Ok(Request::Stop) => {
                asker = Some(stream);
                break;
            }
            Ok(Request::Act { role, action }) => match network.act(&role, action).await {
                Ok(()) => Response::Done,
                Err(e) => Response::Failed(e.to_string()),
            },
            Err(e) => Response::Failed(format!("not a request: {e}")),
        };
        answer(&mut stream, &response).await;
    }
    let stopped = network.stop().await;
    if let Some(mut stream) = asker {
        let response = match &stopped {
            Ok(()) => Response::Done,
            Err(e) => Response::Failed(e.to_string()),
        };
        answer(&mut stream, &response).await;
    }
    Ok(stopped?)
}

async fn answer(stream: &mut BufReader<UnixStream>, response: &Response) {
    let Ok(mut line) = serde_json::to_vec(response) else {
        return;
    };
    line.push(b'\n');
    if let Err(e) = stream.write_all(&line).await {
        tracing::debug!("a command left before its answer: {e}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn asking_where_no_network_runs_says_so() {
        let temp = tempfile::tempdir().unwrap();
        let dir = NetworkDir::new(temp.path()).unwrap();
        let error = ask(&dir, &Request::Stop).await.unwrap_err();
        assert!(error.to_string().contains("cessnet up"), "{error}");
    }

    #[test]
    fn requests_survive_the_wire() {
        let request = Request::Act {
            role: "miner-3".into(),
            action: Action::Pause,
        };
        let text = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<Request>(&text).unwrap(), request);
    }
}
