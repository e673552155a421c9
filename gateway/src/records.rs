//! What must survive a crash: uploads under way, how others ended, and spent messages.

use crate::db::{Db, DbError, Safe};
use cess_chain::H256;
use cess_primitives::file::{DeclaredSegments, Name, SegmentList, UserBrief};
use cess_primitives::{AccountId, BVec, Hash, Tick};
use codec::{Decode, Encode};
use redb::{ReadableTable, TableDefinition};
use std::time::{SystemTime, UNIX_EPOCH};

type Table = TableDefinition<'static, &'static [u8], &'static [u8]>;

const META: Table = TableDefinition::new("meta");
const UPLOADS: Table = TableDefinition::new("uploads");
const SEGMENTS: Table = TableDefinition::new("segments");
const ENDED: Table = TableDefinition::new("ended");
const SPENT: Table = TableDefinition::new("spent");
const SPENT_COUNT: TableDefinition<'static, &'static [u8], u32> =
    TableDefinition::new("spent_count");
const GENESIS: &[u8] = b"genesis";

/// Failed uploads that are remembered.
const ENDED_KEPT: usize = 1000;
/// Messages without an expiry that an account may use in all.
pub(crate) const MESSAGES_PER_ACCOUNT: u32 = 10_000;

/// How far an upload has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Progress {
    /// The file is here; nothing is known of its declaration.
    Received,
    /// It was seen as a deal that lives until this tick.
    Declared {
        /// The deal's deadline.
        deadline: Tick,
    },
}

/// An upload that is not stored yet.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Upload {
    pub(crate) owner: AccountId,
    pub(crate) file_name: Name,
    pub(crate) territory: Name,
    /// Bytes of the file as it was given.
    pub(crate) size: u64,
    pub(crate) progress: Progress,
    /// How often it was declared.
    pub(crate) declarations: u32,
}

impl Upload {
    /// The owner as the chain wants it.
    pub(crate) fn brief(&self) -> UserBrief {
        UserBrief {
            user: self.owner.clone(),
            file_name: self.file_name.clone(),
            territory_name: self.territory.clone(),
        }
    }
}

/// An upload that came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Ended {
    /// Seconds since 1970.
    pub(crate) at: u64,
    pub(crate) reason: String,
}

/// Why a message cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spent {
    /// It was used before.
    Before,
    /// The account has used as many as it may.
    TooMany,
}

/// The records of a gateway.
#[derive(Clone)]
pub(crate) struct Records {
    db: Db,
}

fn decode<T: Decode>(mut bytes: &[u8], what: &'static str) -> Result<T, DbError> {
    T::decode(&mut bytes).map_err(|_| DbError::Shape(what))
}

fn hash(key: &[u8]) -> Result<Hash, DbError> {
    key.try_into().map(Hash).map_err(|_| DbError::Shape("fid"))
}

impl Records {
    /// Makes the tables.
    pub(crate) async fn open(db: Db) -> Result<Self, DbError> {
        db.write(Safe::Now, |t| {
            for table in [META, UPLOADS, SEGMENTS, ENDED, SPENT] {
                t.open_table(table)?;
            }
            t.open_table(SPENT_COUNT)?;
            Ok(())
        })
        .await?;
        Ok(Self { db })
    }

    /// Whether these records belong to this chain; new ones do from now on.
    pub(crate) async fn belong_to(&self, genesis: H256) -> Result<bool, DbError> {
        self.db
            .write(Safe::Now, move |t| {
                let mut meta = t.open_table(META)?;
                let known = meta.get(GENESIS)?.map(|v| v.value() == genesis.as_bytes());
                if known.is_none() {
                    meta.insert(GENESIS, genesis.as_bytes())?;
                }
                Ok(known.unwrap_or(true))
            })
            .await
    }

    /// Notes an upload, for good when this returns.
    pub(crate) async fn begin(
        &self,
        fid: Hash,
        upload: Upload,
        segments: DeclaredSegments,
    ) -> Result<(), DbError> {
        self.db
            .write(Safe::Now, move |t| {
                t.open_table(UPLOADS)?
                    .insert(&fid.0[..], &upload.encode()[..])?;
                t.open_table(SEGMENTS)?
                    .insert(&fid.0[..], &segments.encode()[..])?;
                t.open_table(ENDED)?.remove(&fid.0[..])?;
                Ok(())
            })
            .await
    }

    /// Notes how far an upload has come; nothing when there is no such upload.
    pub(crate) async fn update(&self, fid: Hash, upload: Upload) -> Result<(), DbError> {
        self.db
            .write(Safe::Now, move |t| {
                let mut uploads = t.open_table(UPLOADS)?;
                if uploads.get(&fid.0[..])?.is_some() {
                    uploads.insert(&fid.0[..], &upload.encode()[..])?;
                }
                Ok(())
            })
            .await
    }

    /// The upload is stored, or was never wanted.
    pub(crate) async fn forget(&self, fid: Hash) -> Result<(), DbError> {
        self.db
            .write(Safe::Now, move |t| {
                t.open_table(UPLOADS)?.remove(&fid.0[..])?;
                t.open_table(SEGMENTS)?.remove(&fid.0[..])?;
                t.open_table(ENDED)?.remove(&fid.0[..])?;
                Ok(())
            })
            .await
    }

    /// The upload came to nothing; the reason is kept for those who ask.
    pub(crate) async fn end(&self, fid: Hash, reason: String) -> Result<(), DbError> {
        let at = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| d.as_secs());
        self.db
            .write(Safe::Now, move |t| {
                t.open_table(UPLOADS)?.remove(&fid.0[..])?;
                t.open_table(SEGMENTS)?.remove(&fid.0[..])?;
                let mut ended = t.open_table(ENDED)?;
                ended.insert(&fid.0[..], &Ended { at, reason }.encode()[..])?;
                let mut oldest: Option<(u64, Vec<u8>)> = None;
                let mut count = 0usize;
                for entry in ended.iter()? {
                    let (key, value) = entry?;
                    let at = decode::<Ended>(value.value(), "failed upload")?.at;
                    count += 1;
                    if oldest.as_ref().is_none_or(|(least, _)| at < *least) {
                        oldest = Some((at, key.value().to_vec()));
                    }
                }
                if let Some((_, key)) = oldest.filter(|_| count > ENDED_KEPT) {
                    ended.remove(&key[..])?;
                }
                Ok(())
            })
            .await
    }

    /// An upload under way.
    pub(crate) async fn upload(&self, fid: Hash) -> Result<Option<Upload>, DbError> {
        self.db
            .read(move |t| {
                let found = t.open_table(UPLOADS)?.get(&fid.0[..])?;
                found.map(|v| decode(v.value(), "upload")).transpose()
            })
            .await
    }

    /// The segments of an upload under way.
    pub(crate) async fn segments(&self, fid: Hash) -> Result<Option<Vec<SegmentList>>, DbError> {
        self.db
            .read(move |t| {
                let found = t.open_table(SEGMENTS)?.get(&fid.0[..])?;
                let list =
                    found.map(|v| decode::<BVec<SegmentList, 1000>>(v.value(), "segment list"));
                Ok(list.transpose()?.map(Into::into))
            })
            .await
    }

    /// How an upload failed.
    pub(crate) async fn ended(&self, fid: Hash) -> Result<Option<Ended>, DbError> {
        self.db
            .read(move |t| {
                let found = t.open_table(ENDED)?.get(&fid.0[..])?;
                found
                    .map(|v| decode(v.value(), "failed upload"))
                    .transpose()
            })
            .await
    }

    /// All uploads under way, and the number of their segments.
    pub(crate) async fn uploads(&self) -> Result<Vec<(Hash, u32)>, DbError> {
        self.db
            .read(|t| {
                let segments = t.open_table(SEGMENTS)?;
                let mut found = Vec::new();
                for entry in t.open_table(UPLOADS)?.iter()? {
                    let key = entry?.0;
                    let list = segments.get(key.value())?;
                    let list = list.ok_or(DbError::Shape("upload without segments"))?;
                    let count: codec::Compact<u32> = decode(list.value(), "segment list")?;
                    found.push((hash(key.value())?, count.0));
                }
                Ok(found)
            })
            .await
    }

    /// Uses up a message that never expires.
    ///
    /// Nothing is ever given up here: a message that was forgotten could be replayed. What keeps the
    /// table small is that only owners who authorised this gateway on the chain get this far, and
    /// each of them at most [`MESSAGES_PER_ACCOUNT`] times.
    pub(crate) async fn spend(
        &self,
        account: AccountId,
        message: [u8; 32],
    ) -> Result<Result<(), Spent>, DbError> {
        self.db
            .write(Safe::Now, move |t| {
                let owner: &[u8] = account.as_ref();
                let key = [owner, &message[..]].concat();
                let mut spent = t.open_table(SPENT)?;
                if spent.get(&key[..])?.is_some() {
                    return Ok(Err(Spent::Before));
                }
                let mut counts = t.open_table(SPENT_COUNT)?;
                let count = counts.get(owner)?.map_or(0, |v| v.value());
                if count >= MESSAGES_PER_ACCOUNT {
                    return Ok(Err(Spent::TooMany));
                }
                counts.insert(owner, count + 1)?;
                spent.insert(&key[..], &[][..])?;
                Ok(Ok(()))
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn records() -> (tempfile::TempDir, Records) {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("gateway.redb")).unwrap();
        (dir, Records::open(db).await.unwrap())
    }

    #[tokio::test]
    async fn a_message_is_spent_once_for_each_account() {
        let (_dir, records) = records().await;
        let (a, b) = (AccountId::new([1; 32]), AccountId::new([2; 32]));
        assert_eq!(records.spend(a.clone(), [7; 32]).await.unwrap(), Ok(()));
        assert_eq!(
            records.spend(a.clone(), [7; 32]).await.unwrap(),
            Err(Spent::Before)
        );
        assert_eq!(records.spend(a, [8; 32]).await.unwrap(), Ok(()));
        assert_eq!(records.spend(b, [7; 32]).await.unwrap(), Ok(()));
    }

    #[tokio::test]
    async fn an_account_runs_out_of_messages_instead_of_making_the_gateway_forget() {
        let (_dir, records) = records().await;
        let account = AccountId::new([1; 32]);
        let owner = account.clone();
        let set = move |t: &redb::WriteTransaction| {
            let owner: &[u8] = owner.as_ref();
            t.open_table(SPENT_COUNT)?
                .insert(owner, MESSAGES_PER_ACCOUNT)?;
            Ok(())
        };
        records.db.write(Safe::Now, set).await.unwrap();
        assert_eq!(
            records.spend(account, [7; 32]).await.unwrap(),
            Err(Spent::TooMany)
        );
    }

    #[tokio::test]
    async fn failed_uploads_are_remembered_up_to_a_limit() {
        let (_dir, records) = records().await;
        for i in 0..3u32 {
            records
                .end(Hash::of(&i.encode()), format!("reason {i}"))
                .await
                .unwrap();
        }
        let ended = records
            .ended(Hash::of(&1u32.encode()))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(ended.reason, "reason 1");
        assert_eq!(records.ended(Hash::of(b"other")).await.unwrap(), None);
    }

    #[tokio::test]
    async fn records_of_another_chain_are_recognised() {
        let (_dir, records) = records().await;
        assert!(records.belong_to(H256([1; 32])).await.unwrap());
        assert!(records.belong_to(H256([1; 32])).await.unwrap());
        assert!(!records.belong_to(H256([2; 32])).await.unwrap());
    }
}
