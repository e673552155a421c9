//! Proof of data possession and recovery: RSA homomorphic authenticators
