//! The look of a workspace (THEME-1): named colours, and how well text can be read on its
//! background.
//!
//! Owns the arithmetic and the limits. Must not know where a theme is stored.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The most colours of a theme.
pub const MOST_COLORS: usize = 12;

/// The name of the colour of text.
pub const TEXT: &str = "text";

/// The name of the colour behind text.
pub const BACKGROUND: &str = "background";

/// The least contrast of text that people can read well (WCAG 2.2, success criterion 1.4.3, AA).
pub const LEAST_CONTRAST: f64 = 4.5;

/// A colour in sRGB, written `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color {
    red: u8,
    green: u8,
    blue: u8,
}

impl Color {
    /// Reads `#rrggbb`, in small or capital letters.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Self { red, green, blue })
    }

    /// The relative luminance: 0 for black, 1 for white.
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let part = f64::from(channel) / 255.0;
            if part <= 0.040_45 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// The contrast with another colour, 1 to 21, as WCAG 2 defines it.
    fn contrast_with(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }
}

/// `#rrggbb` in small letters.
impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// A colour of a theme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThemeColor {
    /// What it is called.
    pub name: String,
    /// `#rrggbb` in small letters.
    pub value: String,
}

/// The look of a workspace. Empty if nothing was set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Theme {
    /// The colours, in the order that they were given in.
    pub colors: Vec<ThemeColor>,
    /// The address of the logo. Nothing is ever fetched from it.
    pub logo_url: Option<String>,
    /// The address of the favicon. Nothing is ever fetched from it.
    pub favicon_url: Option<String>,
    /// The name of a font.
    pub font: Option<String>,
}

impl Theme {
    fn color(&self, name: &str) -> Option<Color> {
        let color = self
            .colors
            .iter()
            .find(|color| super::fold::unique_form(&color.name) == name)?;
        Color::parse(&color.value)
    }

    /// The contrast between the colours named [`TEXT`] and [`BACKGROUND`], to two decimals. It is
    /// rounded down: a ratio that is too small never looks large enough.
    pub fn contrast(&self) -> Option<f64> {
        let ratio = self.color(TEXT)?.contrast_with(self.color(BACKGROUND)?);
        // What floating point lacks at 21 does not make it 20.99.
        Some(((ratio + 1e-9) * 100.0).floor() / 100.0)
    }

    /// Whether text is hard to read on its background.
    pub fn is_hard_to_read(&self) -> bool {
        self.contrast().is_some_and(|ratio| ratio < LEAST_CONTRAST)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn theme(colors: &[(&str, &str)]) -> Theme {
        let color = |(name, value): &(&str, &str)| ThemeColor {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
        };
        Theme {
            colors: colors.iter().map(color).collect(),
            ..Theme::default()
        }
    }

    #[test]
    fn theme_1_a_colour_is_six_hex_digits() {
        for (text, color) in [
            ("#000000", "#000000"),
            ("#FFffFF", "#ffffff"),
            ("#0b6B5d", "#0b6b5d"),
        ] {
            assert_eq!(Color::parse(text).unwrap().to_string(), color);
        }
        for wrong in [
            "",
            "#",
            "000000",
            "#fff",
            "#ffffff0",
            "#ffffff00",
            "#gggggg",
            "#+fffff",
            "red",
            "#12345é",
            "rgb(0,0,0)",
            "#ff ff ff",
            " #ffffff",
            "##fffff",
        ] {
            assert_eq!(Color::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn theme_1_contrast_is_that_of_wcag() {
        // Published examples: WebAIM's checker, and the grey that just passes on white.
        for (text, background, ratio) in [
            ("#000000", "#ffffff", 21.0),
            ("#ffffff", "#000000", 21.0),
            ("#777777", "#ffffff", 4.47),
            ("#767676", "#ffffff", 4.54),
            ("#0000ff", "#ffffff", 8.59),
            ("#ff0000", "#ffffff", 3.99),
            ("#123456", "#123456", 1.0),
        ] {
            let theme = theme(&[(TEXT, text), (BACKGROUND, background)]);
            assert_eq!(theme.contrast(), Some(ratio), "{text} on {background}");
            assert_eq!(theme.is_hard_to_read(), ratio < 4.5);
        }
    }

    #[test]
    fn theme_1_without_both_colours_there_is_no_contrast() {
        for colors in [
            &[][..],
            &[(TEXT, "#000000")],
            &[(BACKGROUND, "#000000"), ("primary", "#ffffff")],
        ] {
            assert_eq!(theme(colors).contrast(), None);
            assert!(!theme(colors).is_hard_to_read());
        }
        let named = theme(&[("Text", "#000000"), ("BACKGROUND", "#ffffff")]);
        assert_eq!(named.contrast(), Some(21.0), "case does not matter");
    }

    proptest! {
        #[test]
        fn theme_1_contrast_is_the_same_both_ways(one in 0_u32..=0xff_ffff, other in 0_u32..=0xff_ffff) {
            let [one, other] = [one, other].map(|bits| format!("#{bits:06x}"));
            let there = theme(&[(TEXT, &one), (BACKGROUND, &other)]).contrast().unwrap();
            let back = theme(&[(TEXT, &other), (BACKGROUND, &one)]).contrast().unwrap();
            prop_assert_eq!(there, back);
            prop_assert!((1.0..=21.0).contains(&there));
        }
    }
}
