//! Lines written after the first records of published releases.
