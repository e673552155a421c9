//! What renters, other pallets and the network's totals may rely on.

mod lease;
mod rent;
mod space;
