//! What every answer to a program shares, whatever its format.

pub mod conditional;
