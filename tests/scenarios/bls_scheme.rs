//! A network that starts with BLS authenticators works as one with RSA does.
//!
//! Phases and what must hold:
//! 1. the network starts with `podr2_scheme = bls12381`, and its chain says so;
//! 2. a file becomes Active, which needs a tag for every fragment; all holders pass an audit;
//! 3. a bit of each chunk of a fragment is changed on disk: an audit that begins afterwards fails for its service
//!    proof, and only for that;
//! 4. the fragment is rebuilt and tagged again; its holder passes the next audit;
//! 5. the file comes back byte for byte.

use anyhow::{ensure, Context, Result};
use cess_primitives::{Hash, Podr2Scheme};
use cess_tests::{random_bytes, Devnet};
use cessnet::lifecycle::{self, AuditOutcome};

#[tokio::test(flavor = "multi_thread")]
async fn bls_authenticators_carry_a_network_and_catch_changed_bits() -> Result<()> {
    // Miners look at all their fragments when a day begins: none does between damage and audit.
    let quantities = ["podr2_scheme=bls12381", "one_day=100000"];
    let net = Devnet::start_set("small.toml", 1, &quantities).await?;
    net.hold_audits().await?;
    ensure!(net.params.podr2_scheme == Podr2Scheme::Bls12381);

    let bytes = random_bytes(8, 6 << 20);
    let (fid, file) = net.store("points.bin", &bytes).await?;
    let holders: Vec<_> = lifecycle::holders(&file).into_keys().collect();
    let outcome = net.audit(&holders).await?;
    let passed = |outcome: &AuditOutcome| *outcome == AuditOutcome::Passed;
    ensure!(outcome.values().all(passed), "{outcome:?}");

    let victim = holders.first().context("a file has holders")?.clone();
    let role = net.miner(&victim)?;
    let stored = lifecycle::stored_fragments(&net.chain, &role, Some(fid), Some(1)).await?;
    let stored = stored.into_iter().next();
    let (fragment, path) = stored.context("the victim stores a fragment")?;
    // A bit in each chunk: the audit asks for some of them.
    let mut damaged = std::fs::read(&path)?;
    let chunk = damaged.len() / net.params.chunk_count as usize;
    for byte in damaged.iter_mut().step_by(chunk) {
        *byte ^= 1;
    }
    std::fs::write(&path, damaged)?;

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
        let mut all = file
            .segment_list
            .iter()
            .flat_map(|segment| segment.fragment_list.iter());
        let found = all.find(|found| found.hash == fragment);
        let found = found.context("the fragment is gone")?;
        let path = lifecycle::fragment_path(&net.miner(&found.miner)?, &fragment);
        let whole = std::fs::read(path).is_ok_and(|bytes| Hash::of(&bytes) == fragment);
        Ok((found.avail && found.tag.is_some() && whole).then(|| found.miner.clone()))
    })
    .await?;
    let outcome = net.audit(std::slice::from_ref(&holder)).await?;
    ensure!(outcome.values().all(passed), "{outcome:?}");
    ensure!(net.fetch(&fid).await? == bytes);
    net.finish().await
}
