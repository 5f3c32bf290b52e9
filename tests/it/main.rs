//! Integration tests, in one binary.

mod readme;
