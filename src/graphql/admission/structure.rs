//! The limits on the shape of a document, over all its operations and all its fragments.
//!
//! Owns counting: each fragment is measured once, and the counts saturate, so that a document which
//! is huge when written out costs no more than its own text. Must not look at the schema; runs
//! before validation does.

use std::collections::HashMap;

use async_graphql::Pos;
use async_graphql_parser::{
    Positioned,
    types::{Directive, ExecutableDocument, Selection, SelectionSet},
};

use super::{fault::Refused, limits::Limits};
use crate::words::message::{self, Message};

/// Selection sets within selection sets, whatever they are: bounds every later recursion.
const NESTING: u32 = 64;

/// What a selection set amounts to, its fragments written out.
#[derive(Debug, Clone, Copy, Default)]
struct Measure {
    selections: u64,
    aliases: u64,
    /// Fields at the top of the set.
    top: u64,
    depth: u32,
    introspection_depth: u32,
    nesting: u32,
}

impl Measure {
    fn add(&mut self, other: Self) {
        self.selections = self.selections.saturating_add(other.selections);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.top = self.top.saturating_add(other.top);
        self.depth = self.depth.max(other.depth);
        self.introspection_depth = self.introspection_depth.max(other.introspection_depth);
        self.nesting = self.nesting.max(other.nesting);
    }
}

type Measures<'a> = HashMap<&'a str, Measure>;

/// Refuses a document over the limits; counts all selections, written out, of all operations.
pub(super) fn check(document: &ExecutableDocument, limits: &Limits) -> Result<u64, Refused> {
    if document.fragments.len() > limits.fragments {
        return Err(Refused::too_complex(
            message::too_many_fragments(limits.fragments),
            None,
        ));
    }
    let mut measured = Measures::new();
    for name in order(document, limits)? {
        if let Some(fragment) = document.fragments.get(name) {
            directives(&fragment.node.directives, fragment.pos, limits)?;
            let measure = set(&fragment.node.selection_set.node, &measured, limits)?;
            bound(
                measure.nesting.into(),
                NESTING.into(),
                message::too_many_nested_selections,
                fragment.pos,
            )?;
            measured.insert(name, measure);
        }
    }
    let mut total = 0u64;
    for (_, operation) in document.operations.iter() {
        let at = operation.pos;
        directives(&operation.node.directives, at, limits)?;
        for variable in &operation.node.variable_definitions {
            directives(&variable.node.directives, variable.pos, limits)?;
        }
        let measure = set(&operation.node.selection_set.node, &measured, limits)?;
        bound(
            measure.depth.into(),
            limits.depth.into(),
            message::too_many_levels,
            at,
        )?;
        bound(
            measure.introspection_depth.into(),
            limits.introspection_depth.into(),
            message::too_many_introspection_levels,
            at,
        )?;
        bound(
            measure.nesting.into(),
            NESTING.into(),
            message::too_many_nested_selections,
            at,
        )?;
        bound(
            measure.aliases,
            limits.aliases,
            message::too_many_aliases,
            at,
        )?;
        bound(
            measure.top,
            limits.root_fields,
            message::too_many_root_fields,
            at,
        )?;
        total = total.saturating_add(measure.selections);
        bound(total, limits.selections, message::too_many_selections, at)?;
    }
    Ok(total)
}

fn bound(count: u64, limit: u64, message: fn(u64, u64) -> Message, at: Pos) -> Result<(), Refused> {
    if count > limit {
        return Err(Refused::too_complex(message(count, limit), Some(at)));
    }
    Ok(())
}

fn directives(
    directives: &[Positioned<Directive>],
    at: Pos,
    limits: &Limits,
) -> Result<(), Refused> {
    bound(
        directives.len() as u64,
        limits.directives as u64,
        message::too_many_directives,
        at,
    )
}

fn set(set_: &SelectionSet, measured: &Measures<'_>, limits: &Limits) -> Result<Measure, Refused> {
    let mut sum = Measure::default();
    for selection in &set_.items {
        directives(selection.node.directives(), selection.pos, limits)?;
        sum.selections = sum.selections.saturating_add(1);
        match &selection.node {
            Selection::Field(field) => {
                let field = &field.node;
                let below = set(&field.selection_set.node, measured, limits)?;
                let introspects = matches!(field.name.node.as_str(), "__schema" | "__type");
                sum.add(Measure {
                    selections: below.selections,
                    aliases: below
                        .aliases
                        .saturating_add(u64::from(field.alias.is_some())),
                    top: 1,
                    depth: if introspects {
                        1
                    } else {
                        below.depth.saturating_add(1)
                    },
                    introspection_depth: if introspects {
                        below.depth.max(below.introspection_depth).saturating_add(1)
                    } else {
                        below.introspection_depth
                    },
                    nesting: below.nesting.saturating_add(1),
                });
            }
            Selection::InlineFragment(inline) => {
                let mut below = set(&inline.node.selection_set.node, measured, limits)?;
                below.nesting = below.nesting.saturating_add(1);
                sum.add(below);
            }
            Selection::FragmentSpread(spread) => {
                if let Some(below) = measured.get(spread.node.fragment_name.node.as_str()) {
                    sum.add(Measure {
                        nesting: below.nesting.saturating_add(1),
                        ..*below
                    });
                }
            }
        }
    }
    Ok(sum)
}

/// The fragments, each after those that it spreads. Cycles and long chains are refused.
fn order<'a>(document: &'a ExecutableDocument, limits: &Limits) -> Result<Vec<&'a str>, Refused> {
    let spreads: HashMap<&str, Vec<&str>> = document
        .fragments
        .iter()
        .map(|(name, fragment)| {
            let mut names = Vec::new();
            spread_names(&fragment.node.selection_set.node, &mut names);
            names.sort_unstable();
            names.dedup();
            (name.as_str(), names)
        })
        .collect();
    let mut chains: HashMap<&str, u32> = HashMap::new();
    let mut sorted = Vec::with_capacity(spreads.len());
    // Each round takes the fragments whose spreads are all done; at most `fragments` rounds of
    // `fragments` looks.
    while sorted.len() < spreads.len() {
        let before = sorted.len();
        for (name, below) in &spreads {
            if chains.contains_key(name) {
                continue;
            }
            let longest_below: Option<u32> = below
                .iter()
                .filter(|b| spreads.contains_key(*b))
                .try_fold(0, |longest, b| {
                    chains.get(b).map(|chain| longest.max(*chain))
                });
            if let Some(longest) = longest_below {
                let chain = longest.saturating_add(1);
                if chain > limits.spread_chain {
                    return Err(Refused::too_complex(
                        message::too_long_fragment_chain(u64::from(limits.spread_chain)),
                        document.fragments.get(*name).map(|f| f.pos),
                    ));
                }
                chains.insert(name, chain);
                sorted.push(*name);
            }
        }
        if sorted.len() == before {
            let circular = spreads
                .keys()
                .filter(|name| !chains.contains_key(*name))
                .min();
            return Err(Refused::document(
                message::fragment_cycle(*circular.unwrap_or(&"")),
                circular
                    .and_then(|name| document.fragments.get(*name))
                    .map(|f| f.pos),
            ));
        }
    }
    Ok(sorted)
}

fn spread_names<'a>(set: &'a SelectionSet, names: &mut Vec<&'a str>) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => spread_names(&field.node.selection_set.node, names),
            Selection::InlineFragment(inline) => {
                spread_names(&inline.node.selection_set.node, names)
            }
            Selection::FragmentSpread(spread) => {
                names.push(spread.node.fragment_name.node.as_str())
            }
        }
    }
}
