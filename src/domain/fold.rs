//! Text as people search and sort it: without case, accents and marks (MEM-7). Also the form in
//! which titles and names of roles and groups are unique (PERM-10).
//!
//! The one implementation: both the words stored in rows and the words typed into a search go
//! through these functions. Changing their results means rewriting `membership.sort_name` and
//! `member_word`.

use icu_properties::{CodePointMapData, props::Script};
use unicode_normalization::{
    UnicodeNormalization,
    char::{canonical_combining_class, is_combining_mark},
};

use super::email;

/// The longest word that is stored and searched, in characters. Longer words are cut on both sides.
pub const LONGEST_WORD: usize = 64;

/// The longest sort name, in characters. What follows does not change the order that people see.
const LONGEST_SORT_NAME: usize = 200;

/// `text` without case, accents and marks, in compatibility form (NFKD): "Łukasz Ångström" is
/// "lukasz angstrom".
///
/// Spells out letters that Unicode does not decompose but people do (ß, ø, ł, đ, æ, œ, ı and
/// others). Vowel signs that are letters of their script stay. Folding is idempotent.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text
        .nfkd()
        .filter(|c| !is_mark(*c))
        .flat_map(char::to_lowercase)
        .nfkd()
        .filter(|c| !is_mark(*c))
    {
        match spelling(letter) {
            Some(spelling) => out.push_str(spelling),
            None => out.push(letter),
        }
    }
    out
}

/// The key that sorts members: folded "family given", either of them alone, or empty.
pub fn sort_name(given_name: Option<&str>, family_name: Option<&str>) -> String {
    let folded: Vec<String> = [family_name, given_name]
        .into_iter()
        .flatten()
        .map(|name| fold(name.trim()))
        .filter(|name| !name.is_empty())
        .collect();
    cut(folded.join(" "), LONGEST_SORT_NAME)
}

/// Increase it whenever [`words`] changes its result for any member. `service::words` rewrites rows
/// of `member_word` from earlier versions.
pub const WORDS_VERSION: u32 = 2;

/// A prefix of no word, for a search text without letters and digits.
const NO_WORD: &str = "\u{10ffff}";

/// The words by which a member is found: the maximal runs of letters and digits in names and
/// address, and the whole address; folded, at most [`LONGEST_WORD`] characters each, sorted,
/// without duplicates. Includes the address in ASCII form and with a Unicode domain, names without
/// their apostrophes and hyphens, and Chinese, Japanese and Korean names without spaces.
pub fn words(
    given_name: Option<&str>,
    family_name: Option<&str>,
    email_canonical: &str,
) -> Vec<String> {
    let [given_name, family_name] = [given_name, family_name]
        .map(|name| fold(&name.unwrap_or_default().replace(looks_like_apostrophe, "'")));
    let mut words = [
        runs(&given_name),
        runs(&family_name),
        without_inner_marks(&given_name),
        without_inner_marks(&family_name),
    ]
    .concat();
    if [&given_name, &family_name]
        .into_iter()
        .any(|name| name.chars().any(is_written_without_spaces))
    {
        let [given_name, family_name] = [&given_name, &family_name].map(|name| runs(name).concat());
        words.extend(
            [
                format!("{family_name}{given_name}"),
                format!("{given_name}{family_name}"),
            ]
            .map(|name| cut(name, LONGEST_WORD)),
        );
    }
    if let Some((local, domain)) = email_canonical.rsplit_once('@') {
        for address in [
            fold(email_canonical),
            fold(&format!("{local}@{}", email::unicode_domain(domain))),
        ] {
            words.extend(runs(&address));
            words.push(cut(address, LONGEST_WORD));
        }
    }
    words.sort_unstable();
    words.dedup();
    words
}

/// The words of a search text, as prefixes of [`words`], without duplicates. A member matches if
/// every one of them does. Spaces separate words. A word with an @ after its first character is the
/// beginning of an address; others are split into runs of letters and digits. Empty for a blank
/// text; a word that nobody has if there are neither letters nor digits.
pub fn search_words(typed: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in fold(typed).split_whitespace() {
        if word
            .char_indices()
            .any(|(index, c)| c == '@' && index > 0 && word.contains(char::is_alphanumeric))
        {
            words.push(cut(word.to_owned(), LONGEST_WORD));
        } else {
            words.extend(runs(word));
        }
    }
    if words.is_empty() && !typed.trim().is_empty() {
        words.push(NO_WORD.to_owned());
    }
    words.sort_unstable();
    words.dedup();
    words
}

/// Names with an apostrophe or hyphen inside, without it, starting at each of their parts:
/// "jean-noel-marie" gives "jeannoelmarie" and "noelmarie".
fn without_inner_marks(folded: &str) -> Vec<String> {
    let names = folded.split(|c: char| !c.is_alphanumeric() && !joins_name_parts(c));
    names
        .flat_map(|name| {
            let parts: Vec<&str> = name
                .split(joins_name_parts)
                .filter(|part| !part.is_empty())
                .collect();
            (1..parts.len())
                .map(|first| cut(parts[first - 1..].concat(), LONGEST_WORD))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Accents that people type as an apostrophe. Folding would turn them into a space.
const fn looks_like_apostrophe(c: char) -> bool {
    matches!(c, '´' | '`' | '′' | '‵')
}

/// Apostrophes and hyphens, and their equivalents in Hebrew, Catalan and Japanese names.
const fn joins_name_parts(c: char) -> bool {
    matches!(
        c,
        '\'' | '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{5f3}' | '-' | '\u{2010}'
            ..='\u{2015}' | '\u{2212}' | '\u{5be}' | '\u{b7}' | '\u{30fb}'
    )
}

/// A letter of a script that writes names without spaces.
fn is_written_without_spaces(c: char) -> bool {
    matches!(
        CodePointMapData::<Script>::new().get(c),
        Script::Han | Script::Hiragana | Script::Katakana | Script::Hangul | Script::Bopomofo
    )
}

/// The form in which titles and names are unique: NFC, case-folded, accents kept (PERM-10).
pub fn unique_form(text: &str) -> String {
    text.nfc()
        .flat_map(|letter| match letter {
            // The dotless ı is a separate letter, but its upper case is that of i.
            'ı' => vec!['ı'],
            other => other.to_uppercase().flat_map(char::to_lowercase).collect(),
        })
        .nfc()
        .collect()
}

/// What a name looks like: two names that people cannot tell apart have the same look, whatever
/// letters they are written in (UTS #39, TEXT-2). Ignores case and treats `i` as `l`, because in
/// many typefaces the capital of one is the small letter of the other.
pub fn look(text: &str) -> String {
    let skeleton: String = unicode_security::skeleton(text).collect();
    unicode_security::skeleton(&unique_form(&skeleton))
        .map(|c| if c == 'i' { 'l' } else { c })
        .collect()
}

fn runs(folded: &str) -> Vec<String> {
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|run| !run.is_empty())
        .map(|run| cut(run.to_owned(), LONGEST_WORD))
        .collect()
}

fn cut(mut text: String, characters: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(characters) {
        text.truncate(end);
    }
    text
}

/// Accents and points, everything that is not a letter by itself, and invisible characters.
fn is_mark(c: char) -> bool {
    let unseen = matches!(
        c,
        '\u{ad}' | '\u{640}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
    );
    unseen || canonical_combining_class(c) != 0 || (is_combining_mark(c) && !c.is_alphanumeric())
}

const fn spelling(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'æ' => "ae",
        'œ' => "oe",
        'ı' => "i",
        'þ' => "th",
        'ħ' => "h",
        'ŧ' => "t",
        'ŋ' => "n",
        'ĸ' => "k",
        'ς' => "σ",
        // A letter to Unicode, an apostrophe to people.
        'ʼ' => "'",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mem_7_folding_is_what_people_expect() {
        for (text, folded) in [
            ("ÉLODIE Nuñez", "elodie nunez"),
            ("Łukasz Żółć", "lukasz zolc"),
            ("Straße GROẞ", "strasse gross"),
            ("Søren Đặng Ærø Œuvre", "soren dang aero oeuvre"),
            ("İSTANBUL ışık IŞIK", "istanbul isik isik"),
            ("Nguyễn Thị Hương", "nguyen thi huong"),
            ("e\u{301}cole école", "ecole ecole"),
            ("ﬁn Ｆｕｌｌ ①", "fin full 1"),
            ("ΣΊΣΥΦΟΣ σίσυφος", "σισυφοσ σισυφοσ"),
            ("مُحَمَّد", "محمد"),
            ("أحمد", "احمد"),
            ("Ёлка Йод", "елка иод"),
            ("Ivanʼs Co\u{ad}op", "ivan's coop"),
            ("हिन्दी", "हिनदी"),
            ("", ""),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn mem_7_folding_twice_changes_nothing() {
        // The two planes with the letters of living scripts.
        for c in (0..0x2_0000).filter_map(char::from_u32) {
            let once = fold(&format!("a{c}b"));
            assert_eq!(fold(&once), once, "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn mem_7_sorts_by_family_then_given() {
        assert_eq!(
            sort_name(Some("Anaïs"), Some("van den Berg")),
            "van den berg anais"
        );
        assert_eq!(sort_name(Some(" Wulandari "), None), "wulandari");
        assert_eq!(sort_name(None, Some("Œdipe")), "oedipe");
        assert_eq!(sort_name(Some(""), Some("")), "");
        assert_eq!(sort_name(None, None), "");
        assert_eq!(
            sort_name(Some(&"ﷺ".repeat(100)), None).chars().count(),
            LONGEST_SORT_NAME
        );
    }

    #[test]
    fn mem_7_words_are_runs_and_the_whole_address() {
        let actual = words(
            Some("Jean-Noël"),
            Some("O’Connell"),
            "jean.oconnell+news@mail.example",
        );
        let wanted = [
            "connell",
            "example",
            "jean",
            "jean.oconnell+news@mail.example",
            "jeannoel",
            "mail",
            "news",
            "noel",
            "o",
            "oconnell",
        ];
        assert_eq!(actual, wanted);
        assert_eq!(words(None, None, ""), Vec::<String>::new());
        let long = words(
            Some(&"é".repeat(100)),
            None,
            &format!("{}@example.org", "x".repeat(70)),
        );
        assert!(long.iter().all(|word| word.chars().count() <= LONGEST_WORD));
        assert!(long.contains(&"e".repeat(64)));
    }

    #[test]
    fn mem_7_what_is_typed_begins_what_is_kept() {
        let kept = words(
            Some("Jean-Noël"),
            Some("O'Connell"),
            "jean.oconnell@mail.example",
        );
        for typed in [
            "NOËL",
            "o'conn",
            "Jean.OCon",
            "jean.oconnell@ma",
            "@mail",
            "noel  jean",
            "O’Connell",
            "jean-n",
        ] {
            let typed = search_words(typed);
            assert!(!typed.is_empty());
            assert!(
                typed
                    .iter()
                    .all(|word| kept.iter().any(|k| k.starts_with(word))),
                "{typed:?}"
            );
        }
        assert_eq!(search_words("  "), Vec::<String>::new());
        for nothing in [" - @ ", "🌳", "%", "''", "-@-"] {
            let typed = search_words(nothing);
            assert!(
                !typed.is_empty()
                    && !kept
                        .iter()
                        .any(|k| typed.iter().any(|word| k.starts_with(word))),
                "{nothing}"
            );
        }
        let address = format!("{}@example.org", "x".repeat(70));
        assert!(words(None, None, &address).contains(&search_words(&address)[0]));
    }

    fn finds((given_name, family_name, email): (&str, &str, &str), typed: &str) -> bool {
        let (kept, typed) = (
            words(Some(given_name), Some(family_name), email),
            search_words(typed),
        );
        !typed.is_empty()
            && typed
                .iter()
                .all(|word| kept.iter().any(|k| k.starts_with(word)))
    }

    #[test]
    fn mem_7_apostrophes_and_hyphens_inside_names_may_be_left_out() {
        for (name, typed) in [
            (("Sinéad", "O'Connell"), "oconnell"),
            (("Sinéad", "O’Connell"), "OCONN"),
            (("Sinéad", "O´Connell"), "oconnell"),
            (("Anne-Marie", "Duval"), "annemarie duval"),
            (("Anne-Marie", "Duval"), "anne marie"),
            (("Jean‑Noël-Marie", "D'Ys"), "noelmarie dys"),
            (("Jean‑Noël-Marie", "D'Ys"), "jeannoel"),
        ] {
            assert!(
                finds((name.0, name.1, "a@example.org"), typed),
                "{name:?} {typed}"
            );
        }
        assert!(!finds(("Anne", "Marie", "a@example.org"), "annemarie"));
        assert!(!finds(("Sinéad", "O'Connell", "a@example.org"), "onnell"));
    }

    #[test]
    fn mem_7_cjk_names_may_be_typed_without_a_blank() {
        for (given_name, family_name, typed) in [
            ("太郎", "山田", "山田太郎"),
            ("太郎", "山田", "山田太"),
            ("太郎", "山田", "山田 太郎"),
            ("민수", "김", "김민수"),
            ("山田 太郎", "", "山田太郎"),
            ("ジョン・スミス", "", "ジョンスミス"),
        ] {
            assert!(
                finds((given_name, family_name, "a@example.org"), typed),
                "{family_name} {given_name} {typed}"
            );
        }
    }

    #[test]
    fn mem_7_addresses_are_found_in_their_own_letters_and_in_ascii_form() {
        let eva = ("Eva", "Weber", "eva@xn--zrich-daten-thb.example");
        for typed in [
            "zürich-daten",
            "ZURICH",
            "xn--zrich-daten-thb",
            "eva@zürich-d",
            "eva@xn--zrich",
            "eva@zürich-daten.example",
        ] {
            assert!(finds(eva, typed), "{typed}");
        }
    }

    #[test]
    fn text_2_names_that_look_alike() {
        for same in [
            "ADMINISTRATOR",
            "аdministrаtor",
            "Adm1nistrator",
            "ADMlNlSTRATOR",
            "Administrat0r",
            "Ａdministrator",
            "𝐀dministrator",
        ] {
            assert_eq!(look(same), look("Administrator"), "{same}");
        }
        for other in ["Administrators", "Administratör", "Admin", "Editor"] {
            assert_ne!(look(other), look("Administrator"), "{other}");
        }
    }

    #[test]
    fn perm_10_unique_form_ignores_case_and_keeps_accents() {
        assert_eq!(
            unique_form("Média\u{301}théque"),
            unique_form("MÉDIÁTHÉQUE")
        );
        assert_eq!(unique_form("Straße"), unique_form("STRASSE"));
        assert_eq!(unique_form("ΣΊΣΥΦΟΣ"), unique_form("σίσυφος"));
        assert_ne!(unique_form("Cafe"), unique_form("Café"));
        assert_ne!(unique_form("kız"), unique_form("kiz"));
        assert_eq!(unique_form("e\u{301}"), "é");
    }
}
