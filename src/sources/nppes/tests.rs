//! Rows written for every rule, and the real sample.
