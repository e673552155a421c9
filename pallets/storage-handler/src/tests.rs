//! What renters, traders, other pallets and the network's totals may rely on.

mod crowd;
mod handover;
mod interface;
mod jump;
mod lease;
mod order;
mod reactivate;
mod rent;
mod root;
mod sale;
mod space;
mod walk;
