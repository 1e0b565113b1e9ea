//! The demo's groups: their titles, permissions, quotas and access.

use crate::domain::{
    permission::Permission::{self, *},
    vocabulary::{
        QuotaType::{self, *},
        ResourceAccess::{self, *},
    },
};

/// A group to create.
pub struct Group {
    /// Its slug, as generated from the title.
    pub slug: &'static str,
    pub title: &'static str,
    pub description: &'static str,
    pub permissions: &'static [Permission],
    pub quotas: &'static [(QuotaType, i64)],
    /// Its access to datasets: identifier, access, record filter.
    pub datasets: &'static [(&'static str, ResourceAccess, Option<&'static str>)],
    /// Its access to pages: slug, access.
    pub pages: &'static [(&'static str, ResourceAccess)],
}

/// How many of [`GROUPS`] are for the city's own staff. The others are for partners.
pub const OF_THE_CITY: usize = 9;

/// The groups of the main workspace.
pub const GROUPS: &[Group] = &[
    Group {
        slug: "mobility-and-transport",
        title: "Mobility and Transport",
        description: "Traffic counts, parking, cycling and everything that moves.",
        permissions: &[CreateDatasets, PublishOwnDatasets],
        quotas: &[(ApiCalls, 20_000), (Datasets, 60)],
        datasets: &[("parking-permits", Edit, None)],
        pages: &[("getting-around", Edit)],
    },
    Group {
        slug: "environment-and-climate",
        title: "Environment and Climate",
        description: "Air, water, trees and the climate plan.",
        permissions: &[CreateDatasets],
        quotas: &[(Datasets, 40)],
        datasets: &[("air-quality-raw", Browse, None)],
        pages: &[("climate-plan", Edit)],
    },
    Group {
        slug: "finance-and-procurement",
        title: "Finance and Procurement",
        description: "Budgets, contracts and what was paid to whom.",
        permissions: &[BrowseAnalytics],
        quotas: &[(ApiCalls, 8_000)],
        datasets: &[
            ("supplier-payments-detailed", Browse, None),
            ("supplier-payments-detailed", Edit, None),
        ],
        pages: &[],
    },
    Group {
        slug: "urban-planning",
        title: "Urban Planning",
        description: "Zoning, permits and the land register.",
        permissions: &[CreateDatasets],
        quotas: &[],
        datasets: &[(
            "planning-applications-drafts",
            Browse,
            Some("stage != \"confidential\""),
        )],
        pages: &[],
    },
    Group {
        slug: "public-health",
        title: "Public Health",
        description: "Inspections, clinics and health indicators by district.",
        permissions: &[],
        quotas: &[(RecordsPerDataset, 400_000)],
        datasets: &[(
            "health-indicators-unrounded",
            Browse,
            Some("population >= 50"),
        )],
        pages: &[],
    },
    Group {
        slug: "statistics-office",
        title: "Statistics Office",
        description: "Keeps the catalogue in order and answers for its figures.",
        permissions: &[EditAllDatasets, BrowseAllDatasets, BrowseAnalytics],
        quotas: &[(ApiCalls, 60_000), (RecordsPerDataset, 3_000_000)],
        datasets: &[],
        pages: &[],
    },
    Group {
        slug: "web-editors",
        title: "Web Editors",
        description: "Write and mend the pages of the portal.",
        permissions: &[CreatePages, EditAllPages],
        quotas: &[],
        datasets: &[],
        pages: &[("press-room", ManageSecurity)],
    },
    Group {
        slug: "press-desk",
        title: "Press Desk",
        description: "Sees figures on the day before they are out.",
        permissions: &[BrowseAnalytics, BrowseAllPages],
        quotas: &[],
        datasets: &[("budget-next-year", Browse, Some("embargo = false"))],
        pages: &[("press-room", Browse), ("press-room", Edit)],
    },
    Group {
        slug: "libraries-mediatheques",
        title: "Libraries & Médiathèques",
        description: "Lending figures and opening hours of the nine branches.",
        permissions: &[CreateDatasets, CreatePages],
        quotas: &[(Datasets, 15)],
        datasets: &[],
        pages: &[],
    },
    Group {
        slug: "university-partners",
        title: "University Partners",
        description: "Researchers with an agreement for figures that are not open.",
        permissions: &[],
        quotas: &[(ApiCalls, 50_000)],
        datasets: &[
            (
                "health-indicators-unrounded",
                Browse,
                Some("district in (\"Harbour\", \"Old Town\")"),
            ),
            ("air-quality-raw", Browse, None),
            ("mobile-sensor-trips", Browse, Some("year >= 2023")),
        ],
        pages: &[("research-agreements", Browse)],
    },
    Group {
        slug: "suppliers-and-contractors",
        title: "Suppliers and Contractors",
        description: "Deliver data under contract; access ends with the contract.",
        permissions: &[],
        quotas: &[(ApiCalls, 1_000), (Datasets, 0)],
        datasets: &[("street-works-schedule", Edit, None)],
        pages: &[],
    },
    Group {
        slug: "reuse-reviewers",
        title: "Reuse Reviewers",
        description: "Volunteers who look at what others made of the city's data.",
        permissions: &[ManageReuses],
        quotas: &[(ApiCalls, 5_000)],
        datasets: &[],
        pages: &[("show-us-what-you-made", Edit)],
    },
];

/// A group that was deleted last winter: what it gave is gone, its slug stays taken (GRP-1, GRP-3).
pub const DELETED: (&str, &str) = ("election-night-desk", "Election Night Desk");

/// The groups of the secondary workspace.
pub const TRANSIT_GROUPS: &[Group] = &[
    Group {
        slug: "timetable-planners",
        title: "Timetable Planners",
        description: "Make the timetable and publish it.",
        permissions: &[CreateDatasets, PublishOwnDatasets],
        quotas: &[(ApiCalls, 10_000)],
        datasets: &[("timetable-next-season", Edit, None)],
        pages: &[],
    },
    Group {
        slug: "operations-control",
        title: "Operations Control",
        description: "Watches vehicles and disruptions around the clock.",
        permissions: &[BrowseAllDatasets],
        quotas: &[],
        datasets: &[("vehicle-positions-archive", Browse, None)],
        pages: &[("duty-handbook", Browse)],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fold;

    #[test]
    fn grp_1_slugs_are_made_from_titles() {
        for group in GROUPS.iter().chain(TRANSIT_GROUPS) {
            let words: Vec<String> = fold::fold(group.title)
                .split(|c: char| !c.is_ascii_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect();
            assert_eq!(group.slug, words.join("-"));
        }
        assert_eq!(GROUPS.len(), 12);
    }
}
