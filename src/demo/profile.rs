//! Who the 250 people of a block are, by their place in it: what they do in the portal and how
//! their access runs out.

use crate::domain::permission::Preset;

/// How many members a block has.
pub const BLOCK: usize = 250;

/// The places whose members were revoked once and came back (MEM-6).
pub const RESTORED: [usize; 2] = [236, 237];

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Holds a preset.
    Preset(Preset),
    /// Holds the custom role "Data steward".
    Steward,
    /// Holds the custom role "Communications".
    Communications,
    /// Works for the city, with groups and grants alone.
    Staff,
    /// Works elsewhere, with groups and grants alone.
    Partner,
    /// Signed up, and nothing more (JOIN-4).
    Visitor,
}

impl Kind {
    /// By the place in the block; only the first one has administrators.
    pub const fn of(block: usize, place: usize) -> Self {
        match place {
            0..4 if block == 0 => Self::Preset(Preset::Administrator),
            0..12 => Self::Preset(Preset::Publisher),
            12..32 => Self::Preset(Preset::Editor),
            32..36 => Self::Preset(Preset::Designer),
            36..44 => Self::Steward,
            44..50 => Self::Communications,
            50..100 => Self::Preset(Preset::Viewer),
            100..150 => Self::Staff,
            150..238 if place.is_multiple_of(5) => Self::Preset(Preset::Viewer),
            150..238 => Self::Partner,
            _ => Self::Visitor,
        }
    }

    /// Whether the place is one of the city's own people.
    pub const fn is_staff(place: usize) -> bool {
        place < 150
    }
}

/// How somebody's access goes; the number tells those of one fate apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Active, without an end.
    Stays,
    /// Active, with an end ahead.
    Ends(i64),
    /// Disabled.
    Disabled(i64),
    /// Begins later.
    Scheduled(i64),
    /// Ended by an administrator.
    Revoked(i64),
    /// Ended by time.
    Expired(i64),
    /// Left.
    Left(i64),
}

impl Fate {
    /// By the place in the block: fates are strewn over all kinds, and the first administrators
    /// stay.
    pub fn of(block: usize, place: usize) -> Self {
        match (block, place) {
            (0, 0..3) => return Self::Stays,
            // The fourth administrator has an end, in place of the first.
            (0, 3) => return Self::Ends(23),
            _ => {}
        }
        // 97 and 250 have no common divisor: every number comes up once in a block.
        let strewn = i64::try_from((place * 97 + 31) % BLOCK).unwrap_or_default();
        match strewn {
            0..8 => Self::Disabled(strewn),
            8..33 => Self::Ends(strewn - 8),
            33..38 => Self::Scheduled(strewn - 33),
            38..44 => Self::Revoked(strewn - 38),
            44..49 => Self::Expired(strewn - 44),
            49..53 => Self::Left(strewn - 49),
            _ => Self::Stays,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_has_every_fate() {
        for block in 0..2 {
            let count = |wanted: fn(&Fate) -> bool| {
                (0..BLOCK)
                    .map(|place| Fate::of(block, place))
                    .filter(wanted)
                    .count()
            };
            assert_eq!(count(|fate| matches!(fate, Fate::Disabled(_))), 8);
            assert_eq!(count(|fate| matches!(fate, Fate::Ends(_))), 25);
            assert_eq!(count(|fate| matches!(fate, Fate::Scheduled(_))), 5);
            assert_eq!(
                count(|fate| matches!(fate, Fate::Revoked(_) | Fate::Expired(_) | Fate::Left(_))),
                15
            );
        }
    }

    #[test]
    fn the_restored_come_behind_those_who_were_revoked() {
        let first = (0..BLOCK).filter(|place| matches!(Fate::of(0, *place), Fate::Revoked(0 | 1)));
        assert!(first.max().unwrap() < RESTORED[0]);
        assert!(
            RESTORED
                .iter()
                .all(|place| matches!(Fate::of(0, *place), Fate::Stays | Fate::Ends(_)))
        );
    }
}
