//! Datasets and pages: making and changing them, who sees them, who owns them.

mod access;
mod browse;
mod dataset;
mod ownership;
mod page;
mod quota;
