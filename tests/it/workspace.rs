//! Workspaces: the face that all see, who is refused what; how they are made and changed.

mod bad_input;
mod create;
mod defaults;
mod read;
mod update;
