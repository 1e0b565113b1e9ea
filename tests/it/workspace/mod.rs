//! Workspaces as they are read: the face that all see, and who is refused what.

mod bad_input;
mod read;
