//! The storage miner: holds fragments, proves them, restores them
