//! A GraphQL request in a query string, from `GET`.
//!
//! Owns the percent encoding, and the JSON in `variables` and `extensions`. Must not decide what
//! may run.

use std::{borrow::Cow, sync::Arc};

use crate::{
    graphql::admission::{GraphqlRequest, RequestExtensions, RequestVariables},
    words::message::{self, Message, all_of},
};

/// Reads the parameters. The error says what is wrong.
pub(super) fn read(query: &str) -> Result<GraphqlRequest, Message> {
    let mut request = GraphqlRequest {
        bytes: query.len(),
        ..GraphqlRequest::default()
    };
    let mut seen: Vec<&'static str> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let names = [
            "query",
            "documentId",
            "operationName",
            "variables",
            "extensions",
        ];
        let Some(name) = decode(name)
            .ok()
            .and_then(|name| names.into_iter().find(|k| *k == name))
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

/// The values of the parameters `names`, in that order. An unknown or repeated parameter is an
/// error, so that a misspelt one is not ignored silently.
pub(super) fn parameters<const N: usize>(
    query: &str,
    names: [&str; N],
) -> Result<[Option<String>; N], Message> {
    let mut values = [const { None }; N];
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let index = decode(name)
            .ok()
            .and_then(|name| names.iter().position(|candidate| *candidate == name));
        let Some((slot, name)) =
            index.and_then(|index| Some((values.get_mut(index)?, names.get(index)?)))
        else {
            return Err(message::parameters(all_of(&names)));
        };
        let value = decode(value).map_err(|()| message::parameter_encoding(*name))?;
        if slot.replace(value.into_owned()).is_some() {
            return Err(message::parameter_twice(*name));
        }
    }
    Ok(values)
}

/// Decodes form encoding.
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
        let names = ["workspace", "filter"];
        assert_eq!(
            parameters("filter=%7B%7D&", names),
            Ok([None, Some("{}".to_owned())])
        );
        for query in ["filters=1", "filter=1&filter=1", "filter=%f", "%zz=1", "x"] {
            assert!(parameters(query, names).is_err(), "{query}");
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
