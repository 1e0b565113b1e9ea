//! Slugs generated from titles (GRP-1). They appear in addresses of pages, so only a–z, 0–9 and -
//! are used.
//!
//! Owns how a title becomes a slug. Must not know which slugs exist: the caller passes them in.

use std::collections::HashSet;

use super::fold::fold;

/// The longest slug generated from a title, before a number is added.
const LONGEST: usize = 80;

/// `title` in a–z, 0–9 and -: without accents, everything else one - between words. Returns
/// `fallback` for a title without such letters.
pub fn from_title(title: &str, fallback: &str) -> String {
    let folded = fold(title);
    // An apostrophe joins: "Children's parks" is "childrens-parks".
    let letters: String = folded
        .chars()
        .filter(|c| !matches!(c, '\'' | '’' | '‘'))
        .collect();
    let mut slug = String::with_capacity(letters.len());
    for word in letters
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(word);
    }
    slug.truncate(LONGEST);
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        fallback.to_owned()
    } else {
        slug.to_owned()
    }
}

/// `slug`, or `slug` with the smallest number from 2 on that is not in `taken`.
pub fn first_free(slug: &str, taken: &HashSet<String>) -> String {
    if !taken.contains(slug) {
        return slug.to_owned();
    }
    let mut number = 2_u64;
    loop {
        let numbered = format!("{slug}-{number}");
        if !taken.contains(&numbered) {
            return numbered;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn grp_1_slugs_are_made_from_titles() {
        for (title, slug) in [
            ("Tree wardens", "tree-wardens"),
            ("  Équipe  « Énergie & Climat » ", "equipe-energie-climat"),
            ("Straßen/Wege 2026", "strassen-wege-2026"),
            ("Łódź – Øresund", "lodz-oresund"),
            ("Children's parks", "childrens-parks"),
            ("L’eau", "leau"),
            ("a_b--c", "a-b-c"),
            ("Деревья", "group"),
            ("樹木 2", "2"),
            ("!?", "group"),
            ("", "group"),
        ] {
            assert_eq!(from_title(title, "group"), slug, "{title}");
        }
        assert_eq!(from_title(&"ﷺ".repeat(80), "group"), "group");
        assert_eq!(
            from_title(&format!("abcd{}", "㎯".repeat(40)), "group").len(),
            79,
            "cut behind a -, which goes too"
        );
    }

    #[test]
    fn grp_1_a_taken_slug_gets_the_least_free_number() {
        let taken = |slugs: &[&str]| {
            slugs
                .iter()
                .map(|slug| (*slug).to_owned())
                .collect::<HashSet<_>>()
        };
        assert_eq!(first_free("parks", &taken(&[])), "parks");
        assert_eq!(first_free("parks", &taken(&["parks"])), "parks-2");
        assert_eq!(
            first_free("parks", &taken(&["parks", "parks-2", "parks-4"])),
            "parks-3"
        );
        assert_eq!(
            first_free("parks-2", &taken(&["parks", "parks-2"])),
            "parks-2-2"
        );
    }

    proptest! {
        #[test]
        fn grp_1_any_title_makes_a_slug(title in "\\PC{0,80}", others in proptest::collection::hash_set("[ab]-?[2-4]?", 0..20)) {
            let slug = from_title(&title, "group");
            prop_assert!(!slug.is_empty() && slug.len() <= LONGEST);
            prop_assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"));
            prop_assert_eq!(from_title(&slug, "group"), slug.clone());
            for slug in &others {
                prop_assert!(!others.contains(&first_free(slug, &others)));
            }
        }
    }
}
