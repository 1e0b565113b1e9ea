//! Members as they are read: the list, its pages, one member, what one may do with them.

mod act;
mod list;
mod page;
mod see;
mod state;
