//! Estimates with zxcvbn how many guesses a password needs, at a bounded cost (ACC-3).
//!
//! zxcvbn looks up every part of a text in its dictionaries, once for each combination of letters
//! that its digits and signs may stand for (`4` for a, `1` for i or l). The combinations multiply:
//! 20 different signs make thousands of them and take a second. So the text is cut, and
//! combinations times parts stay below [`MOST_WORK`] before zxcvbn sees it.

use super::patterns;

/// The characters that are estimated. More are not needed for the highest score.
pub(super) const ESTIMATED: usize = 64;

/// The maximum cost of an estimate, in combinations times the square of the length: a few
/// milliseconds.
const MOST_WORK: usize = 4 * ESTIMATED * ESTIMATED;

/// The characters that may stand for each letter: zxcvbn's own table.
const DISGUISES: [(char, &[char]); 12] = [
    ('a', &['4', '@']),
    ('b', &['8']),
    ('c', &['(', '{', '[', '<']),
    ('e', &['3']),
    ('g', &['6', '9']),
    ('i', &['1', '!', '|']),
    ('l', &['1', '|', '7']),
    ('o', &['0']),
    ('s', &['$', '5']),
    ('t', &['+', '7']),
    ('x', &['%']),
    ('z', &['2']),
];

/// Whether the sign may stand for the letter.
pub(super) fn stands_for(sign: char, letter: char) -> bool {
    DISGUISES
        .iter()
        .any(|(disguised, signs)| *disguised == letter && signs.contains(&sign))
}

/// How many guesses somebody who knows `words` needs for `text`, of which at most 64 characters
/// count.
pub(super) fn guesses(text: &str, words: &[&str]) -> u64 {
    let text: String = text.chars().take(ESTIMATED).collect();
    let of_pattern = patterns::guesses(&text, words).unwrap_or(u64::MAX);
    of_zxcvbn(text, words).min(of_pattern)
}

fn of_zxcvbn(text: String, words: &[&str]) -> u64 {
    if is_bounded(&text) {
        return zxcvbn::zxcvbn(&text, words).guesses();
    }
    let text: String = text.chars().map(plainer).collect();
    if is_bounded(&text) {
        return zxcvbn::zxcvbn(&text, words).guesses();
    }
    // Guessing the whole takes at least as long as guessing each half. Half of the longest text is
    // within the limit: see the test.
    let half = text
        .char_indices()
        .nth(ESTIMATED / 2)
        .map_or(text.len(), |(at, _)| at);
    let (first, second) = text.split_at(half);
    zxcvbn::zxcvbn(first, words)
        .guesses()
        .max(zxcvbn::zxcvbn(second, words).guesses())
}

fn is_bounded(text: &str) -> bool {
    let length = text.chars().count();
    combinations(text).saturating_mul(length * length) <= MOST_WORK
}

/// At least as many combinations as zxcvbn tries: each sign for a letter adds one, and a sign for
/// two letters doubles them. All those stand for the letter l as well, so this counts them twice.
fn combinations(text: &str) -> usize {
    let letters = DISGUISES.iter().map(|(letter, signs)| {
        let present = signs.iter().filter(|sign| text.contains(**sign)).count();
        (if *letter == 'l' { 2 * present } else { present }).max(1)
    });
    letters.fold(1, usize::saturating_mul)
}

/// One sign for all that stand for the same letter. Digits stay, because dates and sequences
/// consist of them.
const fn plainer(sign: char) -> char {
    match sign {
        '@' => '4',
        '{' | '[' | '<' => '(',
        '!' | '|' => '1',
        '$' => '5',
        '+' => '7',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_signs() -> String {
        DISGUISES
            .iter()
            .flat_map(|(_, signs)| signs.iter())
            .collect()
    }

    #[test]
    fn acc_3_half_of_the_longest_text_is_bounded_whatever_it_holds() {
        let plain: String = all_signs().chars().map(plainer).collect();
        let half: String = plain.chars().cycle().take(ESTIMATED / 2).collect();
        assert!(is_bounded(&half), "{} combinations", combinations(&half));
        assert!(
            !is_bounded(&all_signs()),
            "else nothing would need to be cut"
        );
    }

    #[test]
    fn acc_3_signs_of_two_letters_are_signs_of_l() {
        let letters = |sign: char| {
            DISGUISES
                .iter()
                .filter(move |(_, signs)| signs.contains(&sign))
                .map(|(letter, _)| *letter)
        };
        for sign in all_signs().chars() {
            assert!(
                letters(sign).count() == 1
                    || letters(sign).any(|letter| letter == 'l') && letters(sign).count() == 2,
                "{sign}"
            );
        }
    }

    #[test]
    fn acc_3_common_words_in_disguise_are_looked_at_whole() {
        for text in [
            "p@$$w0rd",
            "P4ssw0rd!2024",
            "1l0v3y0u",
            "!@#$%^&*()",
            "Tr0ub4dor&3",
            "13/07/1986 and 24/12/2019",
        ] {
            assert!(is_bounded(text), "{text}: {}", combinations(text));
        }
    }

    #[test]
    fn acc_3_only_the_first_64_characters_count() {
        let strong = "vT9#kpL2\u{f6} lantern nine bridges";
        assert!(guesses(&format!("{}{strong}", "a".repeat(64)), &[]) < 1_000_000);
        assert!(guesses(&format!("{}{strong}", "a".repeat(32)), &[]) > 100_000_000);
    }
}
