//! What an operation costs: a formula made once from the merged operation, evaluated for each
//! request's variables.
//!
//! Owns the formula: what a field costs itself by the price list, times the entries of its list,
//! times what is above it; of a mutation the work that its input asks for. All sums saturate and
//! page sizes are clamped, so that no argument can wrap or panic. Must not refuse anything.

use std::{collections::BTreeMap, sync::Arc};

use async_graphql::{Name, Value as ConstValue, Variables};
use async_graphql_parser::{
    Positioned,
    types::{Field as Selected, Selection, SelectionSet, VariableDefinition},
};
use async_graphql_value::Value;

use super::{
    index::{Field, Index, Repeat},
    limits::Limits,
    prices::Work,
};

/// A formula. What does not hang on variables is folded into `fixed`.
#[derive(Debug, Default)]
pub(super) struct Cost {
    fixed: u64,
    terms: Vec<Term>,
    /// Of these one holds, since an object has one type. Only in a term of their own.
    alternatives: Vec<Cost>,
}

#[derive(Debug)]
struct Term {
    times: Times,
    each: Cost,
}

#[derive(Debug, Clone)]
enum Times {
    Fixed(u64),
    /// The larger of the given page sizes.
    Page(Vec<Amount>),
    /// The length of the longest given list, at least the number.
    Lists(Vec<Name>, u64),
    /// The items that the arguments of a mutation name, at least the number.
    Items(Arc<[Value]>, u64),
    /// Those items, times the rights of each.
    Rights(Arc<[Value]>),
}

#[derive(Debug, Clone)]
enum Amount {
    Fixed(u64),
    Variable(Name),
}

impl Cost {
    /// Makes the formula for a selection set of a type.
    pub(super) fn new(index: &Index, limits: &Limits, parent: &str, set: &SelectionSet) -> Self {
        Compiler {
            index,
            limits,
            values: index.values,
        }
        .set(parent, set, &Times::Fixed(limits.default_page))
    }

    /// The cost with these variables.
    pub(super) fn evaluate(
        &self,
        limits: &Limits,
        variables: &Variables,
        definitions: &[Positioned<VariableDefinition>],
    ) -> u64 {
        let value_of = |name: &Name| variable_value(variables, definitions, name);
        self.sum(limits, &value_of)
    }

    fn sum<'v>(&self, limits: &Limits, value_of: &dyn Fn(&Name) -> Option<&'v ConstValue>) -> u64 {
        let terms = self.terms.iter().map(|term| {
            term.times
                .evaluate(limits, value_of)
                .saturating_mul(term.each.sum(limits, value_of))
        });
        let other = self
            .alternatives
            .iter()
            .map(|a| a.sum(limits, value_of))
            .max()
            .unwrap_or(0);
        terms
            .fold(self.fixed, u64::saturating_add)
            .saturating_add(other)
    }

    /// What of the operation costs most: its path, and what it costs.
    pub(super) fn dearest(
        index: &Index,
        limits: &Limits,
        (parent, set): (&str, &SelectionSet),
        variables: &Variables,
        definitions: &[Positioned<VariableDefinition>],
    ) -> Option<(String, u64)> {
        let value_of = |name: &Name| variable_value(variables, definitions, name);
        Compiler {
            index,
            limits,
            values: index.values,
        }
        .dearest(parent, set, &value_of)
    }

    fn is_fixed(&self) -> bool {
        self.terms.is_empty() && self.alternatives.is_empty()
    }

    fn absorb(&mut self, other: Self) {
        self.fixed = self.fixed.saturating_add(other.fixed);
        self.terms.extend(other.terms);
    }

    fn times(self, times: Times) -> Self {
        match times {
            Times::Fixed(1) => self,
            Times::Fixed(n) if self.is_fixed() => Self {
                fixed: self.fixed.saturating_mul(n),
                ..Self::default()
            },
            times => Self {
                terms: vec![Term { times, each: self }],
                ..Self::default()
            },
        }
    }
}

/// A variable's value: what was sent, else its default.
pub(super) fn variable_value<'v>(
    variables: &'v Variables,
    definitions: &'v [Positioned<VariableDefinition>],
    name: &Name,
) -> Option<&'v ConstValue> {
    variables.get(name).or_else(|| {
        definitions
            .iter()
            .find(|d| d.node.name.node == *name)
            .and_then(|d| d.node.default_value.as_ref())
            .map(|value| &value.node)
    })
}

impl Times {
    fn evaluate<'v>(
        &self,
        limits: &Limits,
        value_of: &dyn Fn(&Name) -> Option<&'v ConstValue>,
    ) -> u64 {
        match self {
            Self::Fixed(n) => *n,
            Self::Page(amounts) => amounts
                .iter()
                .filter_map(|amount| match amount {
                    Amount::Fixed(n) => Some(*n),
                    Amount::Variable(name) => match value_of(name) {
                        Some(ConstValue::Number(number)) => Some(page(number, limits)),
                        _ => None,
                    },
                })
                .max()
                .unwrap_or(limits.default_page),
            Self::Lists(names, least) => names
                .iter()
                .filter_map(|name| match value_of(name) {
                    Some(ConstValue::List(items)) => Some(items.len() as u64),
                    _ => None,
                })
                .max()
                .unwrap_or(0)
                .max(*least),
            Self::Items(arguments, least) => Input::of(arguments, value_of).items().max(*least),
            Self::Rights(arguments) => {
                let input = Input::of(arguments, value_of);
                input.items().saturating_mul(input.rights.max(1))
            }
        }
    }
}

/// The input fields that name what a bulk call is about; all other lists are what is done to each.
const ITEMS: [&str; 4] = ["ids", "membershipIds", "invitees", "grantIds"];

/// What the arguments of a mutation ask for.
#[derive(Default)]
struct Input {
    items: u64,
    rights: u64,
}

impl Input {
    fn of<'v>(arguments: &[Value], value_of: &dyn Fn(&Name) -> Option<&'v ConstValue>) -> Self {
        let mut input = Self::default();
        arguments
            .iter()
            .for_each(|value| input.literal("", value, value_of));
        input
    }

    /// A call without a list is about one thing.
    fn items(&self) -> u64 {
        self.items.max(1)
    }

    fn list(&mut self, name: &str, length: usize) {
        if ITEMS.contains(&name) {
            self.items = self.items.max(length as u64);
        } else {
            // A group of permissions holds up to five.
            let each = if name == "permissionGroups" { 5 } else { 1 };
            self.rights = self
                .rights
                .saturating_add((length as u64).saturating_mul(each));
        }
    }

    fn literal<'v>(
        &mut self,
        name: &str,
        value: &Value,
        value_of: &dyn Fn(&Name) -> Option<&'v ConstValue>,
    ) {
        match value {
            Value::Variable(variable) => {
                if let Some(value) = value_of(variable) {
                    self.sent(name, value);
                }
            }
            Value::List(items) => self.list(name, items.len()),
            Value::Object(fields) => fields
                .iter()
                .for_each(|(name, value)| self.literal(name, value, value_of)),
            _ => {}
        }
    }

    fn sent(&mut self, name: &str, value: &ConstValue) {
        match value {
            ConstValue::List(items) => self.list(name, items.len()),
            ConstValue::Object(fields) => fields
                .iter()
                .for_each(|(name, value)| self.sent(name, value)),
            _ => {}
        }
    }
}

/// A page size, clamped.
fn page(number: &serde_json::Number, limits: &Limits) -> u64 {
    match (number.as_u64(), number.as_i64()) {
        (Some(n), _) => n.clamp(1, limits.max_page),
        (None, Some(_)) => 1,
        (None, None) => limits.max_page,
    }
}

/// The values of a field's arguments.
fn arguments(field: &Selected) -> Arc<[Value]> {
    field
        .arguments
        .iter()
        .map(|(_, value)| value.node.clone())
        .collect()
}

/// The fields of a selection set, each with the type that it is selected on.
fn fields<'a>(parent: &str, set: &'a SelectionSet) -> Vec<(String, &'a Selected)> {
    let mut typed_fields = Vec::new();
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => typed_fields.push((parent.to_owned(), &field.node)),
            Selection::InlineFragment(inline) => {
                let on = inline
                    .node
                    .type_condition
                    .as_ref()
                    .map_or(parent, |c| c.node.on.node.as_str());
                typed_fields.extend(fields(on, &inline.node.selection_set.node));
            }
            Selection::FragmentSpread(_) => {}
        }
    }
    typed_fields
}

struct Compiler<'a> {
    index: &'a Index,
    limits: &'a Limits,
    /// What a list of plain values counts for.
    values: u64,
}

impl Compiler<'_> {
    /// `page`: how often `edges` and `nodes` count here, if this is a connection.
    fn set(&self, parent: &str, set: &SelectionSet, page: &Times) -> Cost {
        let mut sum = Cost::default();
        let mut by_type: BTreeMap<&str, Cost> = BTreeMap::new();
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => sum.absorb(self.field(parent, &field.node, page)),
                Selection::InlineFragment(inline) => {
                    let on = inline
                        .node
                        .type_condition
                        .as_ref()
                        .map_or(parent, |c| c.node.on.node.as_str());
                    let inner = self.set(on, &inline.node.selection_set.node, page);
                    if self.index.is_object(on) && on != parent {
                        by_type.entry(on).or_default().absorb(inner);
                    } else {
                        sum.absorb(inner);
                    }
                }
                // Merged operations have none.
                Selection::FragmentSpread(_) => {}
            }
        }
        Self::one_of(&mut sum, by_type.into_values().collect());
        sum
    }

    /// Adds the dearest of what an object can be.
    fn one_of(sum: &mut Cost, costs: Vec<Cost>) {
        let (fixed, mut open): (Vec<Cost>, Vec<Cost>) = costs.into_iter().partition(Cost::is_fixed);
        let most = fixed.iter().map(|c| c.fixed).max().unwrap_or(0);
        if open.is_empty() {
            sum.fixed = sum.fixed.saturating_add(most);
        } else {
            open.push(Cost {
                fixed: most,
                ..Cost::default()
            });
            sum.terms.push(Term {
                times: Times::Fixed(1),
                each: Cost {
                    alternatives: open,
                    ..Cost::default()
                },
            });
        }
    }

    fn field(&self, parent: &str, field: &Selected, page: &Times) -> Cost {
        let Some(schema_field) = self.index.field(parent, &field.name.node) else {
            return Cost {
                fixed: 1,
                ..Cost::default()
            };
        };
        let (times, below) = self.times(schema_field, field, page);
        let mut each = self.set(schema_field.named(), &field.selection_set.node, &below);
        each.fixed = each.fixed.saturating_add(schema_field.own);
        if let Some(Work { base, item, right }) = schema_field.work {
            let arguments = arguments(field);
            each.fixed = each.fixed.saturating_add(base);
            each.absorb(
                Cost {
                    fixed: item,
                    ..Cost::default()
                }
                .times(Times::Items(Arc::clone(&arguments), 1)),
            );
            each.absorb(
                Cost {
                    fixed: right,
                    ..Cost::default()
                }
                .times(Times::Rights(arguments)),
            );
        }
        each.times(times)
    }

    /// How often a field counts, and how often the entries of what is below it do.
    fn times(&self, schema_field: &Field, field: &Selected, page: &Times) -> (Times, Times) {
        let entries = Times::Fixed(self.limits.default_page);
        match schema_field.repeat {
            Repeat::Once if schema_field.work.is_some() => {
                (Times::Fixed(1), Times::Items(arguments(field), 1))
            }
            Repeat::Once => (Times::Fixed(1), entries),
            Repeat::Connection => (Times::Fixed(1), self.page(field)),
            Repeat::Entries => (page.clone(), entries),
            Repeat::PerItem(least) => match page {
                Times::Items(arguments, _) => (Times::Items(Arc::clone(arguments), least), entries),
                _ => (Times::Fixed(least), entries),
            },
            Repeat::List(_) if schema_field.arguments.contains_key("first") => {
                (self.page(field), entries)
            }
            Repeat::List(length) => {
                let is_plain = field.selection_set.node.items.is_empty();
                (
                    self.list(field, if is_plain { self.values } else { length }),
                    entries,
                )
            }
        }
    }

    /// The field that costs most, as far down as one has more than half of all: its path, and what
    /// it costs.
    fn dearest<'v>(
        &self,
        parent: &str,
        set: &SelectionSet,
        value_of: &dyn Fn(&Name) -> Option<&'v ConstValue>,
    ) -> Option<(String, u64)> {
        let (mut parent, mut page, mut above) = (
            parent.to_owned(),
            Times::Fixed(self.limits.default_page),
            1_u64,
        );
        let (mut candidates, mut path, mut dearest) = (fields(&parent, set), Vec::new(), None);
        loop {
            let cost = |(parent, field): &(String, &Selected)| {
                above.saturating_mul(self.field(parent, field, &page).sum(self.limits, value_of))
            };
            let priced = candidates.iter().map(|one| (cost(one), one));
            let Some((cost, (on_type, field))) = priced.max_by_key(|(cost, _)| *cost) else {
                return dearest;
            };
            if dearest.as_ref().is_some_and(|(_, whole)| cost < *whole / 2) {
                return dearest;
            }
            path.push(field.alias.as_ref().unwrap_or(&field.name).node.to_string());
            dearest = Some((path.join("."), cost));
            let Some(schema_field) = self.index.field(on_type, &field.name.node) else {
                return dearest;
            };
            let (times, below) = self.times(schema_field, field, &page);
            above = above.saturating_mul(times.evaluate(self.limits, value_of));
            schema_field.named().clone_into(&mut parent);
            page = below;
            candidates = fields(&parent, &field.selection_set.node);
        }
    }

    fn page(&self, field: &Selected) -> Times {
        let amounts: Vec<Amount> = ["first", "last"]
            .into_iter()
            .filter_map(|name| match &field.get_argument(name)?.node {
                Value::Number(number) => Some(Amount::Fixed(page(number, self.limits))),
                Value::Variable(name) => Some(Amount::Variable(name.clone())),
                _ => None,
            })
            .collect();
        match amounts.as_slice() {
            [] => Times::Fixed(self.limits.default_page),
            [Amount::Fixed(n)] => Times::Fixed(*n),
            _ => Times::Page(amounts),
        }
    }

    /// A list without pages: as many as asked for by a list of ids, if that is more than the flat
    /// rate.
    fn list(&self, field: &Selected, flat: u64) -> Times {
        let mut least = flat;
        let mut names = Vec::new();
        for (_, value) in &field.arguments {
            match &value.node {
                Value::List(items) => least = least.max(items.len() as u64),
                Value::Variable(name) => names.push(name.clone()),
                _ => {}
            }
        }
        if names.is_empty() {
            Times::Fixed(least)
        } else {
            Times::Lists(names, least)
        }
    }
}
