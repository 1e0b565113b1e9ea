//! The media type of a GraphQL answer.
//!
//! Owns reading `Accept`. Must not look at the rest of the request.

use http::{HeaderMap, HeaderValue, header::ACCEPT};

/// The two media types of GraphQL over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/graphql-response+json`
    GraphqlResponse,
    /// `application/json`
    Json,
    /// `application/json`, and the client named nothing else. For these legacy clients the
    /// specification asks for status 200 if a well-formed request has an invalid document or
    /// invalid variables.
    OnlyJson,
}

impl Media {
    pub(super) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json | Self::OnlyJson => "application/json; charset=utf-8",
        })
    }
}

/// How preferred a candidate is: quality in thousandths, then how exactly it was named.
type Rank = (u16, u8);

/// The media type that the client prefers. `None` if it accepts neither. Of two equal ones the
/// newer wins if both are named, `application/json` if neither is.
pub(super) fn negotiate(headers: &HeaderMap) -> Option<Media> {
    if !headers.contains_key(ACCEPT) {
        return Some(Media::Json);
    }
    let (mut newer, mut json): (Option<Rank>, Option<Rank>) = (None, None);
    let mut entries = 0;
    for value in headers.get_all(ACCEPT) {
        let Ok(value) = value.to_str() else { continue };
        for entry in value.split(',').map(str::trim).filter(|e| !e.is_empty()) {
            entries += 1;
            let mut parts = entry.split(';').map(str::trim);
            let range = parts.next().unwrap_or_default().to_ascii_lowercase();
            let mut quality = 1000;
            let mut utf8 = true;
            for (name, value) in parts.filter_map(|p| p.split_once('=')) {
                let value = value.trim().trim_matches('"');
                match name.trim().to_ascii_lowercase().as_str() {
                    "q" => quality = parse_quality(value),
                    "charset" => {
                        utf8 = value.eq_ignore_ascii_case("utf-8")
                            || value.eq_ignore_ascii_case("utf8")
                    }
                    _ => {}
                }
            }
            if !utf8 {
                continue;
            }
            match range.as_str() {
                "application/graphql-response+json" => closer(&mut newer, (quality, 2)),
                "application/json" => closer(&mut json, (quality, 2)),
                "application/*" => both(&mut newer, &mut json, (quality, 1)),
                "*/*" => both(&mut newer, &mut json, (quality, 0)),
                _ => {}
            }
        }
    }
    if entries == 0 {
        return Some(Media::Json);
    }
    let takes = |rank: Option<Rank>| rank.filter(|(quality, _)| *quality > 0);
    match (takes(newer), takes(json)) {
        (None, None) => None,
        (None, Some((_, 2))) if entries == 1 => Some(Media::OnlyJson),
        (None, Some(_)) => Some(Media::Json),
        (Some(_), None) => Some(Media::GraphqlResponse),
        (Some(newer), Some(json)) if newer > json || (newer == json && newer.1 == 2) => {
            Some(Media::GraphqlResponse)
        }
        (Some(_), Some(_)) => Some(Media::Json),
    }
}

/// Keeps the more exact range, whatever its quality.
fn closer(best: &mut Option<Rank>, rank: Rank) {
    if best.is_none_or(|best| rank.1 > best.1 || (rank.1 == best.1 && rank.0 > best.0)) {
        *best = Some(rank);
    }
}

fn both(newer: &mut Option<Rank>, json: &mut Option<Rank>, rank: Rank) {
    closer(newer, rank);
    closer(json, rank);
}

fn parse_quality(text: &str) -> u16 {
    match text.parse::<f32>() {
        Ok(quality) if (0.0..=1.0).contains(&quality) => (quality * 1000.0) as u16,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(value: &str) -> Option<Media> {
        negotiate(&HeaderMap::from_iter([(
            ACCEPT,
            HeaderValue::from_str(value).unwrap(),
        )]))
    }

    #[test]
    fn the_best_liked_wins() {
        assert_eq!(negotiate(&HeaderMap::new()), Some(Media::Json));
        assert_eq!(accept("*/*"), Some(Media::Json));
        assert_eq!(accept("application/*"), Some(Media::Json));
        assert_eq!(accept("application/json"), Some(Media::OnlyJson));
        assert_eq!(accept("application/json, */*"), Some(Media::Json));
        assert_eq!(
            accept("application/json, text/plain, */*"),
            Some(Media::Json)
        );
        assert_eq!(
            accept("application/graphql-response+json"),
            Some(Media::GraphqlResponse)
        );
        assert_eq!(
            accept("application/json, application/graphql-response+json"),
            Some(Media::GraphqlResponse)
        );
        assert_eq!(
            accept("application/json, application/graphql-response+json;q=0.9"),
            Some(Media::Json)
        );
        assert_eq!(
            accept("application/graphql-response+json; charset=utf-8, application/json; q=0.5"),
            Some(Media::GraphqlResponse)
        );
        assert_eq!(
            accept("application/graphql-response+json;q=0, */*"),
            Some(Media::Json)
        );
        assert_eq!(
            accept("application/json;q=0, */*;q=0.1"),
            Some(Media::GraphqlResponse)
        );
    }

    #[test]
    fn neither_is_refused() {
        for value in [
            "text/html",
            "application/json;q=0",
            "*/*;q=0",
            "application/json; charset=latin1",
            "application/xml, text/*",
        ] {
            assert_eq!(accept(value), None, "{value}");
        }
    }
}
