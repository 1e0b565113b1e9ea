//! The tables as SeaORM 2 models, one per file. Owns nothing but the columns: `store` writes the
//! joins, so no model has relations.

#![allow(
    missing_docs,
    reason = "a column is described where its rule is: in the migration and the domain"
)]

pub mod access_renewal;
pub mod access_request;
pub mod access_warning;
pub mod account;
pub mod account_deletion;
pub mod account_export;
pub mod account_idempotency_record;
pub mod analytics_count;
pub mod api_key;
pub mod api_key_permission;
pub mod api_key_secret;
pub mod audit_event;
pub mod audit_value;
pub mod barred_address;
pub mod dataset;
pub mod dataset_follow;
pub mod dataset_theme;
pub mod default_permission;
pub mod disabled_spell;
pub mod distribution;
pub mod email_change;
pub mod factor_removal;
pub mod group_membership;
pub mod idempotency_record;
pub mod inactivity_exemption;
pub mod inactivity_notice;
pub mod inactivity_policy;
pub mod installation;
pub mod invitation;
pub mod job_lease;
pub mod known_device;
pub mod mail_refusal;
pub mod member_day;
pub mod member_group;
pub mod member_word;
pub mod membership;
pub mod membership_form;
pub mod outbox;
pub mod page;
pub mod passkey_ceremony;
pub mod password_reset;
pub mod permission_grant;
pub mod quota_use;
pub mod quota_value;
pub mod quota_warning;
pub mod recovery_code;
pub mod registration;
pub mod resource_calls;
pub mod reuse;
pub mod role;
pub mod role_assignment;
pub mod role_permission;
pub mod second_factor;
pub mod session;
pub mod session_visit;
pub mod sign_in_challenge;
pub mod sign_in_failure;
pub mod sign_in_policy;
pub mod sign_up_settings;
pub mod terms;
pub mod workspace;
pub mod workspace_theme;
