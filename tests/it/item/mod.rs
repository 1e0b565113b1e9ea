//! Datasets and pages as far as access to them goes.

mod access;
