//! The CESS node
