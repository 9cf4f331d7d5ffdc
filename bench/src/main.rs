//! Measures the search.
fn main() {}
