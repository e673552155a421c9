//! The TEE worker: tags, certificates and verdicts
