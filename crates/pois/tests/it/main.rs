//! The scheme as a whole, from the outside.

mod arbitrary;
mod common;
mod hostile;
mod labelling;
mod plain;
mod recovery;
mod scheme;
mod selection;
