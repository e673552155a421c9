//! Steps of a file's life, as a user or tester takes them: each waits for what must become true.

use crate::manifest::Manifest;
use crate::roles::{Role, RoleKind};
use anyhow::{anyhow, bail, Context, Result};
use cess_chain::event::AuditEvent;
use cess_chain::{calls, Chain, Event, Signer};
use cess_primitives::file::{FileInfo, FileState, Name};
use cess_primitives::{AccountId, Hash, GIB};
use std::collections::BTreeMap;
use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

/// Days for which territories are rented: the least that the chain lets one buy.
const RENT_DAYS: u32 = 30;

/// Asks `check` now and after every block until it answers; an error that says `what` did not
/// happen when `patience` is over.
pub async fn until<T, F, Fut>(
    chain: &Chain,
    patience: Duration,
    what: &str,
    mut check: F,
) -> Result<T>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<Option<T>>>,
{
    let mut blocks = chain.blocks();
    let wait = async {
        loop {
            if let Some(value) = check().await? {
                return Ok(value);
            }
            if blocks.next().await.is_none() {
                bail!("the chain's blocks ended");
            }
        }
    };
    match tokio::time::timeout(patience, wait).await {
        Ok(result) => result.with_context(|| format!("while waiting until {what}")),
        Err(_) => Err(anyhow!("not within {} s: {what}", patience.as_secs())),
    }
}

/// A name as the chain keeps it.
pub fn name(text: &str) -> Result<Name> {
    Name::try_from(text.as_bytes().to_vec())
        .map_err(|_| anyhow!("`{text}` is longer than 63 bytes"))
}

/// Lets the gateway act for the user, unless it may already.
pub async fn authorise(chain: &Chain, user: &Signer, gateway: &AccountId) -> Result<bool> {
    if chain
        .authority_list(&user.account_id())
        .await?
        .contains(gateway)
    {
        return Ok(false);
    }
    chain.submit(user, calls::oss::authorize(gateway)).await?;
    Ok(true)
}

/// Makes sure that a territory has more than `space` bytes left; returns the GiB that it bought.
pub async fn rent(chain: &Chain, user: &Signer, territory: &str, space: u128) -> Result<u32> {
    let name = name(territory)?;
    let held = chain.territory(&user.account_id(), &name).await?;
    let left = held.as_ref().map_or(0, |t| t.remaining_space);
    if held.is_some() && left > space {
        return Ok(0);
    }
    let missing = space - left + 1;
    let gib = u32::try_from(missing.div_ceil(u128::from(GIB))).context("the file is too large")?;
    let call = match held {
        Some(_) => calls::storage_handler::expanding_territory(&name, gib),
        None => calls::storage_handler::mint_territory(gib, &name, RENT_DAYS),
    };
    chain.submit(user, call).await?;
    Ok(gib)
}

/// Waits until the twelve columns were reported, then until all tags are in.
pub async fn wait_active(chain: &Chain, fid: &Hash, patience: Duration) -> Result<FileInfo> {
    let what = format!("file {fid} is Active");
    until(chain, patience, &what, || async {
        let file = chain.file(fid).await?;
        if file.is_none() && chain.deal(fid).await?.is_none() && chain.file(fid).await?.is_none() {
            bail!("the deal ended without being stored: it expired or was cancelled");
        }
        Ok(file.filter(|f| f.stat == FileState::Active))
    })
    .await
}

/// How many fragments of a file each miner holds.
pub fn holders(file: &FileInfo) -> BTreeMap<AccountId, usize> {
    let mut holders = BTreeMap::new();
    for fragment in file
        .segment_list
        .iter()
        .flat_map(|s| s.fragment_list.iter())
    {
        *holders.entry(fragment.miner.clone()).or_default() += 1;
    }
    holders
}

/// The result of an audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditOutcome {
    /// Both proofs were good.
    Passed,
    /// Which proofs were not.
    Failed {
        /// The proof of idle space.
        idle: bool,
        /// The proof of stored fragments.
        service: bool,
    },
}

/// Challenges these miners now and waits for the outcome of each.
///
/// A miner that is being challenged already is not challenged again: the running audit counts.
pub async fn audit(
    chain: &Chain,
    root: &Signer,
    miners: &[AccountId],
    patience: Duration,
) -> Result<BTreeMap<AccountId, AuditOutcome>> {
    let mut blocks = chain.blocks();
    let current = blocks.next().await.context("the chain's blocks ended")?;
    // From which block on an outcome is one of this audit, and not of the last one.
    let challenges = miners.iter().map(|miner| async move {
        let challenge = calls::audit::point_miner_challenge(miner);
        match chain.submit_sudo(root, challenge).await {
            Ok(included) => Ok((miner.clone(), included.number)),
            Err(e) if e.is_dispatch("Audit", "AlreadyChallenged") => {
                Ok((miner.clone(), current.number + 1))
            }
            Err(e) => Err(e),
        }
    });
    let begun = futures::future::try_join_all(challenges).await?;
    let begun: BTreeMap<AccountId, u32> = begun.into_iter().collect();
    let mut outcomes = BTreeMap::new();
    let wait = async {
        while outcomes.len() < begun.len() {
            let block = blocks.next().await.context("the chain's blocks ended")?;
            for event in block.events {
                let (miner, outcome) = match event {
                    Event::Audit(AuditEvent::ChallengePassed { miner }) => {
                        (miner, AuditOutcome::Passed)
                    }
                    Event::Audit(AuditEvent::ChallengeFailed {
                        miner,
                        idle,
                        service,
                    }) => (miner, AuditOutcome::Failed { idle, service }),
                    _ => continue,
                };
                if begun.get(&miner).is_some_and(|from| block.number >= *from) {
                    outcomes.entry(miner).or_insert(outcome);
                }
            }
        }
        anyhow::Ok(())
    };
    let waited = tokio::time::timeout(patience, wait).await;
    match waited {
        Ok(result) => result?,
        Err(_) => bail!(
            "{} of {} audits had no outcome within {} s",
            begun.len() - outcomes.len(),
            begun.len(),
            patience.as_secs()
        ),
    }
    Ok(outcomes)
}

/// The miner's process of an account.
pub fn miner_role<'a>(manifest: &'a Manifest, account: &AccountId) -> Option<&'a Role> {
    manifest.of_kind(RoleKind::Miner).find(|r| {
        r.seed
            .as_deref()
            .and_then(|s| Signer::from_uri(s).ok())
            .is_some_and(|s| s.account_id() == *account)
    })
}

/// The account of a process.
pub fn account_of(role: &Role) -> Result<AccountId> {
    let seed = role
        .seed
        .as_deref()
        .with_context(|| format!("{} has no account", role.name))?;
    Ok(Signer::from_uri(seed)?.account_id())
}

/// The files that hold a miner's fragments, of one file or of all; as many as `limit`.
pub async fn stored_fragments(
    chain: &Chain,
    role: &Role,
    fid: Option<Hash>,
    limit: Option<usize>,
) -> Result<Vec<(Hash, PathBuf)>> {
    if role.kind != RoleKind::Miner {
        bail!("{} is no miner and stores no fragments", role.name);
    }
    let account = account_of(role)?;
    let files = match fid {
        Some(fid) => {
            let file = chain.file(&fid).await?;
            vec![(
                fid,
                file.with_context(|| format!("there is no file {fid}"))?,
            )]
        }
        None => chain.files().await?,
    };
    let fragments = files
        .iter()
        .flat_map(|(_, file)| file.segment_list.iter())
        .flat_map(|s| s.fragment_list.iter());
    let mut seen = std::collections::BTreeSet::new();
    let stored: Vec<_> = fragments
        .filter(|f| f.miner == account && f.avail && seen.insert(f.hash))
        .map(|f| (f.hash, fragment_path(role, &f.hash)))
        .filter(|(_, path)| path.is_file())
        .take(limit.unwrap_or(usize::MAX))
        .collect();
    if stored.is_empty() {
        bail!(
            "{} stores no fragment {}",
            role.name,
            fid.map_or("at all".into(), |f| format!("of file {f}"))
        );
    }
    Ok(stored)
}

/// Where a miner keeps a fragment.
pub fn fragment_path(role: &Role, fragment: &Hash) -> PathBuf {
    let text = fragment.to_text();
    role.data.join("fragments").join(&text[..2]).join(&text)
}
