//! Distances and ZIP codes.
