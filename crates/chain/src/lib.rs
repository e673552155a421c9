//! The one way in which a process talks to the chain
