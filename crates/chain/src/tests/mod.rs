//! Behaviour of a [`Chain`](crate::Chain) over a scripted node.

mod follow;
mod reconnect;
mod submit;
mod transaction;
