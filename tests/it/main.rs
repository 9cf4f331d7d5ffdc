//! One binary for all integration tests: a file per story.

mod arrows;
