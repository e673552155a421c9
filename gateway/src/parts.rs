//! Files that arrive in several requests: the bytes so far, until the last ones are here.
//!
//! A part holds a prefix of the file as the client has it, and says by its length where to go on. It
//! survives a restart, and is gone when the file was taken in, or when nobody went on for a day. What will
//! be encrypted is not readable on the disk either: a key that only this process knows lies over it, so
//! that it ends with the process.

mod veil;

use cess_primitives::file::Name;
use cess_primitives::AccountId;
use sha2::{Digest, Sha256};
use std::io::{self, SeekFrom};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use veil::Veil;

/// An upload that nobody goes on with is kept for so long.
pub(crate) const LIFE: Duration = Duration::from_secs(24 * 60 * 60);
/// Unfinished uploads of an account.
pub(crate) const UNFINISHED: usize = 16;
/// Bytes that are read at a time.
const PIECE: usize = 256 << 10;
/// How the name of a veiled part ends.
const VEILED: &str = ".veiled";

/// The folder of unfinished uploads, with a folder for each account.
#[derive(Clone)]
pub(crate) struct Parts {
    dir: PathBuf,
    secret: [u8; 32],
}

/// Which upload a request goes on with: as published, whoever sends a file of the same name and length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) account: AccountId,
    pub(crate) territory: Name,
    pub(crate) name: Name,
    /// Bytes of the whole file.
    pub(crate) total: u64,
    /// Whether the file will be encrypted.
    pub(crate) is_secret: bool,
    /// The message that began it, if that is good once: no other one, spent elsewhere, goes on with it.
    pub(crate) once: Option<[u8; 32]>,
}

impl Key {
    /// Names of users are no names for files.
    pub(crate) fn digest(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(self.account.as_ref() as &[u8]);
        for name in [&self.territory, &self.name] {
            hasher.update((name.len() as u64).to_be_bytes());
            hasher.update(name);
        }
        hasher.update(self.total.to_be_bytes());
        hasher.update([u8::from(self.is_secret)]);
        hasher.update(self.once.as_ref().map_or(&[][..], |once| once));
        hasher.finalize().into()
    }
}

/// An unfinished upload.
pub(crate) struct Part {
    path: PathBuf,
    key: Option<[u8; 32]>,
}

/// An unfinished upload that is written to or read.
pub(crate) struct Open {
    file: File,
    veil: Option<Veil>,
}

impl Parts {
    /// Opens the folder. What is in it stays, but for what nobody can read any more.
    pub(crate) fn open(dir: PathBuf) -> io::Result<Self> {
        std::fs::create_dir_all(&dir)?;
        let secret = rand::random();
        let parts = Self { dir, secret };
        parts.remove(|path, _| path.to_string_lossy().ends_with(VEILED))?;
        parts.sweep(SystemTime::now())?;
        Ok(parts)
    }

    /// Removes what nobody went on with for too long.
    pub(crate) fn sweep(&self, now: SystemTime) -> io::Result<()> {
        self.remove(|_, changed| now.duration_since(changed).is_ok_and(|idle| idle >= LIFE))
    }

    fn remove(&self, which: impl Fn(&PathBuf, SystemTime) -> bool) -> io::Result<()> {
        for folder in std::fs::read_dir(&self.dir)? {
            for file in std::fs::read_dir(folder?.path())? {
                let file = file?;
                if which(&file.path(), file.metadata()?.modified()?) {
                    std::fs::remove_file(file.path())?;
                }
            }
        }
        Ok(())
    }

    /// How many unfinished uploads the account has.
    pub(crate) fn unfinished(&self, account: &AccountId) -> io::Result<usize> {
        match std::fs::read_dir(self.folder(account)) {
            Ok(files) => Ok(files.count()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// An upload, whether there is anything of it or not.
    pub(crate) fn part(&self, key: &Key) -> Part {
        let digest = key.digest();
        let end = if key.is_secret { VEILED } else { "" };
        let name = format!("{}{end}", hex::encode(digest));
        let secret = || Sha256::new_with_prefix(self.secret).chain_update(digest);
        Part {
            path: self.folder(&key.account).join(name),
            key: key.is_secret.then(|| secret().finalize().into()),
        }
    }

    fn folder(&self, account: &AccountId) -> PathBuf {
        self.dir.join(hex::encode(account.as_ref() as &[u8]))
    }
}

impl Part {
    /// How many bytes are there.
    pub(crate) async fn length(&self) -> io::Result<u64> {
        match tokio::fs::metadata(&self.path).await {
            Ok(metadata) => Ok(metadata.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Opens it to go on at `start`; what was there behind it gives way.
    pub(crate) async fn write_from(&self, start: u64) -> io::Result<Open> {
        if let Some(folder) = self.path.parent() {
            tokio::fs::create_dir_all(folder).await?;
        }
        let mut options = OpenOptions::new();
        // Whoever else has an account on this machine does not read along.
        options.create(true).write(true).truncate(false).mode(0o600);
        let mut file = options.open(&self.path).await?;
        file.set_len(start).await?;
        file.seek(SeekFrom::Start(start)).await?;
        let veil = self.veil(start)?;
        Ok(Open { file, veil })
    }

    /// Opens it to be read from the beginning.
    pub(crate) async fn read(&self) -> io::Result<Open> {
        let file = File::open(&self.path).await?;
        let veil = self.veil(0)?;
        Ok(Open { file, veil })
    }

    /// Removes it.
    pub(crate) async fn remove(&self) -> io::Result<()> {
        tokio::fs::remove_file(&self.path).await
    }

    fn veil(&self, start: u64) -> io::Result<Option<Veil>> {
        self.key
            .as_ref()
            .map(|key| Veil::at(key, start))
            .transpose()
    }
}

impl Open {
    /// Writes what comes next.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.veil {
            None => self.file.write_all(bytes).await,
            Some(veil) => self.file.write_all(&veil.over(bytes)?).await,
        }
    }

    /// Forgets everything from `start` on.
    pub(crate) async fn cut(self, start: u64) -> io::Result<()> {
        self.file.set_len(start).await
    }

    /// Makes what was written durable: the client is told that it is here.
    pub(crate) async fn close(mut self) -> io::Result<()> {
        self.file.flush().await?;
        self.file.sync_data().await
    }

    /// What comes next, some hundred KiB; nothing at the end.
    pub(crate) async fn next(&mut self) -> io::Result<Vec<u8>> {
        let mut piece = Vec::with_capacity(PIECE);
        self.file.read_buf(&mut piece).await?;
        match &mut self.veil {
            None => Ok(piece),
            Some(veil) => veil.over(&piece),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str, total: u64) -> Key {
        let text = |text: &str| Name::truncate_from(text.as_bytes().to_vec());
        Key {
            account: AccountId::new([1; 32]),
            territory: text("home"),
            name: text(name),
            total,
            is_secret: false,
            once: None,
        }
    }

    async fn write(part: &Part, start: u64, bytes: &[u8]) {
        let mut open = part.write_from(start).await.unwrap();
        open.write(bytes).await.unwrap();
        open.close().await.unwrap();
    }

    #[test]
    fn uploads_differ_by_owner_territory_name_length_secrecy_and_message() {
        let mut others = vec![key("ab", 1), key("a", 2)];
        others.extend([key("a", 1), key("a", 1), key("a", 1), key("a", 1)]);
        others[2].account = AccountId::new([2; 32]);
        others[3].territory = Name::truncate_from(b"homea".to_vec());
        others[4].is_secret = true;
        others[5].once = Some([0; 32]);
        let digest = key("a", 1).digest();
        assert!(others.iter().all(|other| other.digest() != digest));
    }

    #[tokio::test]
    async fn an_upload_goes_when_nobody_goes_on_with_it() {
        let dir = tempfile::tempdir().unwrap();
        let parts = Parts::open(dir.path().into()).unwrap();
        let key = key("a", 9);
        let part = parts.part(&key);
        write(&part, 0, b"half").await;
        let soon = SystemTime::now() + LIFE / 2;
        parts.sweep(soon).unwrap();
        assert_eq!(part.length().await.unwrap(), 4);
        assert_eq!(parts.unfinished(&key.account).unwrap(), 1);
        parts.sweep(soon + LIFE).unwrap();
        assert_eq!(part.length().await.unwrap(), 0);
        assert_eq!(parts.unfinished(&key.account).unwrap(), 0);
    }

    #[tokio::test]
    async fn what_will_be_encrypted_is_veiled_and_ends_with_the_process() {
        let dir = tempfile::tempdir().unwrap();
        let parts = Parts::open(dir.path().into()).unwrap();
        let mut key = key("a", 9);
        key.is_secret = true;
        let part = parts.part(&key);
        let text = vec![b'x'; 70];
        write(&part, 0, &text[..33]).await;
        write(&part, 17, &text[17..]).await;
        let stored = std::fs::read(&part.path).unwrap();
        assert_eq!(stored.len(), 70);
        assert!(!stored.windows(4).any(|bytes| bytes == b"xxxx"));
        assert_eq!(part.read().await.unwrap().next().await.unwrap(), text);
        let later = Parts::open(dir.path().into()).unwrap();
        assert_eq!(later.part(&key).length().await.unwrap(), 0);
    }
}
