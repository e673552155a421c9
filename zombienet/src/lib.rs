//! The whole CESS network on one machine
