//! Ports on this machine: the familiar ones where they are free, else any.

use crate::roles::{Role, RoleKind};
use rand::Rng;
use socket2::{Domain, Protocol, Socket, Type};
use std::net::{Ipv6Addr, SocketAddr};
use std::ops::RangeInclusive;

/// The WebSocket port that every Substrate tool tries first.
pub const RPC: u16 = 9944;
/// The gateway's port in its published configuration.
pub const GATEWAY: u16 = 8080;

/// Below the ports that systems give to outgoing connections, of which a network has many.
const OURS: RangeInclusive<u16> = 12_000..=31_999;
/// Tries to find a free one there.
const TRIES: usize = 100;

/// A port that the network file asks for is taken.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// Somebody else listens there.
    #[error("port {port}, which the network file gives to {role} ({name}), is taken. Stop the program that listens there, or take the number out of the file: cessnet then picks a free one")]
    Taken {
        /// The port.
        port: u16,
        /// The process.
        role: String,
        /// The port's name.
        name: String,
    },
    /// The machine has none left.
    #[error("no free port on 127.0.0.1: {0}")]
    None(#[from] std::io::Error),
}

/// Fills in every port that is 0. The ports stay bound until the returned guards are dropped, and then
/// zombienet reserves them until the processes start.
pub fn choose(roles: &mut [Role]) -> Result<Vec<Socket>, PortError> {
    let mut guards = Vec::new();
    let (mut rpc, mut gateway) = (Some(RPC), Some(GATEWAY));
    for role in roles {
        for (name, port) in &mut role.ports {
            if *port != 0 {
                let taken = |_| PortError::Taken {
                    port: *port,
                    role: role.name.clone(),
                    name: name.clone(),
                };
                guards.push(bind(*port).map_err(taken)?);
                continue;
            }
            let familiar = match (role.kind, name.as_str()) {
                (RoleKind::Node, "rpc") => rpc.take(),
                (RoleKind::Gateway, "http") => gateway.take(),
                _ => None,
            };
            let guard = match familiar.and_then(|p| bind(p).ok()) {
                Some(guard) => guard,
                None => any()?,
            };
            *port = number(&guard)?;
            guards.push(guard);
        }
    }
    Ok(guards)
}

/// A free port.
fn any() -> std::io::Result<Socket> {
    let mut random = rand::thread_rng();
    let mut tries = (0..TRIES).map(|_| bind(random.gen_range(OURS)));
    tries.find_map(Result::ok).map_or_else(|| bind(0), Ok)
}

/// Binds as zombienet will: both address families, and no port that old connections still linger on.
fn bind(port: u16) -> std::io::Result<Socket> {
    let socket = Socket::new(Domain::IPV6, Type::STREAM, Some(Protocol::TCP))?;
    socket.set_only_v6(false)?;
    socket.bind(&SocketAddr::from((Ipv6Addr::UNSPECIFIED, port)).into())?;
    Ok(socket)
}

fn number(socket: &Socket) -> std::io::Result<u16> {
    let address = socket.local_addr()?.as_socket();
    address
        .map(|a| a.port())
        .ok_or_else(|| std::io::Error::other("the socket has no address"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(kind: RoleKind, name: &str, port: &str, number: u16) -> Role {
        let mut role = Role::new(name, kind, "x");
        role.ports.insert(port.into(), number);
        role
    }

    #[test]
    fn every_port_gets_a_number_of_its_own() {
        let mut roles = vec![
            role(RoleKind::Node, "alice", "rpc", 0),
            role(RoleKind::Node, "bob", "rpc", 0),
            role(RoleKind::Gateway, "gateway-1", "http", 0),
        ];
        let guards = choose(&mut roles).unwrap();
        let mut ports: Vec<_> = roles
            .iter()
            .flat_map(|r| r.ports.values().copied())
            .collect();
        ports.sort();
        ports.dedup();
        assert_eq!(ports.len(), 3);
        assert!(!ports.contains(&0));
        assert_eq!(guards.len(), 3);
    }

    #[test]
    fn a_free_port_is_none_that_an_outgoing_connection_gets() {
        for _ in 0..100 {
            assert!(OURS.contains(&number(&any().unwrap()).unwrap()));
        }
    }

    #[test]
    fn a_fixed_port_that_is_taken_is_an_error_that_names_it() {
        let other = bind(0).unwrap();
        let port = number(&other).unwrap();
        let error = choose(&mut [role(RoleKind::Gateway, "gateway-1", "http", port)]).unwrap_err();
        assert!(error.to_string().contains(&port.to_string()));
        assert!(error.to_string().contains("gateway-1"));
    }
}
