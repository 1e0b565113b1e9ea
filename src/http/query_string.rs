//! A GraphQL request in a query string, as `GET` brings it.
//!
//! Owns the percent form and the JSON in `variables` and `extensions`. Must not decide what may
//! run.

use std::{borrow::Cow, sync::Arc};

use crate::{
    graphql::admission::{GraphqlRequest, RequestExtensions, RequestVariables},
    words::message::{self, Message, all_of},
};

/// Reads the parameters; the error says what is wrong.
pub(super) fn read(query: &str) -> Result<GraphqlRequest, Message> {
    let mut request = GraphqlRequest {
        bytes: query.len(),
        ..GraphqlRequest::default()
    };
    let mut seen: Vec<&'static str> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let known = [
            "query",
            "documentId",
            "operationName",
            "variables",
            "extensions",
        ];
        let Some(name) = decode(name)
            .ok()
            .and_then(|name| known.into_iter().find(|k| *k == name))
        else {
            continue;
        };
        if seen.contains(&name) {
            return Err(message::parameter_twice(name));
        }
        seen.push(name);
        let value = decode(value).map_err(|()| message::parameter_encoding(name))?;
        match name {
            "query" => request.document = Some(Arc::from(&*value)),
            "documentId" => request.document_id = Some(value.into_owned()),
            "operationName" if value.is_empty() => {}
            "operationName" => request.operation_name = Some(value.into_owned()),
            _ if value.is_empty() => {}
            "variables" => request.variables = json::<RequestVariables>(name, &value)?,
            _ => request.extensions = json::<RequestExtensions>(name, &value)?,
        }
    }
    Ok(request)
}

fn json<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> Result<T, Message> {
    serde_json::from_str(text).map_err(|_| message::parameter_object(name))
}

/// The values of the parameters `known`, in that order. Another one, or one twice, is an error:
/// what is misspelt would else be left out in silence.
pub(super) fn parameters<const N: usize>(
    query: &str,
    known: [&str; N],
) -> Result<[Option<String>; N], Message> {
    let mut found = [const { None }; N];
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let place = decode(name)
            .ok()
            .and_then(|name| known.iter().position(|known| *known == name));
        let Some((slot, name)) =
            place.and_then(|place| Some((found.get_mut(place)?, known.get(place)?)))
        else {
            return Err(message::parameters(all_of(&known)));
        };
        let value = decode(value).map_err(|()| message::parameter_encoding(*name))?;
        if slot.replace(value.into_owned()).is_some() {
            return Err(message::parameter_twice(*name));
        }
    }
    Ok(found)
}

/// Undoes the form encoding.
fn decode(text: &str) -> Result<Cow<'_, str>, ()> {
    if !text.contains(['%', '+']) {
        return Ok(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => match (rest.next().and_then(digit), rest.next().and_then(digit)) {
                (Some(high), Some(low)) => high << 4 | low,
                _ => return Err(()),
            },
            other => other,
        });
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| ())
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|d| u8::try_from(d).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded() {
        let request =
            read("query=%7B+a%20%7D&variables=%7B%22x%22%3A1%7D&operationName=&other=%zz").unwrap();
        assert_eq!(request.document.as_deref(), Some("{ a }"));
        assert_eq!(request.operation_name, None);
    }

    #[test]
    fn parameters_of_other_routes_are_known_ones_and_each_once() {
        let known = ["workspace", "filter"];
        assert_eq!(
            parameters("filter=%7B%7D&", known),
            Ok([None, Some("{}".to_owned())])
        );
        for query in ["filters=1", "filter=1&filter=1", "filter=%f", "%zz=1", "x"] {
            assert!(parameters(query, known).is_err(), "{query}");
        }
    }

    #[test]
    fn wrong_forms_are_told() {
        for query in [
            "query=a&query=b",
            "query=%F",
            "query=%ff",
            "variables=1",
            "variables=[]",
            "extensions=%22a%22",
        ] {
            assert!(read(query).is_err(), "{query}");
        }
        assert!(read("variables=null&extensions=null&documentId=x").is_ok());
    }
}
