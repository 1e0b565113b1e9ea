//! A macro for the enums whose values have a name in the API, in rows and in events.

/// Declares an enum whose values have the name that the API and the tables use, with `ALL`,
/// `as_str`, `parse`, `Display`. The doc comments are the descriptions in the schema.
macro_rules! named_enum {
    ($(#[doc = $doc:literal])+ $vis:vis enum $name:ident { $($(#[doc = $vdoc:literal])+ $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name { $($(#[doc = $vdoc])+ $variant),+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The type's name in the API.
            pub const TYPE: &'static str = stringify!($name);

            /// The description of the type in the schema.
            pub const DESCRIPTION: &'static str = concat!($($doc),+);

            /// The description of the value in the schema.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => concat!($($vdoc),+)),+ }
            }

            /// The name in the API, in rows and in events.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The value with that name. `None` for any other text.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("no {} is called {text}", stringify!($name))))
            }
        }
    };
}
pub(crate) use named_enum;
