//! The API's objects, one noun a file.

pub mod access_diff;
pub mod access_request;
pub mod account;
pub mod anonymous_quotas;
pub mod api_key;
pub mod audit_event;
pub mod audit_verification;
pub mod catalogue;
pub mod directory;
pub mod filters;
pub mod grant;
pub mod group;
pub mod invitation;
pub mod item_list;
pub mod license;
pub mod limits;
pub mod membership;
pub mod profile;
pub mod quota;
pub mod resource;
pub mod role;
pub mod session;
pub mod sign_up;
pub mod viewer;
pub mod workspace;
pub mod workspace_lists;
