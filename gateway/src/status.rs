//! How far a gateway's start has come.

/// Where a gateway stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not ready yet; what it is doing.
    Starting(String),
    /// Registered, following the chain, serving.
    Ready,
    /// It cannot start, for this reason.
    Failed(String),
}

impl Status {
    /// What the gateway is doing.
    pub fn step(&self) -> String {
        match self {
            Self::Starting(step) => step.clone(),
            Self::Ready => "serving".into(),
            Self::Failed(reason) => reason.clone(),
        }
    }
}
