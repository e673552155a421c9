//! Fragments between peers.
//!
//! A peer has an [`Identity`], an ed25519 key derived from its account, and is reached at an
//! [`Address`], a multiaddress that ends in the peer id. [`Node::start`] runs a libp2p node (TCP,
//! Noise, Yamux, Identify, Ping, Kademlia) that serves `/cess/fragment/1` through the caller's
//! [`FragmentHandler`] and moves fragments as a [`FragmentTransport`]:
//!
//! * a write names the deal, the fragment and its length; the receiver answers with the offset to
//!   continue at, or a [`Refusal`]; the sender is done when the receiver has checked the hash and
//!   made the fragment durable;
//! * a read names the offset, so that both directions continue after a broken stream.
//!
//! Everything is bounded: connections, connections and transfers of one peer, transfers in all,
//! header and fragment sizes, the time of a step and of a whole transfer, and the memory of a
//! transfer (64 KiB, plus the fragment itself at the side that asked for it).
//!
//! [`memory::MemoryNetwork`] runs the same protocol without sockets, for tests.
//!
//! ```
//! use cess_p2p::{memory::{MemoryFragments, MemoryNetwork}, FragmentTransport, Identity};
//! use cess_primitives::Hash;
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let network = MemoryNetwork::new();
//! let holder = network.join(Identity::from_seed([1; 32]), MemoryFragments::accepting());
//! let asker = network.join(Identity::from_seed([2; 32]), MemoryFragments::accepting());
//! let (fid, data) = (Hash::of(b"file"), bytes::Bytes::from_static(b"fragment"));
//! asker.put(holder.address(), fid, Hash::of(&data), data.clone()).await.unwrap();
//! let got = asker.get(holder.address(), fid, Hash::of(&data), 1024).await.unwrap();
//! assert_eq!(got, data);
//! # });
//! ```
#![warn(missing_docs)]

mod address;
mod handler;
mod identity;
mod limits;
pub mod memory;
mod node;
mod swarm;
mod transfer;
mod transport;
mod wire;

pub use address::{Address, AddressError};
pub use cess_primitives::oss::PeerId as PeerBytes;
pub use handler::{FragmentHandler, FragmentReader, FragmentSink, Refusal, ServesNothing};
pub use identity::{peer_bytes, Identity};
pub use node::{Node, NodeConfig, P2pError};
pub use transport::{FragmentTransport, TransportError};
