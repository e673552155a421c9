//! Generates clients and servers from the proto files.

fn main() -> std::io::Result<()> {
    println!("cargo:rerun-if-changed=proto");
    tonic_prost_build::configure().compile_protos(
        &[
            "proto/podr2.proto",
            "proto/pois.proto",
            "proto/pubkeys.proto",
        ],
        &["proto"],
    )
}
