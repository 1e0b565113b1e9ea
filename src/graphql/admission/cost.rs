//! What an operation costs: a formula made once from the merged operation, evaluated for each request's variables.
//!
//! Owns the price list: a field costs 1 (a count more), times the entries of its list, times what is above it.
//! All sums saturate and page sizes are clamped, so that no argument can wrap or panic. Must not refuse anything.

use std::collections::BTreeMap;

use async_graphql::{Name, Value as ConstValue, Variables};
use async_graphql_parser::{
    Positioned,
    types::{Field as Selected, Selection, SelectionSet, VariableDefinition},
};
use async_graphql_value::Value;

use super::{
    index::{Index, Repeat},
    limits::Limits,
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
}

#[derive(Debug, Clone)]
enum Amount {
    Fixed(u64),
    Variable(Name),
}

impl Cost {
    /// Makes the formula for a selection set of a type.
    pub(super) fn new(index: &Index, limits: &Limits, parent: &str, set: &SelectionSet) -> Self {
        Compiler { index, limits }.set(parent, set, &Times::Fixed(limits.default_page))
    }

    /// The cost with these variables.
    pub(super) fn evaluate(&self, limits: &Limits, variables: &Variables, definitions: &[Positioned<VariableDefinition>]) -> u64 {
        let given = |name: &Name| given(variables, definitions, name);
        self.sum(limits, &given)
    }

    fn sum<'v>(&self, limits: &Limits, given: &dyn Fn(&Name) -> Option<&'v ConstValue>) -> u64 {
        let terms = self.terms.iter().map(|term| term.times.evaluate(limits, given).saturating_mul(term.each.sum(limits, given)));
        let other = self.alternatives.iter().map(|a| a.sum(limits, given)).max().unwrap_or(0);
        terms.fold(self.fixed, u64::saturating_add).saturating_add(other)
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
            Times::Fixed(n) if self.is_fixed() => Self { fixed: self.fixed.saturating_mul(n), ..Self::default() },
            times => Self { terms: vec![Term { times, each: self }], ..Self::default() },
        }
    }
}

/// A variable's value: what was sent, else its default.
pub(super) fn given<'v>(
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
    fn evaluate<'v>(&self, limits: &Limits, given: &dyn Fn(&Name) -> Option<&'v ConstValue>) -> u64 {
        match self {
            Self::Fixed(n) => *n,
            Self::Page(amounts) => amounts
                .iter()
                .filter_map(|amount| match amount {
                    Amount::Fixed(n) => Some(*n),
                    Amount::Variable(name) => match given(name) {
                        Some(ConstValue::Number(number)) => Some(page(number, limits)),
                        _ => None,
                    },
                })
                .max()
                .unwrap_or(limits.default_page),
            Self::Lists(names, least) => names
                .iter()
                .filter_map(|name| match given(name) {
                    Some(ConstValue::List(items)) => Some(items.len() as u64),
                    _ => None,
                })
                .max()
                .unwrap_or(0)
                .max(*least),
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

struct Compiler<'a> {
    index: &'a Index,
    limits: &'a Limits,
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
                    let on = inline.node.type_condition.as_ref().map_or(parent, |c| c.node.on.node.as_str());
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
            open.push(Cost { fixed: most, ..Cost::default() });
            sum.terms.push(Term { times: Times::Fixed(1), each: Cost { alternatives: open, ..Cost::default() } });
        }
    }

    fn field(&self, parent: &str, field: &Selected, page: &Times) -> Cost {
        let Some(known) = self.index.field(parent, &field.name.node) else {
            return Cost { fixed: 1, ..Cost::default() };
        };
        let (times, below) = match known.repeat {
            Repeat::Once => (Times::Fixed(1), Times::Fixed(self.limits.default_page)),
            Repeat::Connection => (Times::Fixed(1), self.page(field)),
            Repeat::Entries => (page.clone(), Times::Fixed(self.limits.default_page)),
            Repeat::List(levels) => {
                let times = if known.arguments.contains_key("first") {
                    self.page(field)
                } else {
                    self.list(field, self.limits.list.saturating_pow(levels))
                };
                (times, Times::Fixed(self.limits.default_page))
            }
        };
        let mut each = self.set(known.named(), &field.selection_set.node, &below);
        each.fixed = each.fixed.saturating_add(known.own);
        each.times(times)
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

    /// A list without pages: as many as asked for by a list of ids, if that is more than the flat rate.
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
        if names.is_empty() { Times::Fixed(least) } else { Times::Lists(names, least) }
    }
}
