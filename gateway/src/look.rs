//! What the chain knows of a fid, read so that the answers fit together.

use crate::gateway::Gateway;
use cess_chain::ChainError;
use cess_primitives::file::{DealInfo, DealTerms, FileInfo};
use cess_primitives::Hash;

/// What the chain knows of a fid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum View {
    /// Miners hold it.
    Stored(FileInfo),
    /// It is being stored.
    Deal(DealInfo, DealTerms),
    /// Nothing.
    Nothing,
}

impl Gateway {
    /// Looks a fid up. Each read sees the best block of its moment, and a deal may turn into a file
    /// between two of them.
    pub(crate) async fn look(&self, fid: &Hash) -> Result<View, ChainError> {
        loop {
            if let Some(file) = self.chain.file(fid).await? {
                return Ok(View::Stored(file));
            }
            let Some(deal) = self.chain.deal(fid).await? else {
                break;
            };
            if let Some(terms) = self.chain.deal_terms(fid).await? {
                return Ok(View::Deal(deal, terms));
            }
        }
        Ok(self
            .chain
            .file(fid)
            .await?
            .map_or(View::Nothing, View::Stored))
    }
}
