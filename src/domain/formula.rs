//! Cells of a table that a spreadsheet would take for a formula (MEM-7, IMPORT-4).
//!
//! Owns how such a cell is written and read back: what was exported is imported as it was. Must not
//! know what is in a table.

use std::borrow::Cow;

/// What a formula begins with, and what spreadsheets skip before one.
const BEGINS: [char; 11] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'];

/// Whether a spreadsheet would run the cell, or [`restore`] would take it for a defused one.
fn is_risky(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(BEGINS)
}

/// Puts an apostrophe before a cell that a spreadsheet would take for a formula. Those that have one
/// of their own get another, so that [`restore`] finds the text again.
pub fn defuse(cell: &str) -> Cow<'_, str> {
    if is_risky(cell) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// The text that [`defuse`] wrote as `cell`. A cell that was never defused stays as it is.
pub fn restore(cell: &str) -> &str {
    cell.strip_prefix('\'')
        .filter(|inner| is_risky(inner))
        .unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn mem_7_cells_that_a_spreadsheet_would_run_are_defused() {
        for cell in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1+1",
            "＋1",
            "－1",
            "＠SUM(A1)",
            "'=1",
        ] {
            assert_eq!(defuse(cell), format!("'{cell}"));
        }
        for cell in ["", "a=1", "'a", "Ada", " =1"] {
            assert_eq!(defuse(cell), cell);
            assert_eq!(restore(cell), cell);
        }
    }

    #[test]
    fn import_4_a_formula_is_taken_as_it_stands() {
        for cell in ["=1+1", "+ada@example.org", "-", "@ada"] {
            assert_eq!(restore(cell), cell);
        }
    }

    proptest! {
        #[test]
        fn import_4_what_was_defused_is_restored(cell in "['=+@a-]{0,6}\\PC{0,4}") {
            let defused = defuse(&cell);
            prop_assert_eq!(restore(&defused), cell.as_str());
            prop_assert!(!defused.starts_with(BEGINS));
        }
    }
}
