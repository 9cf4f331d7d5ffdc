//! Proofs that somebody controls a domain, and what they are worth.
