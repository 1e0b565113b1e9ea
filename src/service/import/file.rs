//! A file of members, read line by line (IMPORT-2, IMPORT-4): the CSV of Opendatasoft or Socrata, or
//! our own export, in UTF-8, separated by commas, semicolons or tabs.
//!
//! Owns what a line says. Must not know the workspace: which roles and groups there are is looked at
//! under its lock.

use std::io::Cursor;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use csv::{Reader, ReaderBuilder, StringRecord};

use crate::{
    domain::{
        error_code::{Bound, ErrorCode, Fault},
        formula,
        import::{self, ImportFormat},
        permission::PermissionSet,
        text,
    },
    service::{UserError, invitation::Invitee},
    words::message,
};

/// What separates cells.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = &[0xef, 0xbb, 0xbf];

/// The longest text of a date that is only recorded, in characters.
const LONGEST_DATE: usize = 64;

/// The longest text of an address that is shown again, in characters; no address is as long.
const LONGEST_EMAIL: usize = 320;

/// INVALID_CSV: nothing of the file is read, because of this line, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidCsv {
    /// Where it cannot be read.
    pub line: usize,
}

impl InvalidCsv {
    /// The code with the line.
    const fn fault(self) -> Fault {
        Fault {
            code: ErrorCode::InvalidCsv,
            bound: Some(Bound::Line(self.line)),
        }
    }
}

/// In English, for the command line.
impl std::fmt::Display for InvalidCsv {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        message::invalid_csv(self.line).fmt(f)
    }
}

impl From<InvalidCsv> for UserError {
    fn from(invalid: InvalidCsv) -> Self {
        Self::at(invalid.fault(), &format!("csv.{}", invalid.line))
    }
}

/// What one line says.
#[derive(Debug, Clone)]
pub struct ImportLine {
    /// Its number in the file, from 1; of a line with breaks inside of quotes, the first.
    pub line: usize,
    /// Who it is.
    pub(super) invitee: Invitee,
    /// The name of the role.
    pub(super) role: Option<String>,
    /// The permissions given directly.
    pub(super) permissions: PermissionSet,
    /// The titles of the groups.
    pub(super) groups: Vec<String>,
    /// When access begins.
    pub(super) starts_at: Option<DateTime<Utc>>,
    /// When access ends.
    pub(super) ends_at: Option<DateTime<Utc>>,
    /// When they joined the other system, for the record.
    pub(super) date_joined: Option<String>,
    /// When they last used it, for the record.
    pub(super) last_seen: Option<String>,
    /// What is wrong with the line, whoever it is about.
    pub(super) fault: Option<Fault>,
}

impl ImportLine {
    /// A line of which nothing can be read.
    fn unreadable(line: usize) -> Self {
        Self {
            line,
            invitee: Invitee::read(String::new(), None, None),
            role: None,
            permissions: PermissionSet::EMPTY,
            groups: Vec::new(),
            starts_at: None,
            ends_at: None,
            date_joined: None,
            last_seen: None,
            fault: Some(ErrorCode::InvalidCsv.into()),
        }
    }

    /// Whether nothing of it can be read.
    pub(super) fn is_unreadable(&self) -> bool {
        self.fault
            .is_some_and(|fault| fault.code == ErrorCode::InvalidCsv)
    }
}

/// A column that is read; all others are passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Email,
    GivenName,
    FamilyName,
    FullName,
    Role,
    Permissions,
    Groups,
    StartsAt,
    EndsAt,
    IsActive,
    State,
    DateJoined,
    LastSeen,
}

impl Column {
    /// The column with this name, as the systems and our own export call it.
    fn of(format: ImportFormat, name: &str) -> Option<Self> {
        let common = match name {
            "email" | "e_mail" | "email_address" => Some(Self::Email),
            "first_name" | "given_name" => Some(Self::GivenName),
            "last_name" | "family_name" => Some(Self::FamilyName),
            "role" | "role_name" => Some(Self::Role),
            _ => None,
        };
        common.or(match (format, name) {
            (ImportFormat::Opendatasoft, "permissions") => Some(Self::Permissions),
            (ImportFormat::Opendatasoft, "groups") => Some(Self::Groups),
            (ImportFormat::Opendatasoft, "access_starts_at") => Some(Self::StartsAt),
            (ImportFormat::Opendatasoft, "access_ends_at") => Some(Self::EndsAt),
            (ImportFormat::Opendatasoft, "is_active") => Some(Self::IsActive),
            (ImportFormat::Opendatasoft, "state") => Some(Self::State),
            (ImportFormat::Opendatasoft, "date_joined" | "joined_at") => Some(Self::DateJoined),
            (ImportFormat::Opendatasoft, "last_seen" | "last_active_at") => Some(Self::LastSeen),
            (ImportFormat::Socrata, "screen_name" | "display_name" | "name") => {
                Some(Self::FullName)
            }
            (ImportFormat::Socrata, "created_at" | "created") => Some(Self::DateJoined),
            (
                ImportFormat::Socrata,
                "last_authenticated_at" | "last_authenticated" | "last_active" | "last_login",
            ) => Some(Self::LastSeen),
            _ => None,
        })
    }

    /// Without which the file is not of the format.
    const fn required(format: ImportFormat) -> &'static [Self] {
        match format {
            ImportFormat::Opendatasoft => &[Self::Email, Self::Permissions, Self::Groups],
            ImportFormat::Socrata => &[Self::Email, Self::Role],
        }
    }
}

/// A file whose header was read.
#[derive(Debug)]
pub struct ImportFile {
    text: Bytes,
    delimiter: u8,
    columns: Vec<Option<Column>>,
    reader: Reader<Cursor<Bytes>>,
    /// Up to where lines are counted, and the number of the line there.
    counted: (usize, usize),
    is_over: bool,
}

impl ImportFile {
    /// Reads the encoding, the delimiter and the header of a file that is there as a whole: what is
    /// refused is refused before a line counts.
    pub fn read(text: Bytes, format: ImportFormat) -> Result<Self, InvalidCsv> {
        let text = match text.strip_prefix(BYTE_ORDER_MARK) {
            Some(_) => text.slice(BYTE_ORDER_MARK.len()..),
            None => text,
        };
        // Text of two bytes a character has zeros.
        let valid = match std::str::from_utf8(&text) {
            Ok(_) => text.len(),
            Err(error) => error.valid_up_to(),
        };
        let sound = text
            .iter()
            .position(|byte| *byte == 0)
            .map_or(valid, |at| at.min(valid));
        if sound < text.len() {
            return Err(InvalidCsv {
                line: breaks(text.get(..sound).unwrap_or_default()) + 1,
            });
        }
        let header = DELIMITERS
            .iter()
            .find_map(|delimiter| Some((*delimiter, header(&text, *delimiter, format)?)));
        let Some((delimiter, columns)) = header else {
            let blank = text
                .iter()
                .take_while(|byte| matches!(byte, b'\r' | b'\n'))
                .count();
            return Err(InvalidCsv {
                line: breaks(text.get(..blank).unwrap_or_default()) + 1,
            });
        };
        let mut reader = reader(text.clone(), delimiter);
        // The header was read before.
        let _ = reader.read_record(&mut StringRecord::new());
        Ok(Self {
            text,
            delimiter,
            columns,
            reader,
            counted: (0, 1),
            is_over: false,
        })
    }

    /// How far it is read, and how long it is, in bytes.
    pub fn progress(&self) -> (u64, u64) {
        (self.reader.position().byte(), self.text.len() as u64)
    }

    /// The next line; `None` at the end. After a quote that nothing closes there are no more.
    fn next_line(&mut self) -> Option<ImportLine> {
        if self.is_over {
            return None;
        }
        let mut record = StringRecord::new();
        let begins = match self.reader.read_record(&mut record) {
            Ok(true) => record.position().map_or(0, |position| position.byte()),
            // The text is all there and valid: nothing else can be wrong with it.
            Ok(false) | Err(_) => {
                self.is_over = true;
                return None;
            }
        };
        let begins = usize::try_from(begins).unwrap_or(usize::MAX);
        let (line, begins) = self.locate(begins);
        let is_last = self.reader.position().byte() >= self.text.len() as u64;
        let raw = self.text.get(begins..).unwrap_or_default();
        if is_last && is_unclosed(raw, self.delimiter) {
            self.is_over = true;
            return Some(ImportLine::unreadable(line));
        }
        if record.len() != self.columns.len() {
            return Some(ImportLine::unreadable(line));
        }
        Some(self.line(line, &record))
    }

    /// The number of the line that begins at `at` or behind the breaks there, and where that is.
    fn locate(&mut self, at: usize) -> (usize, usize) {
        let rest = self.text.get(at..).unwrap_or_default();
        let blank = rest
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let (from, line) = self.counted;
        let passed = self.text.get(from..at + blank).unwrap_or_default();
        self.counted = (at + blank, line + breaks(passed));
        (self.counted.1, at + blank)
    }

    fn line(&self, line: usize, record: &StringRecord) -> ImportLine {
        let cell = |wanted: Column| {
            let place = self
                .columns
                .iter()
                .position(|column| *column == Some(wanted))?;
            record.get(place).map(formula::restore)
        };
        let optional = |wanted| text::optional_line(cell(wanted));
        let mut faults = Vec::new();
        let (given_name, family_name) = match optional(Column::FullName) {
            Some(name) => halves(&name),
            None => (optional(Column::GivenName), optional(Column::FamilyName)),
        };
        let permissions = permissions(cell(Column::Permissions).unwrap_or_default())
            .unwrap_or_else(|fault| {
                faults.push(fault);
                PermissionSet::EMPTY
            });
        let mut instant = |wanted| {
            let typed = optional(wanted)?;
            match DateTime::parse_from_rfc3339(&typed) {
                Ok(at) => Some(at.with_timezone(&Utc)),
                Err(_) => {
                    faults.push(ErrorCode::InvalidDate.into());
                    None
                }
            }
        };
        let (starts_at, ends_at) = (instant(Column::StartsAt), instant(Column::EndsAt));
        let mut recorded = |wanted| {
            let typed = optional(wanted)?;
            faults.extend(text::fault(&typed, LONGEST_DATE, false));
            Some(typed)
        };
        let (date_joined, last_seen) = (recorded(Column::DateJoined), recorded(Column::LastSeen));
        if is_switched_off(cell(Column::IsActive), cell(Column::State)) {
            faults.insert(0, ErrorCode::NotActive.into());
        }
        let email = cell(Column::Email).unwrap_or_default();
        let email = email.chars().take(LONGEST_EMAIL).collect();
        ImportLine {
            line,
            invitee: Invitee::read(email, given_name.as_deref(), family_name.as_deref()),
            role: optional(Column::Role),
            permissions,
            groups: titles(cell(Column::Groups).unwrap_or_default()),
            starts_at,
            ends_at,
            date_joined,
            last_seen,
            fault: faults.into_iter().next(),
        }
    }
}

impl Iterator for ImportFile {
    type Item = ImportLine;

    fn next(&mut self) -> Option<ImportLine> {
        self.next_line()
    }
}

fn reader(text: Bytes, delimiter: u8) -> Reader<Cursor<Bytes>> {
    ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(Cursor::new(text))
}

/// The columns, if the text is of the format when it is separated so.
fn header(text: &Bytes, delimiter: u8, format: ImportFormat) -> Option<Vec<Option<Column>>> {
    let mut record = StringRecord::new();
    let mut reader = reader(text.clone(), delimiter);
    if !reader.read_record(&mut record).ok()? {
        return None;
    }
    let columns: Vec<_> = record
        .iter()
        .map(|name| Column::of(format, &column_name(name)))
        .collect();
    let is_twice = |index: usize, column: &Option<Column>| {
        column.is_some() && columns.iter().take(index).any(|before| before == column)
    };
    let is_of_format = Column::required(format)
        .iter()
        .all(|required| columns.contains(&Some(*required)));
    let is_clear = !columns
        .iter()
        .enumerate()
        .any(|(index, column)| is_twice(index, column));
    (is_of_format && is_clear).then_some(columns)
}

/// The name of a column in small letters, its words joined by `_`: `Screen Name` and `screenName`
/// are `screen_name`.
fn column_name(typed: &str) -> String {
    let mut name = String::with_capacity(typed.len() + 4);
    let mut is_in_word = false;
    for letter in text::line(typed).chars() {
        if matches!(letter, ' ' | '-' | '_') {
            name.push('_');
            is_in_word = false;
            continue;
        }
        if letter.is_uppercase() && is_in_word {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
        is_in_word = letter.is_lowercase();
    }
    name
}

/// How many lines end in the text: by LF, CR LF or CR.
fn breaks(text: &[u8]) -> usize {
    let feeds = text.iter().filter(|byte| **byte == b'\n').count();
    let lone = text
        .iter()
        .enumerate()
        .filter(|(index, byte)| **byte == b'\r' && text.get(index + 1) != Some(&b'\n'))
        .count();
    feeds + lone
}

/// Whether the text of one record ends inside of quotes.
fn is_unclosed(record: &[u8], delimiter: u8) -> bool {
    let (mut in_quotes, mut at_start) = (false, true);
    for byte in record {
        if *byte == b'"' && (in_quotes || at_start) {
            // Two quotes inside of quotes open again at once, where nothing is between them.
            in_quotes = !in_quotes;
            at_start = !in_quotes;
        } else if !in_quotes {
            at_start = *byte == delimiter || matches!(byte, b'\r' | b'\n');
        }
    }
    in_quotes
}

/// One name of a person in two: what is behind the first blank is the family name.
fn halves(name: &str) -> (Option<String>, Option<String>) {
    match name.split_once(' ') {
        Some((given, family)) => (Some(given.to_owned()), Some(family.to_owned())),
        None => (Some(name.to_owned()), None),
    }
}

/// The texts of a JSON list, as interfaces answer them.
fn json_list(cell: &str) -> Option<Vec<String>> {
    cell.starts_with('[')
        .then(|| serde_json::from_str(cell).ok())?
}

fn permissions(cell: &str) -> Result<PermissionSet, Fault> {
    let cell = text::line(cell);
    let names = json_list(&cell).unwrap_or_else(|| {
        cell.split([',', ';', '|', ' '])
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect()
    });
    names
        .iter()
        .map(|name| import::permission(name).ok_or_else(|| ErrorCode::UnknownPermission.into()))
        .collect()
}

/// The titles of a cell: a JSON list, or separated by semicolons, where a title that has one stands
/// in quotes.
fn titles(cell: &str) -> Vec<String> {
    let cell = cell.trim().replace(['\r', '\n'], ";");
    let typed = json_list(&cell).unwrap_or_else(|| {
        let mut record = StringRecord::new();
        let mut reader = reader(Bytes::from(cell), b';');
        match reader.read_record(&mut record) {
            Ok(true) => record.iter().map(str::to_owned).collect(),
            Ok(false) | Err(_) => Vec::new(),
        }
    });
    let mut titles: Vec<String> = Vec::with_capacity(typed.len());
    for title in typed.iter().map(|title| text::line(title)) {
        if !title.is_empty() && !titles.contains(&title) {
            titles.push(title);
        }
    }
    titles
}

/// The titles of groups as one cell that is read as those titles.
pub fn groups_cell<'a>(titles: impl Iterator<Item = &'a str>) -> String {
    let quoted = |title: &str| {
        if title.contains([';', '"']) || title.starts_with('[') {
            format!("\"{}\"", title.replace('"', "\"\""))
        } else {
            title.to_owned()
        }
    };
    titles.map(quoted).collect::<Vec<_>>().join(";")
}

/// Whether the other system lets the person in no more.
fn is_switched_off(is_active: Option<&str>, state: Option<&str>) -> bool {
    let says_no = |cell: &str| {
        ["false", "no", "0"]
            .iter()
            .any(|no| cell.trim().eq_ignore_ascii_case(no))
    };
    let stopped = |cell: &str| {
        ["disabled", "ended"]
            .iter()
            .any(|state| cell.trim().eq_ignore_ascii_case(state))
    };
    is_active.is_some_and(says_no) || state.is_some_and(stopped)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::permission::Permission;

    const HEADER: &str =
        "username,first_name,last_name,email,permissions,groups,date_joined,last_seen";

    fn opendatasoft(text: &str) -> Result<ImportFile, InvalidCsv> {
        ImportFile::read(
            Bytes::copy_from_slice(text.as_bytes()),
            ImportFormat::Opendatasoft,
        )
    }

    /// Number, address and code of each line.
    fn lines(text: &str) -> Vec<(usize, String, Option<ErrorCode>)> {
        opendatasoft(text)
            .unwrap()
            .map(|line| {
                let code = line.fault.map(|fault| fault.code);
                (line.line, line.invitee.typed().to_owned(), code)
            })
            .collect()
    }

    fn fine(line: usize, email: &str) -> (usize, String, Option<ErrorCode>) {
        (line, email.to_owned(), None)
    }

    #[test]
    fn import_2_a_line_says_who_and_with_what() {
        let text = format!(
            "{HEADER}\nlouise,Louise,Von Data,louise@example.org,edit_dataset;create_page,\"Parks, trees;\"\"Water; air\"\"\",\
             2018-05-02T09:36:30.531746+00:00,2018-05-03\n"
        );
        let line = opendatasoft(&text).unwrap().next().unwrap();
        assert_eq!(line.invitee.typed(), "louise@example.org");
        let given = [Permission::EditAllDatasets, Permission::CreatePages];
        assert_eq!(line.permissions, given.into_iter().collect());
        assert_eq!(line.groups, ["Parks, trees", "Water; air"]);
        assert_eq!(
            line.date_joined.as_deref(),
            Some("2018-05-02T09:36:30.531746+00:00")
        );
        assert_eq!(line.last_seen.as_deref(), Some("2018-05-03"));
        assert_eq!(line.fault, None);
    }

    #[test]
    fn import_2_socrata_has_roles_and_one_name() {
        let text = "User ID,Screen Name,Email,Role,Last Authenticated At\nabcd-1234,Ada Veldkamp,ada@example.org,publisher,2026-01-01\n";
        let text = Bytes::from_static(text.as_bytes());
        assert!(ImportFile::read(text.clone(), ImportFormat::Opendatasoft).is_err());
        let line = ImportFile::read(text, ImportFormat::Socrata)
            .unwrap()
            .next()
            .unwrap();
        assert_eq!(line.role.as_deref(), Some("publisher"));
        assert_eq!(line.last_seen.as_deref(), Some("2026-01-01"));
        assert_eq!(
            halves("Ada Veldkamp"),
            (Some("Ada".to_owned()), Some("Veldkamp".to_owned()))
        );
    }

    #[test]
    fn import_2_lists_are_read_in_every_form() {
        let set =
            |permissions: &[Permission]| permissions.iter().copied().collect::<PermissionSet>();
        let both = set(&[Permission::EditAllDatasets, Permission::EditAllPages]);
        for cell in [
            "edit_dataset,edit_page",
            "edit_dataset; edit_page",
            "EDIT_DATASET|EDIT_PAGE",
            "[\"edit_dataset\", \"edit_page\"]",
            "EDIT_ALL_DATASETS; EDIT_ALL_PAGES",
        ] {
            assert_eq!(permissions(cell), Ok(both), "{cell}");
        }
        assert_eq!(permissions(""), Ok(PermissionSet::EMPTY));
        assert_eq!(
            permissions("edit_datasets"),
            Err(ErrorCode::UnknownPermission.into())
        );
        assert_eq!(titles("[\"Air; water\",\"Air\"]"), ["Air; water", "Air"]);
        assert_eq!(
            titles(" Air ;; Air;Parks, \"old\" trees"),
            ["Air", "Parks, \"old\" trees"]
        );
    }

    #[test]
    fn import_4_delimiters_marks_and_line_ends_are_read() {
        let rows = [
            "email;permissions;groups",
            "a@example.org;;",
            "b@example.org;;",
        ];
        for (delimiter, end, mark) in [
            (",", "\n", ""),
            (";", "\r\n", "\u{feff}"),
            ("\t", "\r\n", ""),
            (";", "\r", "\u{feff}"),
        ] {
            let text = format!("{mark}{}{end}", rows.join(end).replace(';', delimiter));
            let both = vec![fine(2, "a@example.org"), fine(3, "b@example.org")];
            assert_eq!(lines(&text), both, "{text:?}");
        }
        // Empty lines are none, but count.
        let text = "\r\nemail,permissions,groups\r\n\r\na@example.org,,\r\n\r\n\r\nb@example.org,,";
        assert_eq!(
            lines(text),
            [fine(4, "a@example.org"), fine(7, "b@example.org")]
        );
    }

    #[test]
    fn import_4_a_break_in_quotes_is_no_line_end() {
        let text = "email,permissions,groups\n\"a@example.org\",,\"Air\nWater\"\nb@example.org,,\"say \"\"hi\"\"\"\n";
        assert_eq!(
            lines(text),
            [fine(2, "a@example.org"), fine(4, "b@example.org")]
        );
    }

    #[test]
    fn import_4_a_bad_line_has_its_code_and_the_next_is_read() {
        let text = "email,permissions,groups\na@example.org,,\nb@example.org\nc@example.org,fly,\nd@example.org,,\n";
        let codes = [
            fine(2, "a@example.org"),
            (3, String::new(), Some(ErrorCode::InvalidCsv)),
            (
                4,
                "c@example.org".to_owned(),
                Some(ErrorCode::UnknownPermission),
            ),
            fine(5, "d@example.org"),
        ];
        assert_eq!(lines(text), codes);
    }

    #[test]
    fn import_4_a_quote_that_nothing_closes_ends_the_file() {
        for end in ["\"x", "\"", "\"x\"\"", "\"x\n\ny@example.org,,\n"] {
            let text = format!("email,permissions,groups\na@example.org,,\nb@example.org,,{end}");
            let ended = (3, String::new(), Some(ErrorCode::InvalidCsv));
            assert_eq!(lines(&text), [fine(2, "a@example.org"), ended], "{text:?}");
        }
        for end in ["x\"", "\"x\"", "\"\"", "\"x\"\"\"", "\"\"\"\""] {
            let text = format!("email,permissions,groups\na@example.org,,{end}");
            assert_eq!(lines(&text), [fine(2, "a@example.org")], "{text:?}");
        }
    }

    #[test]
    fn import_4_a_file_of_another_kind_is_refused_with_the_line() {
        let refused = |bytes: &[u8]| {
            ImportFile::read(Bytes::copy_from_slice(bytes), ImportFormat::Opendatasoft)
                .map(|_| ())
                .map_err(|invalid| invalid.line)
        };
        let latin = b"email,permissions,groups\na@example.org,,\nb@example.org,,Caf\xe9\n";
        let utf_16: Vec<u8> = "email,permissions,groups\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for (bytes, line) in [
            (&b""[..], 1),
            (b"\n\n", 3),
            (b"email,permission,groups\n", 1),
            (b"email,email,permissions,groups\n", 1),
            (b"\nemail|permissions|groups\n", 2),
            (b"\"email,permissions,groups\na,b,c\n", 1),
            (latin, 3),
            (&utf_16, 1),
            (b"PK\x03\x04", 1),
        ] {
            assert_eq!(
                refused(bytes),
                Err(line),
                "{}",
                String::from_utf8_lossy(bytes)
            );
        }
    }

    #[test]
    fn import_4_cells_are_text() {
        let text = "email,first_name,permissions,groups\n+a@example.org,=1+1,,@all\n'+b@example.org,'=1,,'-\n";
        let read: Vec<ImportLine> = opendatasoft(text).unwrap().collect();
        let emails: Vec<&str> = read.iter().map(|line| line.invitee.typed()).collect();
        assert_eq!(
            emails,
            ["+a@example.org", "+b@example.org"],
            "what was defused is restored"
        );
        assert_eq!(
            (&read[0].groups, &read[1].groups),
            (&vec!["@all".to_owned()], &vec!["-".to_owned()])
        );
    }

    #[test]
    fn import_2_who_was_switched_off_there_is_not_let_in_here() {
        let text =
            "email,is_active,permissions,groups\na@example.org,False,,\nb@example.org,True,,\n";
        let codes: Vec<_> = lines(text).into_iter().map(|(_, _, code)| code).collect();
        assert_eq!(codes, [Some(ErrorCode::NotActive), None]);
        let text =
            "email,state,permissions,groups\na@example.org,DISABLED,,\nb@example.org,ACTIVE,,\n";
        let codes: Vec<_> = lines(text).into_iter().map(|(_, _, code)| code).collect();
        assert_eq!(codes, [Some(ErrorCode::NotActive), None]);
    }

    proptest! {
        #[test]
        fn import_2_titles_survive_their_cell(typed in prop::collection::vec("[a-c;,\"\\[ ]{1,6}", 0..4)) {
            let mut expected: Vec<String> = Vec::new();
            for title in typed.iter().map(|title| text::line(title)) {
                if !title.is_empty() && !expected.contains(&title) {
                    expected.push(title);
                }
            }
            let cell = groups_cell(expected.iter().map(String::as_str));
            prop_assert_eq!(titles(&cell), expected);
        }

        #[test]
        fn import_4_no_text_stops_the_reader(text in "(\\PC|[\r\n\",;\t]){0,60}") {
            let text = format!("email,permissions,groups\n{text}");
            let numbers: Vec<usize> = opendatasoft(&text).unwrap().map(|line| line.line).collect();
            prop_assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:?}");
        }
    }
}
