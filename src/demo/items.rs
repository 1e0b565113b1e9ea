//! The datasets and pages of the demo, as lists.

use crate::domain::vocabulary::Security::{self, *};

/// A dataset: identifier, title, label of the theme in English, records, published, security.
pub type Dataset = (
    &'static str,
    &'static str,
    &'static str,
    i64,
    bool,
    Security,
);

/// A page: slug, title, published, security.
pub type Page = (&'static str, &'static str, bool, Security);

/// The datasets of the main workspace.
pub const DATASETS: &[Dataset] = &[
    (
        "street-trees",
        "Street trees",
        "Environment",
        48_211,
        true,
        Open,
    ),
    (
        "air-quality-hourly",
        "Air quality, hourly",
        "Environment",
        1_204_560,
        true,
        Open,
    ),
    (
        "air-quality-raw",
        "Air quality, raw sensor readings",
        "Environment",
        2_411_903,
        true,
        Restricted,
    ),
    (
        "river-levels",
        "River levels",
        "Environment",
        870_112,
        true,
        Open,
    ),
    (
        "waste-collection-calendar",
        "Waste collection calendar",
        "Environment",
        5_480,
        true,
        Open,
    ),
    (
        "recycling-points",
        "Recycling points",
        "Environment",
        612,
        true,
        Open,
    ),
    ("noise-map", "Noise map", "Environment", 18_940, true, Open),
    (
        "solar-roofs",
        "Roofs fit for solar panels",
        "Environment",
        61_207,
        true,
        Open,
    ),
    (
        "flood-zones-draft",
        "Flood zones (draft)",
        "Environment",
        3_118,
        false,
        Restricted,
    ),
    (
        "traffic-counts",
        "Traffic counts",
        "Mobility",
        1_902_333,
        true,
        Open,
    ),
    (
        "bicycle-counters",
        "Bicycle counters",
        "Mobility",
        402_876,
        true,
        Open,
    ),
    (
        "bike-share-stations",
        "Bike share stations",
        "Mobility",
        118,
        true,
        Open,
    ),
    (
        "parking-garages-live",
        "Parking garages, free places",
        "Mobility",
        26,
        true,
        Open,
    ),
    (
        "parking-permits",
        "Parking permits by street",
        "Mobility",
        9_322,
        true,
        Restricted,
    ),
    (
        "street-works",
        "Street works",
        "Mobility",
        1_744,
        true,
        Open,
    ),
    (
        "street-works-schedule",
        "Street works, planned",
        "Mobility",
        890,
        true,
        Restricted,
    ),
    (
        "road-accidents",
        "Road accidents",
        "Mobility",
        14_201,
        true,
        Open,
    ),
    (
        "charging-points",
        "Charging points",
        "Mobility",
        733,
        true,
        Open,
    ),
    (
        "mobile-sensor-trips",
        "Trips from mobile sensors",
        "Mobility",
        2_050_000,
        true,
        Restricted,
    ),
    (
        "speed-cameras",
        "Speed cameras",
        "Mobility",
        41,
        false,
        Open,
    ),
    ("budget", "City budget", "Finance", 12_880, true, Open),
    (
        "budget-next-year",
        "City budget, next year",
        "Finance",
        12_904,
        true,
        Restricted,
    ),
    (
        "supplier-payments",
        "Payments to suppliers",
        "Finance",
        201_447,
        true,
        Open,
    ),
    (
        "supplier-payments-detailed",
        "Payments to suppliers, in detail",
        "Finance",
        201_447,
        true,
        Restricted,
    ),
    (
        "public-contracts",
        "Public contracts",
        "Finance",
        7_312,
        true,
        Open,
    ),
    (
        "grants-to-associations",
        "Grants to associations",
        "Finance",
        2_266,
        true,
        Open,
    ),
    (
        "council-expenses",
        "Expenses of the council",
        "Finance",
        5_190,
        true,
        Open,
    ),
    (
        "property-tax-bands",
        "Property tax by band",
        "Finance",
        320,
        false,
        Restricted,
    ),
    (
        "planning-applications",
        "Planning applications",
        "Planning",
        33_871,
        true,
        Open,
    ),
    (
        "planning-applications-drafts",
        "Planning applications before publication",
        "Planning",
        411,
        true,
        Restricted,
    ),
    (
        "building-footprints",
        "Building footprints",
        "Planning",
        96_450,
        true,
        Open,
    ),
    ("zoning-plan", "Zoning plan", "Planning", 1_209, true, Open),
    ("addresses", "Addresses", "Planning", 142_008, true, Open),
    (
        "heritage-buildings",
        "Heritage buildings",
        "Planning",
        1_874,
        true,
        Open,
    ),
    (
        "public-toilets",
        "Public toilets",
        "Planning",
        83,
        true,
        Open,
    ),
    ("vacant-lots", "Vacant lots", "Planning", 266, true, Open),
    (
        "street-names",
        "Street names and where they come from",
        "Planning",
        2_950,
        true,
        Open,
    ),
    (
        "population-by-district",
        "Population by district",
        "Statistics",
        18_400,
        true,
        Open,
    ),
    ("households", "Households", "Statistics", 9_120, true, Open),
    (
        "first-names",
        "First names given to children",
        "Statistics",
        24_773,
        true,
        Open,
    ),
    (
        "election-results",
        "Election results by polling station",
        "Statistics",
        15_608,
        true,
        Open,
    ),
    (
        "labour-market",
        "Labour market",
        "Statistics",
        6_300,
        true,
        Open,
    ),
    (
        "income-by-district",
        "Income by district",
        "Statistics",
        1_440,
        true,
        Restricted,
    ),
    (
        "health-indicators",
        "Health indicators by district",
        "Health",
        2_880,
        true,
        Open,
    ),
    (
        "health-indicators-unrounded",
        "Health indicators, not rounded",
        "Health",
        28_800,
        true,
        Restricted,
    ),
    (
        "restaurant-inspections",
        "Restaurant inspections",
        "Health",
        19_415,
        true,
        Open,
    ),
    (
        "vaccination-centres",
        "Vaccination centres",
        "Health",
        22,
        false,
        Open,
    ),
    (
        "library-loans",
        "Library loans",
        "Culture",
        512_660,
        true,
        Open,
    ),
    (
        "library-opening-hours",
        "Opening hours of the libraries",
        "Culture",
        63,
        true,
        Open,
    ),
    (
        "events-calendar",
        "Calendar of events",
        "Culture",
        4_410,
        true,
        Open,
    ),
    (
        "museum-visits",
        "Museum visits",
        "Culture",
        1_095,
        true,
        Open,
    ),
    (
        "public-art",
        "Art in public places",
        "Culture",
        347,
        true,
        Open,
    ),
];

/// The datasets of the secondary workspace.
pub const TRANSIT_DATASETS: &[Dataset] = &[
    ("stops", "Stops", "Network", 1_211, true, Open),
    ("lines", "Lines", "Network", 58, true, Open),
    ("timetable", "Timetable", "Network", 388_204, true, Open),
    (
        "timetable-next-season",
        "Timetable, next season",
        "Network",
        391_870,
        false,
        Restricted,
    ),
    (
        "vehicle-positions-archive",
        "Vehicle positions, archive",
        "Operations",
        940_000,
        true,
        Restricted,
    ),
    (
        "disruptions",
        "Disruptions",
        "Operations",
        8_763,
        true,
        Open,
    ),
    (
        "ridership",
        "Ridership by line and day",
        "Operations",
        105_850,
        true,
        Restricted,
    ),
    (
        "lift-status",
        "Lifts in service",
        "Operations",
        34,
        true,
        Open,
    ),
];

/// The pages of the main workspace.
pub const PAGES: &[Page] = &[
    ("welcome", "Welcome to Riverton's open data", true, Open),
    ("getting-started", "Getting started", true, Open),
    ("getting-around", "Getting around Riverton", true, Open),
    ("climate-plan", "The climate plan in figures", true, Open),
    ("where-the-money-goes", "Where the money goes", true, Open),
    ("district-profiles", "District profiles", true, Open),
    ("show-us-what-you-made", "Show us what you made", true, Open),
    ("api-guide", "Using the API", true, Open),
    ("press-room", "Press room", true, Restricted),
    (
        "research-agreements",
        "Research agreements",
        true,
        Restricted,
    ),
    (
        "data-stewards-handbook",
        "Handbook for data stewards",
        true,
        Restricted,
    ),
    (
        "mayors-dashboard",
        "The mayor's dashboard",
        true,
        Restricted,
    ),
    ("harbour-festival", "Harbour festival", false, Open),
];

/// The pages of the secondary workspace.
pub const TRANSIT_PAGES: &[Page] = &[
    ("network-in-figures", "The network in figures", true, Open),
    ("duty-handbook", "Duty handbook", true, Restricted),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::groups::{GROUPS, TRANSIT_GROUPS};

    #[test]
    fn groups_name_items_that_there_are() {
        for (groups, datasets, pages) in [
            (GROUPS, DATASETS, PAGES),
            (TRANSIT_GROUPS, TRANSIT_DATASETS, TRANSIT_PAGES),
        ] {
            for group in groups {
                assert!(
                    group
                        .datasets
                        .iter()
                        .all(|(name, ..)| datasets.iter().any(|d| d.0 == *name)),
                    "{}",
                    group.slug
                );
                assert!(
                    group
                        .pages
                        .iter()
                        .all(|(name, _)| pages.iter().any(|p| p.0 == *name)),
                    "{}",
                    group.slug
                );
            }
        }
    }
}
