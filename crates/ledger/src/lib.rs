//! Integrity: entry, chain, Merkle tree, checkpoint, proofs, receipt, disclosure, audit.
