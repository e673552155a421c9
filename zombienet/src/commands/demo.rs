//! `cessnet demo`: a file's life, step by step, each checked.

use super::damage::overwrite;
use super::{store, Session};
use crate::cli::Demo;
use crate::client::{Gateway, Upload};
use crate::control::{self, Request};
use crate::lifecycle::{self, AuditOutcome};
use crate::manifest::Manifest;
use crate::network::Action;
use crate::output::bytes;
use crate::roles::Role;
use anyhow::{ensure, Context, Result};
use cess_chain::{Chain, Signer};
use cess_primitives::file::FileInfo;
use cess_primitives::{AccountId, Hash, ProtocolParams};
use rand::RngCore;
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Bytes of the file that the demo makes.
const DEFAULT_SIZE: usize = 10 << 20;
const TERRITORY: &str = "demo";

pub(super) async fn demo(session: &Session, demo: Demo) -> Result<()> {
    let manifest = session.manifest()?;
    let chain = session.chain(&manifest).await?;
    let (gateway, gateway_account) = store::gateway(&manifest)?;
    let folder = tempfile::tempdir()?;
    let file = match demo.file {
        Some(file) => file,
        None => random_file(folder.path())?,
    };
    let tale = Tale {
        session,
        params: chain.params().await?,
        user: Signer::from_uri("//Alice")?,
        started: Instant::now(),
        folder: folder.path().into(),
        manifest,
        chain,
        gateway,
        gateway_account,
        file,
    };
    tale.tell().await?;
    let took = tale.started.elapsed().as_secs_f32();
    session.print(
        format!("\nEverything held, in {took:.1} s."),
        serde_json::json!({ "demo": "passed", "seconds": took }),
    );
    Ok(())
}

struct Tale<'a> {
    session: &'a Session,
    manifest: Manifest,
    chain: Chain,
    params: ProtocolParams,
    user: Signer,
    gateway: Gateway,
    gateway_account: AccountId,
    file: PathBuf,
    folder: PathBuf,
    started: Instant,
}

impl Tale<'_> {
    async fn tell(&self) -> Result<()> {
        let size = std::fs::metadata(&self.file)
            .with_context(|| self.file.display().to_string())?
            .len();
        ensure!(
            size > 0,
            "{} is empty, and CESS stores no empty files",
            self.file.display()
        );
        let segments = u32::try_from(self.params.segments_of(size))?;

        let gib = lifecycle::rent(
            &self.chain,
            &self.user,
            TERRITORY,
            self.params.file_space(segments),
        )
        .await?;
        self.step(
            "territory",
            match gib {
                0 => format!(
                    "`{TERRITORY}` has room for three times {}",
                    bytes(size.into())
                ),
                gib => format!("rented {gib} GiB for `{TERRITORY}`"),
            },
        );
        let fresh = lifecycle::authorise(&self.chain, &self.user, &self.gateway_account).await?;
        self.step(
            "authorization",
            if fresh {
                "the gateway may act for Alice"
            } else {
                "given earlier"
            }
            .into(),
        );

        let fid = self.upload().await?;
        self.step(
            "upload",
            format!(
                "{} in {segments} segments, declared as {fid}",
                bytes(size.into())
            ),
        );
        self.reports(&fid, segments).await?;
        let file = lifecycle::wait_active(
            &self.chain,
            &fid,
            self.ticks(self.params.tag_ticks(segments)),
        )
        .await?;
        self.step(
            "tags",
            format!(
                "{} fragments tagged by the TEE worker; the file is Active",
                12 * segments
            ),
        );
        self.download(&fid, "download").await?;

        let holders: Vec<_> = lifecycle::holders(&file).into_keys().collect();
        self.audit_passes(&holders).await?;
        let damaged = self.damage(&fid, &holders).await?;
        self.caught(&damaged).await?;
        self.restored(&fid, &damaged).await?;
        self.two_miners_gone(&fid).await
    }

    fn step(&self, name: &str, what: String) {
        let at = self.started.elapsed().as_secs_f32();
        self.session.print(
            format!("[{at:6.1} s] {name:<14} {what}"),
            serde_json::json!({ "step": name, "at": at, "what": what }),
        );
    }

    /// So many ticks as time, with half as much again: blocks may be late on a busy machine.
    fn ticks(&self, ticks: u32) -> Duration {
        Duration::from_millis(self.params.slot_ms) * (ticks + ticks / 2 + 10)
    }

    async fn upload(&self) -> Result<Hash> {
        let name = self
            .file
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        let name = if (3..=63).contains(&name.len()) {
            name
        } else {
            "demo-file".into()
        };
        let upload = Upload {
            file: &self.file,
            name: &name,
            territory: TERRITORY,
            cipher: None,
        };
        Ok(self.gateway.put(&self.user, &upload).await?)
    }

    async fn reports(&self, fid: &Hash, segments: u32) -> Result<()> {
        let what = "twelve miners reported their columns";
        let patience = self.ticks(self.params.deal_ticks(segments));
        let file = lifecycle::until(&self.chain, patience, what, || async {
            Ok(self.chain.file(fid).await?)
        })
        .await?;
        let holders = lifecycle::holders(&file);
        ensure!(
            holders.len() == 12,
            "{} miners hold the file instead of 12",
            holders.len()
        );
        let names: Vec<_> = holders.keys().map(|h| self.name_of(h)).collect();
        self.step("12 reports", names.join(", "));
        Ok(())
    }

    async fn download(&self, fid: &Hash, step: &str) -> Result<()> {
        let copy = self.folder.join("copy");
        self.gateway.get(fid, None, true, &copy).await?;
        ensure!(
            digest(&copy)? == digest(&self.file)?,
            "what came back is not what was stored"
        );
        self.step(
            step,
            "rebuilt from fragments, byte for byte identical".into(),
        );
        Ok(())
    }

    async fn audit_passes(&self, holders: &[AccountId]) -> Result<()> {
        let outcomes = self.audit(holders).await?;
        for (miner, outcome) in &outcomes {
            ensure!(
                *outcome == AuditOutcome::Passed,
                "{} failed its audit: {outcome:?}",
                self.name_of(miner)
            );
        }
        self.step(
            "audit",
            format!(
                "{} of {} holders proved what they hold",
                outcomes.len(),
                holders.len()
            ),
        );
        Ok(())
    }

    async fn audit(
        &self,
        miners: &[AccountId],
    ) -> Result<std::collections::BTreeMap<AccountId, AuditOutcome>> {
        let patience = self.ticks(2 * self.params.challenge_window + 3 * self.params.verify_window);
        lifecycle::audit(&self.chain, &self.user, miners, patience).await
    }

    /// Overwrites a fragment of one holder and deletes one of another.
    async fn damage(&self, fid: &Hash, holders: &[AccountId]) -> Result<Vec<(AccountId, Hash)>> {
        let mut damaged = Vec::new();
        for (holder, corrupt) in holders.iter().take(2).zip([true, false]) {
            let role = self.role(holder)?;
            let what = "no audit of the miner is under way";
            let patience =
                self.ticks(2 * self.params.challenge_window + 3 * self.params.verify_window);
            lifecycle::until(&self.chain, patience, what, || async {
                Ok(self.chain.challenge(holder).await?.is_none().then_some(()))
            })
            .await?;
            let found = lifecycle::stored_fragments(&self.chain, role, Some(*fid), Some(1)).await?;
            let (hash, path) = found
                .into_iter()
                .next()
                .context("a holder stores a fragment")?;
            if corrupt {
                overwrite(&path, None)?;
            } else {
                std::fs::remove_file(&path)?;
            }
            let done = if corrupt { "overwrote" } else { "deleted" };
            self.step(
                "damage",
                format!("{done} fragment {}… of {}", &hash.to_text()[..8], role.name),
            );
            damaged.push((holder.clone(), hash));
        }
        Ok(damaged)
    }

    /// An audit that began after the damage must find it.
    async fn caught(&self, damaged: &[(AccountId, Hash)]) -> Result<()> {
        let miners: Vec<_> = damaged.iter().map(|(miner, _)| miner.clone()).collect();
        // A random challenge may have begun, and been answered, in the moment before the damage.
        for attempt in 1.. {
            let outcomes = self.audit(&miners).await?;
            let missed: Vec<_> = outcomes
                .iter()
                .filter(|(_, o)| **o == AuditOutcome::Passed)
                .map(|(m, _)| m.clone())
                .collect();
            let mut unknown = false;
            for (miner, hash) in damaged.iter().filter(|(m, _)| missed.contains(m)) {
                // A miner that found the damage by itself has opened an order and is no longer asked for it.
                unknown |=
                    self.chain.restoral_order(hash).await?.is_none() && !self.is_whole(miner, hash);
            }
            if !unknown {
                break;
            }
            ensure!(
                attempt < 2,
                "an audit passed although a fragment was damaged"
            );
        }
        self.step("caught", "the damage was noticed on both miners".into());
        Ok(())
    }

    fn is_whole(&self, miner: &AccountId, hash: &Hash) -> bool {
        let bytes = self
            .role(miner)
            .ok()
            .and_then(|r| std::fs::read(lifecycle::fragment_path(r, hash)).ok());
        bytes.is_some_and(|b| Hash::of(&b) == *hash)
    }

    async fn restored(&self, fid: &Hash, damaged: &[(AccountId, Hash)]) -> Result<()> {
        let what = "every damaged fragment is rebuilt, tagged and on disk";
        let segments = self.params.tag_ticks(1) + 2 * self.params.restoral_life;
        let file = lifecycle::until(&self.chain, self.ticks(segments), what, || async {
            let file = self.chain.file(fid).await?.context("the file is gone")?;
            let whole = damaged.iter().all(|(_, hash)| {
                fragments(&file, hash)
                    .all(|f| f.avail && f.tag.is_some() && self.is_whole(&f.miner, hash))
            });
            Ok(whole.then_some(file))
        })
        .await?;
        for (miner, hash) in damaged {
            for fragment in fragments(&file, hash) {
                let place = if fragment.miner == *miner {
                    "rebuilt in place by"
                } else {
                    "restored to"
                };
                self.step(
                    "restored",
                    format!(
                        "{}… {place} {}",
                        &hash.to_text()[..8],
                        self.name_of(&fragment.miner)
                    ),
                );
            }
        }
        Ok(())
    }

    async fn two_miners_gone(&self, fid: &Hash) -> Result<()> {
        let file = self.chain.file(fid).await?.context("the file is gone")?;
        let roles: Vec<_> = lifecycle::holders(&file)
            .keys()
            .take(2)
            .filter_map(|h| self.role(h).ok())
            .collect();
        for role in &roles {
            self.act(role, Action::Kill).await?;
        }
        self.step(
            "killed",
            roles
                .iter()
                .map(|r| r.name.as_str())
                .collect::<Vec<_>>()
                .join(" and "),
        );
        let outcome = self.download(fid, "download").await;
        for role in &roles {
            self.act(role, Action::Restart).await?;
        }
        outcome?;
        self.wait_back(&roles).await?;
        self.step("restarted", "both miners are back and ready".into());
        Ok(())
    }

    async fn act(&self, role: &Role, action: Action) -> Result<()> {
        let request = Request::Act {
            role: role.name.clone(),
            action,
        };
        Ok(control::ask(&self.session.dir, &request).await?)
    }

    async fn wait_back(&self, roles: &[&Role]) -> Result<()> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(2))
            .build()?;
        let what = "the killed miners are ready again";
        lifecycle::until(&self.chain, self.ticks(60), what, || async {
            let answers = roles.iter().map(|r| crate::health::readiness(&http, r));
            let ready = futures::future::join_all(answers).await;
            Ok(ready
                .iter()
                .all(|r| *r == crate::health::Readiness::Ready)
                .then_some(()))
        })
        .await
    }

    fn role(&self, miner: &AccountId) -> Result<&Role> {
        lifecycle::miner_role(&self.manifest, miner)
            .with_context(|| format!("{miner} is no miner of this network"))
    }

    fn name_of(&self, miner: &AccountId) -> String {
        self.role(miner)
            .map_or_else(|_| miner.to_string(), |r| r.name.clone())
    }
}

fn fragments<'a>(
    file: &'a FileInfo,
    hash: &'a Hash,
) -> impl Iterator<Item = &'a cess_primitives::file::FragmentInfo> {
    file.segment_list
        .iter()
        .flat_map(|s| s.fragment_list.iter())
        .filter(move |f| f.hash == *hash)
}

fn random_file(folder: &Path) -> Result<PathBuf> {
    let path = folder.join("demo-10MiB.bin");
    let mut bytes = vec![0u8; DEFAULT_SIZE];
    rand::thread_rng().fill_bytes(&mut bytes);
    std::fs::write(&path, bytes)?;
    Ok(path)
}

fn digest(path: &Path) -> Result<[u8; 32]> {
    let mut file = std::fs::File::open(path).with_context(|| path.display().to_string())?;
    let (mut hasher, mut buffer) = (Sha256::new(), vec![0u8; 1 << 20]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finalize().into()),
            n => hasher.update(&buffer[..n]),
        }
    }
}
