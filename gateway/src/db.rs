//! The one embedded database of a gateway, off the asynchronous threads.

use redb::{Database, Durability, ReadTransaction, ReadableDatabase, WriteTransaction};
use std::path::Path;
use std::sync::Arc;

/// The database failed, or is in use.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// redb says no.
    #[error("the database failed: {0}")]
    Redb(#[source] Box<redb::Error>),
    /// Another process has it open.
    #[error("{0} is in use: another gateway runs on the same data directory")]
    InUse(String),
    /// Stored bytes have another shape.
    #[error("the database holds a {0} of another release: delete the data directory")]
    Shape(&'static str),
    /// The process ends.
    #[error("the database is being closed")]
    Closed,
}

macro_rules! from_redb {
    ($($error:ident),*) => {$(
        impl From<redb::$error> for DbError {
            fn from(error: redb::$error) -> Self {
                Self::Redb(Box::new(error.into()))
            }
        }
    )*};
}

from_redb!(
    CommitError,
    DatabaseError,
    SetDurabilityError,
    StorageError,
    TableError,
    TransactionError
);

/// How soon a change must be safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Safe {
    /// When the call returns.
    Now,
    /// With the next change that is safe at once.
    Later,
}

/// A handle to the database; clones share it.
#[derive(Clone)]
pub(crate) struct Db(Arc<Database>);

impl Db {
    /// Opens or creates the database.
    pub(crate) fn open(path: &Path) -> Result<Self, DbError> {
        match Database::create(path) {
            Ok(db) => Ok(Self(Arc::new(db))),
            Err(redb::DatabaseError::DatabaseAlreadyOpen) => {
                Err(DbError::InUse(path.display().to_string()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Runs a reading transaction.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&ReadTransaction) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        let db = Arc::clone(&self.0);
        let task = tokio::task::spawn_blocking(move || read(&db.begin_read()?));
        task.await.unwrap_or(Err(DbError::Closed))
    }

    /// Runs a writing transaction; an error rolls it back.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        safe: Safe,
        write: impl FnOnce(&WriteTransaction) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        let db = self.clone();
        let task = tokio::task::spawn_blocking(move || db.write_now(safe, write));
        task.await.unwrap_or(Err(DbError::Closed))
    }

    /// As [`Db::write`], on this thread.
    pub(crate) fn write_now<T>(
        &self,
        safe: Safe,
        write: impl FnOnce(&WriteTransaction) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        let mut transaction = self.0.begin_write()?;
        if safe == Safe::Later {
            transaction.set_durability(Durability::None)?;
        }
        let value = write(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }
}
