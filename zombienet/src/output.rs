//! What commands print.

use crate::manifest::Manifest;
use crate::roles::RoleKind;

/// The banner of a network that is ready: everything that one needs to copy.
pub fn banner(manifest: &Manifest, took: std::time::Duration) -> String {
    let mut text = format!(
        "\ncessnet {} · chain {} · ready in {:.1} s\n\n",
        manifest.version,
        manifest.chain,
        took.as_secs_f32()
    );
    let mut row = |name: &str, value: &str| text.push_str(&format!("  {name:<12} {value}\n"));
    manifest.rpc.iter().for_each(|url| row("RPC", url));
    manifest.gateways.iter().for_each(|url| row("gateway", url));
    for tee in manifest.of_kind(RoleKind::Tee) {
        row(
            &tee.name,
            &format!(
                "http://127.0.0.1:{}",
                tee.ports.get("grpc").copied().unwrap_or(0)
            ),
        );
    }
    row(
        "miners",
        &manifest.of_kind(RoleKind::Miner).count().to_string(),
    );
    row("folder", &manifest.dir.display().to_string());
    row(
        "logs",
        &format!("{}/net/<process>/<process>.log", manifest.dir.display()),
    );
    text.push_str("\n  account      seed           address\n");
    for account in &manifest.accounts {
        text.push_str(&format!(
            "  {:<12} {:<14} {}\n",
            account.name, account.seed, account.address
        ));
    }
    for role in manifest.of_kind(RoleKind::Gateway) {
        let seed = role.seed.as_deref().unwrap_or("-");
        text.push_str(&format!(
            "  {:<12} {seed:<14} {}\n",
            role.name,
            role.address.as_deref().unwrap_or("-")
        ));
    }
    text.push_str("  miners       //Miner//N     each process has an account of its own\n");
    text.push_str("\nTry, in another terminal:\n");
    text.push_str("  ./cessnet demo           a file's life, step by step\n");
    text.push_str("  ./cessnet put FILE       store a file of yours\n");
    text.push_str("  ./cessnet status         processes, spaces, files, challenges\n");
    text.push_str("  ./cessnet kill miner-3   and see that the file is still there\n");
    text
}

/// Bytes as people read them.
pub fn bytes(n: u128) -> String {
    const UNITS: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    let mut value = n as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 {
        format!("{n} B")
    } else {
        format!("{value:.1} {}", UNITS[unit])
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn bytes_are_readable() {
        assert_eq!(super::bytes(0), "0 B");
        assert_eq!(super::bytes(1023), "1023 B");
        assert_eq!(super::bytes(12 << 20), "12.0 MiB");
        assert_eq!(super::bytes(3 << 41), "6.0 TiB");
    }
}
