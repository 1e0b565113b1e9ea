//! Groups as they are read.

mod read;
