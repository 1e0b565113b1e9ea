//! Estimates how many guesses a password needs that is made of a word that people are told to change
//! (a season, a month, a weekday, a greeting, "password"), a year and signs, in English, French or
//! Dutch (ACC-3). zxcvbn has English words, and rates a text of three parts or more as hard,
//! whatever the parts are (`Summer-2024-!`).
//!
//! Owns the words. The text is cut before it comes here, so that the cost is bounded.

use unicode_normalization::UnicodeNormalization;

/// The words, without accents and in lower case. A space is where a sign or space may stand.
const WORDS: &[&str] = &[
    // Seasons and feasts.
    "spring",
    "summer",
    "autumn",
    "fall",
    "winter",
    "printemps",
    "ete",
    "automne",
    "hiver",
    "lente",
    "zomer",
    "herfst",
    "voorjaar",
    "najaar",
    "christmas",
    "easter",
    "noel",
    "joyeux noel",
    "paques",
    "kerst",
    "kerstmis",
    "pasen",
    "sinterklaas",
    "new year",
    "happy new year",
    "bonne annee",
    "nouvel an",
    "nieuwjaar",
    "gelukkig nieuwjaar",
    "holiday",
    "holidays",
    "vacances",
    "vakantie",
    // Months.
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
    "januari",
    "februari",
    "maart",
    "mei",
    "juni",
    "juli",
    "augustus",
    "oktober",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "okt",
    "nov",
    "dec",
    "fev",
    "avr",
    "juil",
    // Weekdays.
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "weekend",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "maandag",
    "dinsdag",
    "woensdag",
    "donderdag",
    "vrijdag",
    "zaterdag",
    "zondag",
    "today",
    "aujourdhui",
    "vandaag",
    // Greetings.
    "welcome",
    "hello",
    "hi",
    "hey",
    "good morning",
    "good day",
    "greetings",
    "goodbye",
    "thanks",
    "bienvenue",
    "bonjour",
    "bonsoir",
    "salut",
    "coucou",
    "bonne journee",
    "au revoir",
    "merci",
    "welkom",
    "hallo",
    "hoi",
    "dag",
    "goede morgen",
    "goeie dag",
    "goede dag",
    "goeden dag",
    "goeden avond",
    "tot ziens",
    "bedankt",
    "dank u",
    "welcome back",
    "welkom terug",
    // What stands in a first password.
    "password",
    "pass word",
    "passphrase",
    "passwd",
    "pass",
    "pwd",
    "pw",
    "login",
    "log in",
    "sign in",
    "admin",
    "administrator",
    "user",
    "guest",
    "secret",
    "access",
    "change me",
    "changeit",
    "let me in",
    "default",
    "temp",
    "temporary",
    "test",
    "start",
    "new",
    "my",
    "the",
    "mot de passe",
    "mon mot de passe",
    "nouveau mot de passe",
    "mdp",
    "passe",
    "code",
    "acces",
    "connexion",
    "utilisateur",
    "administrateur",
    "invite",
    "secret",
    "provisoire",
    "temporaire",
    "changez moi",
    "changer",
    "nouveau",
    "nouvelle",
    "mon",
    "wachtwoord",
    "mijn wachtwoord",
    "nieuw wachtwoord",
    "paswoord",
    "pas woord",
    "wacht woord",
    "ww",
    "geheim",
    "toegang",
    "inloggen",
    "aanmelden",
    "gebruiker",
    "beheerder",
    "gast",
    "tijdelijk",
    "wijzig mij",
    "verander mij",
    "veranderen",
    "nieuw",
    "mijn",
    // What the installation is about.
    "open data",
    "data",
    "portal",
    "portail",
    "portaal",
    "dataset",
];

/// Guesses of a word: as many as there are, about.
const OF_A_WORD: f64 = 250.0;

/// Guesses of a name of the person, their workspaces or the product.
const OF_A_NAME: f64 = 60.0;

/// How many times more guesses a word takes in other letters than lower case: with a capital or all
/// in capitals, and otherwise.
const OF_A_CAPITAL: f64 = 2.0;
const OF_MIXED_CASE: f64 = 16.0;

/// How many times more a word takes with digits or signs for letters (`Z0mer`).
const OF_A_DISGUISE: f64 = 4.0;

/// Guesses of a year: the nearest are tried first.
const FIRST_YEARS: u32 = 20;
const THIS_YEAR: u32 = 2026;

/// Guesses of digits in order (`123`).
const OF_DIGITS_IN_ORDER: f64 = 10.0;

/// Guesses of a sign: of a new one, and of one that stands in the text before, which says only
/// where.
const OF_A_SIGN: f64 = 12.0;
const OF_THE_SAME_SIGN: f64 = 1.5;

/// A character as typed, and without accent and case.
struct Typed {
    plain: char,
    is_capital: bool,
}

/// How many guesses `text` needs, by whoever tries such words and `names`. `None` if something else
/// is in it.
pub(super) fn guesses(text: &str, names: &[&str]) -> Option<u64> {
    let typed: Vec<Typed> = text.nfc().map(Typed::from).collect();
    let names: Vec<String> = names.iter().map(|name| plain(name)).collect();
    let words = WORDS
        .iter()
        .map(|word| (*word, OF_A_WORD))
        .chain(names.iter().map(|name| (name.as_str(), OF_A_NAME)));
    let words: Vec<(Vec<char>, f64)> = words
        .map(|(word, guesses)| (word.chars().collect::<Vec<char>>(), guesses))
        .filter(|(word, _)| !word.is_empty())
        .collect();
    // The fewest guesses up to each place.
    let mut fewest = vec![f64::INFINITY; typed.len() + 1];
    fewest[0] = 1.0;
    let mut has_word = vec![false; typed.len() + 1];
    for at in 0..typed.len() {
        let (before, had_word) = (fewest[at], has_word[at]);
        if before.is_infinite() {
            continue;
        }
        let mut reach = |end: usize, guesses: f64, is_word: bool| {
            if before * guesses < fewest[end] {
                fewest[end] = before * guesses;
                has_word[end] = had_word || is_word;
            }
        };
        for (word, guesses) in &words {
            if let Some((end, times)) = word_at(&typed, at, word) {
                reach(end, guesses * times, true);
            }
        }
        for (end, guesses) in digits_at(&typed, at) {
            reach(end, guesses, false);
        }
        if !typed[at].plain.is_alphanumeric() {
            let is_new = !typed[..at].iter().any(|one| one.plain == typed[at].plain);
            let guesses = if is_new { OF_A_SIGN } else { OF_THE_SAME_SIGN };
            reach(at + 1, guesses, false);
        }
    }
    // As many as fit: the cast saturates.
    let all = fewest[typed.len()];
    (has_word[typed.len()] && all.is_finite()).then_some(all as u64)
}

impl From<char> for Typed {
    fn from(typed: char) -> Self {
        let base = std::iter::once(typed).nfd().next().unwrap_or(typed);
        Self {
            plain: base.to_lowercase().next().unwrap_or(base),
            is_capital: base.is_uppercase(),
        }
    }
}

fn plain(text: &str) -> String {
    text.nfc().map(|typed| Typed::from(typed).plain).collect()
}

/// Where the word ends if it stands at `at`, and how many times more guesses it takes as typed.
fn word_at(typed: &[Typed], at: usize, word: &[char]) -> Option<(usize, f64)> {
    let (mut end, mut times, mut capitals, mut letters) = (at, 1.0, 0_usize, 0_usize);
    let mut is_disguised = false;
    for letter in word {
        if *letter == ' ' {
            if let Some(sign) = typed.get(end).filter(|one| !one.plain.is_alphanumeric()) {
                let is_new = !typed[..end].iter().any(|one| one.plain == sign.plain);
                times *= if is_new { OF_A_SIGN } else { OF_THE_SAME_SIGN };
                end += 1;
            }
            continue;
        }
        let one = typed.get(end)?;
        if one.plain != *letter {
            if !super::guesses::stands_for(one.plain, *letter) {
                return None;
            }
            is_disguised = true;
        }
        letters += 1;
        capitals += usize::from(one.is_capital);
        end += 1;
    }
    let begins_with_capital = typed.get(at).is_some_and(|one| one.is_capital);
    times *= match capitals {
        0 => 1.0,
        1 if begins_with_capital => OF_A_CAPITAL,
        all if all == letters => OF_A_CAPITAL,
        _ => OF_MIXED_CASE,
    };
    if is_disguised {
        times *= OF_A_DISGUISE;
    }
    Some((end, times))
}

/// The numbers that begin at `at`: where each ends, and its guesses.
fn digits_at(typed: &[Typed], at: usize) -> Vec<(usize, f64)> {
    let digits: Vec<u32> = typed[at..]
        .iter()
        .map_while(|one| one.plain.to_digit(10))
        .collect();
    let mut numbers = Vec::new();
    if !digits.is_empty() {
        numbers.push((at + 1, 10.0));
    }
    if let [a, b, c, d, ..] = digits.as_slice() {
        let year = a * 1_000 + b * 100 + c * 10 + d;
        if (1_900..2_100).contains(&year) {
            let guesses = year.abs_diff(THIS_YEAR).max(FIRST_YEARS);
            numbers.push((at + 4, f64::from(guesses)));
        }
    }
    // The last two digits of a year.
    if let [a, b, ..] = digits.as_slice() {
        let year = 2_000 + a * 10 + b;
        let guesses = year.abs_diff(THIS_YEAR).max(FIRST_YEARS);
        numbers.push((at + 2, f64::from(guesses)));
    }
    let in_order = digits
        .windows(2)
        .take_while(|pair| (pair[0] + 1) % 10 == pair[1])
        .count();
    numbers.extend((2..=in_order).map(|steps| (at + steps + 1, OF_DIGITS_IN_ORDER)));
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is not rated as hard (`ACCEPTED`).
    const HARD: u64 = 100_000_000;

    const SIGNS: [&str; 6] = ["!", "?", "-", "*", "@", "#"];
    const NUMBERS: [&str; 10] = [
        "2019", "2024", "2025", "2026", "2027", "24", "26", "1", "123", "1234",
    ];

    fn is_refused(text: &str) -> bool {
        guesses(text, &[]).is_some_and(|guesses| guesses < HARD)
    }

    fn capitalized(word: &str) -> String {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(letters).collect()
        })
    }

    #[test]
    fn acc_3_a_word_a_year_and_signs_in_any_place_are_refused() {
        for word in WORDS {
            let word = word.replace(' ', "");
            for number in NUMBERS {
                for (index, sign) in SIGNS.into_iter().enumerate() {
                    let other = SIGNS[(index + 1) % SIGNS.len()];
                    for word in [&word, &capitalized(&word), &word.to_uppercase()] {
                        for text in [
                            format!("{word}{number}"),
                            format!("{word}{number}{sign}"),
                            format!("{sign}{word}{number}"),
                            format!("{word}{sign}{number}"),
                            format!("{number}{sign}{word}"),
                            format!("{word}{sign}{number}{sign}{sign}"),
                            format!("{word}{sign}{number}{sign}{other}"),
                            format!("{sign}{word}{other}{number}{sign}"),
                        ] {
                            assert!(is_refused(&text), "{text}: {:?}", guesses(&text, &[]));
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn acc_3_accents_disguises_and_signs_within_do_not_help() {
        for text in [
            "F\u{e9}vrier2026!",
            "Fe\u{301}vrier2026!",
            "Ao\u{fb}t-2025-!",
            "\u{c9}t\u{e9}2026!!",
            "Z0mer2024!",
            "W3lkom-2026-!",
            "Mot-de-passe-2024!",
            "Bonne ann\u{e9}e 2026!",
            "!Welkom?2026#",
            "ZomerZomer2024!",
        ] {
            assert!(is_refused(text), "{text}: {:?}", guesses(text, &[]));
        }
    }

    #[test]
    fn acc_3_names_count_as_words() {
        let guesses = |text: &str| guesses(text, &["riverton"]);
        assert!(guesses("Riverton-2024-!").is_some_and(|guesses| guesses < HARD));
        assert_eq!(guesses("Rivertom-2024-!"), None);
    }

    #[test]
    fn acc_3_what_has_anything_else_in_it_is_not_estimated() {
        for text in [
            "",
            "2024!",
            "83947561",
            "Zomer2024!x",
            "zomer kettle",
            "vT9#kpL2",
        ] {
            assert_eq!(guesses(text, &[]), None, "{text}");
        }
        assert!(
            guesses("zomer lundi november portal 7391", &[]).is_some_and(|guesses| guesses > HARD),
            "four words are many"
        );
        assert!(guesses("Zomer739148256", &[]).is_some_and(|guesses| guesses > HARD));
    }
}
