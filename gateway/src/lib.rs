//! The DeOSS gateway: files in over HTTP, fragments out to miners, and back again.
//!
//! [`run`] starts a gateway in this process and gives a [`Handle`]; `cess-gateway` is the same as a
//! program. What happens to a file:
//!
//! * **PUT** ([`routes`]): the sender is authenticated ([`auth`]), the body is cut, encrypted if a
//!   password came with it, and encoded while it arrives ([`spool`]); a durable record is made
//!   ([`records`]) and the file is declared on the chain ([`accept`]). The answer is its fid.
//! * **Distribution** ([`drive`], [`distribute`]): a task for each upload gives each of the twelve
//!   columns to a miner ([`place`]), follows the reports in blocks ([`signals`]), gives columns of
//!   silent miners to others, and declares again when the deal expires. It starts from the records
//!   and the chain only, so that a restart is nothing special.
//! * **GET** ([`fetch`]): segments come from the [`cache`], else from any four of twelve miners; each
//!   is checked, opened with the password if there is one, and sent on.
//!
//! Whatever a file's size, memory holds a few segments ([`gateway`] has the limits).
#![warn(missing_docs)]

mod accept;
mod auth;
mod cache;
mod chain;
mod config;
mod db;
mod directory;
mod distribute;
mod drive;
mod envelope;
mod error;
mod fetch;
mod gateway;
mod handle;
mod look;
mod metrics;
mod parts;
mod place;
mod range;
mod records;
mod refusal;
mod routes;
mod signals;
mod spool;
mod status;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use chain::{ChainApi, LiveChain};
pub use config::Config;
pub use db::DbError;
pub use error::GatewayError;
pub use handle::{run, Handle};
pub use status::Status;
