//! Members: the list, its pages, one member, what one may do with them, and what is done to them.

mod act;
mod disable;
mod effective;
mod ended;
mod ending;
mod export;
mod leave;
mod list;
mod page;
mod password_resets;
mod period;
mod races;
mod restore;
mod revoke;
mod see;
mod state;
mod statements;
