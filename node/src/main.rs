//! The `cess-node` binary.

fn main() -> sc_cli::Result<()> {
    cess_node::run()
}
