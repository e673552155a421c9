//! Asking the chain whether its books balance.

use crate::{connection::about_block, Chain, ChainError};
use codec::Decode;

impl Chain {
    /// Every invariant of the protocol's pallets that does not hold, a line each; none is as it
    /// should be. The node walks through the whole state for it.
    pub async fn complaints(&self) -> Result<Vec<String>, ChainError> {
        const METHOD: &str = "BooksApi_complaints";
        let at = self.at;
        let bytes = self
            .connection()
            .ask(METHOD, |rpc| async move {
                rpc.state_call(METHOD, None, at).await
            })
            .await
            .map_err(|e| about_block(e, at))?;
        Vec::<String>::decode(&mut &*bytes).map_err(|e| ChainError::decode(METHOD, e))
    }
}
