//! A corrupted fragment is caught by an audit and restored.
//!
//! Phases and what must hold:
//! 1. upload until Active; one holder's fragment is overwritten on disk;
//! 2. an audit that begins afterwards fails for its service proof, and only for that;
//! 3. the fragment is rebuilt from four others, tagged again, and is whole on disk where the chain says;
//! 4. its holder passes the next audit; the file comes back byte for byte.

use anyhow::{ensure, Context, Result};
use cess_primitives::Hash;
use cess_tests::{random_bytes, Devnet};
use cessnet::lifecycle::{self, AuditOutcome};

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_catches_a_corrupted_fragment_and_it_is_restored() -> Result<()> {
    // Miners look at all their fragments when a day begins: none does between damage and audit.
    let net = Devnet::start_set("small.toml", 1, &["one_day=100000"]).await?;
    net.hold_audits().await?;
    let bytes = random_bytes(4, 6 << 20);
    let (fid, file) = net.store("fragile.bin", &bytes).await?;
    let victim = lifecycle::holders(&file)
        .into_keys()
        .next()
        .context("a file has holders")?;
    let role = net.miner(&victim)?;

    let stored = lifecycle::stored_fragments(&net.chain, &role, Some(fid), Some(1)).await?;
    let (fragment, path) = stored
        .into_iter()
        .next()
        .context("the victim stores a fragment")?;
    let size = std::fs::metadata(&path)?.len();
    std::fs::write(&path, random_bytes(5, size as usize))?;

    let outcome = net.audit(std::slice::from_ref(&victim)).await?;
    let expected = AuditOutcome::Failed {
        idle: false,
        service: true,
    };
    ensure!(outcome.get(&victim) == Some(&expected), "{outcome:?}");

    let patience = net.ticks(2 * net.params.restoral_life + net.params.tag_ticks(2));
    let what = "the fragment is rebuilt, tagged and whole on disk";
    let holder = lifecycle::until(&net.chain, patience, what, || async {
        let file = net.chain.file(&fid).await?.context("the file is gone")?;
        let all = file
            .segment_list
            .iter()
            .flat_map(|s| s.fragment_list.iter());
        let found = all
            .into_iter()
            .find(|f| f.hash == fragment)
            .context("the fragment is gone")?;
        let path = lifecycle::fragment_path(&net.miner(&found.miner)?, &fragment);
        let whole = std::fs::read(path).is_ok_and(|bytes| Hash::of(&bytes) == fragment);
        Ok((found.avail && found.tag.is_some() && whole).then(|| found.miner.clone()))
    })
    .await?;

    let outcome = net.audit(std::slice::from_ref(&holder)).await?;
    ensure!(
        outcome.get(&holder) == Some(&AuditOutcome::Passed),
        "{outcome:?}"
    );
    ensure!(net.fetch(&fid).await? == bytes);
    net.finish().await
}
