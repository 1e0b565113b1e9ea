//! The schema changes of Concierge: one file per change, the same for SQLite and PostgreSQL.
//! README.md has the rules.

use sea_orm_migration::prelude::*;

mod m20261122_000001_foundation;
mod m20261122_000002_sweeping;
mod m20261122_000003_audit_lists;
mod m20261122_000004_warnings;
mod m20261128_000001_people;
mod m20261128_000002_pruning;
mod m20261128_000003_ending_soon;
mod m20261128_000003_registration_device;
mod m20261129_000010_used_registrations;
mod m20261129_000040_audit_client;
mod m20261129_000050_account_idempotency;
mod m20261129_000060_invitation_mails;
mod m20261129_000061_sign_up_languages;
mod m20261129_000070_left_before_end;
mod m20261129_000071_counters_by_account;
mod m20261129_000072_outbox_subject;
mod m20261130_000001_api_key_secrets;
mod m20261130_000010_inactivity;
mod m20261130_000020_kept_addresses;
mod m20261130_000080_second_factors;
mod m20261130_000081_passkeys;
mod m20261130_000082_factor_removal;
mod m20261130_000083_sign_in_policy;
mod m20261130_000090_erasure;
mod m20261130_000100_themes;
mod m20261130_000110_time_zone;
mod m20261130_000120_reuses;
mod m20261130_000130_followers;
mod m20261201_000200_analytics;
mod m20261201_000210_distribution;
mod table;

/// Lists every change, in order.
#[derive(Debug, Clone, Copy)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_foundation::Migration),
            Box::new(m20261122_000002_sweeping::Migration),
            Box::new(m20261122_000003_audit_lists::Migration),
            Box::new(m20261122_000004_warnings::Migration),
            Box::new(m20261128_000001_people::Migration),
            Box::new(m20261128_000002_pruning::Migration),
            Box::new(m20261128_000003_registration_device::Migration),
            Box::new(m20261128_000003_ending_soon::Migration),
            Box::new(m20261129_000070_left_before_end::Migration),
            Box::new(m20261129_000071_counters_by_account::Migration),
            Box::new(m20261129_000072_outbox_subject::Migration),
            Box::new(m20261129_000010_used_registrations::Migration),
            Box::new(m20261129_000060_invitation_mails::Migration),
            Box::new(m20261129_000061_sign_up_languages::Migration),
            Box::new(m20261129_000050_account_idempotency::Migration),
            Box::new(m20261129_000040_audit_client::Migration),
            Box::new(m20261130_000001_api_key_secrets::Migration),
            Box::new(m20261130_000010_inactivity::Migration),
            Box::new(m20261130_000020_kept_addresses::Migration),
            Box::new(m20261130_000080_second_factors::Migration),
            Box::new(m20261130_000081_passkeys::Migration),
            Box::new(m20261130_000082_factor_removal::Migration),
            Box::new(m20261130_000083_sign_in_policy::Migration),
            Box::new(m20261130_000090_erasure::Migration),
            Box::new(m20261130_000100_themes::Migration),
            Box::new(m20261130_000110_time_zone::Migration),
            Box::new(m20261130_000120_reuses::Migration),
            Box::new(m20261130_000130_followers::Migration),
            Box::new(m20261201_000200_analytics::Migration),
            Box::new(m20261201_000210_distribution::Migration),
        ]
    }
}
