//! The colours and icons of the permission groups (PERM-1).
//!
//! Owns what is the same in every language; labels and descriptions are in `words`, the groups and
//! sections of each permission in `permission`.

use super::permission::PermissionGroup;

/// The colour of a group, `#rrggbb`. Readable with white text on it and as text on white (WCAG AA).
pub const fn color(group: PermissionGroup) -> &'static str {
    match group {
        PermissionGroup::Domain => "#5b3e96",
        PermissionGroup::Dataset => "#1d5fa8",
        PermissionGroup::Page => "#8a4b08",
        PermissionGroup::Analytics => "#0b6b5d",
        PermissionGroup::Reuses => "#a3195b",
    }
}

/// The short name of a group's icon.
pub const fn icon(group: PermissionGroup) -> &'static str {
    match group {
        PermissionGroup::Domain => "settings",
        PermissionGroup::Dataset => "database",
        PermissionGroup::Page => "file-text",
        PermissionGroup::Analytics => "chart",
        PermissionGroup::Reuses => "share",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn perm_1_colours_are_readable_on_white() {
        let linear = |hex: &str| {
            let part = f64::from(u8::from_str_radix(hex, 16).expect("two hex digits")) / 255.0;
            if part <= 0.03928 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        for group in PermissionGroup::ALL {
            let color = color(*group);
            let hex = color.strip_prefix('#').expect("a hash");
            let luminance = 0.2126 * linear(&hex[0..2])
                + 0.7152 * linear(&hex[2..4])
                + 0.0722 * linear(&hex[4..6]);
            assert!(1.05 / (luminance + 0.05) >= 4.5, "{color} on white");
        }
    }

    #[test]
    fn perm_1_every_group_has_its_own_icon() {
        let icons: std::collections::HashSet<&str> = PermissionGroup::ALL
            .iter()
            .map(|group| icon(*group))
            .collect();
        assert_eq!(icons.len(), PermissionGroup::ALL.len());
        assert!(!icons.contains(""));
    }
}
