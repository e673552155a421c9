//! `cessnet files`.

use super::Session;
use crate::output::bytes;
use anyhow::Result;
use cess_primitives::file::FileInfo;

pub(super) async fn files(session: &Session) -> Result<()> {
    let manifest = session.manifest()?;
    let chain = session.chain(&manifest).await?;
    let mut text = format!(
        "{:<64}  {:>10}  {:<10} {:<24} fragments",
        "fid", "size", "state", "name"
    );
    let mut rows = Vec::new();
    for (fid, file) in chain.files().await? {
        let (good, all) = fragments(&file);
        let name = file
            .owner
            .first()
            .map(|o| String::from_utf8_lossy(&o.file_name).into_owned());
        let name = name.unwrap_or_default();
        let state = format!("{:?}", file.stat).to_lowercase();
        let size = bytes(file.file_size);
        text.push_str(&format!(
            "\n{fid}  {size:>10}  {state:<10} {name:<24} {good}/{all}"
        ));
        rows.push(serde_json::json!({
            "fid": fid, "size": file.file_size.to_string(), "state": state, "name": name,
            "segments": file.segment_list.len(), "good_fragments": good, "fragments": all,
        }));
    }
    for (fid, deal) in chain.deals().await? {
        let name = String::from_utf8_lossy(&deal.user.file_name).into_owned();
        let (size, reports) = (bytes(deal.file_size), deal.complete_list.len());
        text.push_str(&format!(
            "\n{fid}  {size:>10}  {:<10} {name:<24} {reports}/12 reports",
            "deal"
        ));
        rows.push(serde_json::json!({
            "fid": fid, "size": deal.file_size.to_string(), "state": "deal", "name": name, "reports": reports,
        }));
    }
    session.print(text, serde_json::json!(rows));
    Ok(())
}

/// Fragments that are in place and tagged, and all.
fn fragments(file: &FileInfo) -> (usize, usize) {
    let all = || {
        file.segment_list
            .iter()
            .flat_map(|s| s.fragment_list.iter())
    };
    (
        all().filter(|f| f.avail && f.tag.is_some()).count(),
        all().count(),
    )
}
