//! The guarded client: the only way out of the program.
