//! The TEE worker's gRPC surface
