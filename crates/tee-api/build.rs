//! Generates clients and servers from the proto files, and a description of them.

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    println!("cargo:rerun-if-changed=proto");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    tonic_prost_build::configure()
        .file_descriptor_set_path(out.join("descriptors.bin"))
        .compile_protos(
            &[
                "proto/podr2.proto",
                "proto/pois.proto",
                "proto/pubkeys.proto",
            ],
            &["proto"],
        )
}
