//! A document that was parsed and checked once, and the plans made from its operations.
//!
//! Owns parsing, choosing the operation, and keeping one plan for each way that `@skip` and
//! `@include` can turn out. Must not run anything.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::{Name, Value as ConstValue, Variables};
use async_graphql_parser::{
    Positioned,
    types::{
        Directive, ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet,
    },
};
use async_graphql_value::Value;

use super::{
    cost, duplicates, escape,
    fault::Refused,
    index::Index,
    limits::Limits,
    merge::{Merger, is_condition},
    page_size::PageSizes,
    plan::Plan,
};
use crate::words::message;

/// The most variables that decide what is selected.
const MOST_CONDITIONS: usize = 60;

/// Plans kept of one operation.
const PLANS: usize = 16;

/// Parses a document that was scanned.
pub(super) fn parse(text: &str) -> Result<ExecutableDocument, Refused> {
    duplicates::check(text)?;
    let text = escape::prepare(text)?;
    async_graphql_parser::parse_query(&*text).map_err(|error| {
        let message = match &error {
            async_graphql_parser::Error::Syntax { message: said, .. } => {
                let reason = said
                    .lines()
                    .filter_map(|line| line.trim_start().strip_prefix("= "))
                    .next_back();
                match reason {
                    Some(reason) => message::syntax_error(reason),
                    None => message::unexpected_text(),
                }
            }
            other => message::syntax_error(other.to_string()),
        };
        Refused::document(message, error.positions().next())
    })
}

/// A checked document.
#[derive(Debug)]
pub(super) struct CheckedDocument {
    document: ExecutableDocument,
    operations: Vec<Operation>,
    /// About as many bytes as it takes in memory.
    pub(super) weight: u32,
}

/// One operation of a checked document.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) name: Option<Arc<str>>,
    pub(super) kind: OperationType,
    definition: Positioned<OperationDefinition>,
    /// The variables that decide what is left in.
    conditions: Vec<Name>,
    plans: Mutex<Vec<(u64, Arc<Plan>)>>,
}

impl Operation {
    /// The names of the root fields, if no fragment hides any.
    pub(super) fn root_fields(&self) -> Option<Vec<String>> {
        let items = &self.definition.node.selection_set.node.items;
        let name = |selection: &Positioned<Selection>| match &selection.node {
            Selection::Field(field) => Some(field.node.name.node.to_string()),
            Selection::InlineFragment(_) | Selection::FragmentSpread(_) => None,
        };
        items.iter().map(name).collect()
    }
}

impl CheckedDocument {
    /// `selections`: as counted by `structure`.
    pub(super) fn new(
        document: ExecutableDocument,
        text: &str,
        selections: u64,
    ) -> Result<Self, Refused> {
        let mut operations = Vec::new();
        for (name, definition) in document.operations.iter() {
            let mut conditions = Vec::new();
            let mut seen = HashSet::new();
            conditions_of(
                &definition.node.selection_set.node,
                &document,
                &mut seen,
                &mut conditions,
            );
            if conditions.len() > MOST_CONDITIONS {
                return Err(Refused::too_complex(
                    message::too_many_conditions(MOST_CONDITIONS),
                    None,
                ));
            }
            operations.push(Operation {
                name: name.map(|n| Arc::from(n.as_str())),
                kind: definition.node.ty,
                definition: definition.clone(),
                conditions,
                plans: Mutex::default(),
            });
        }
        let weight = selections
            .saturating_mul(1200)
            .saturating_add(text.len() as u64 * 4)
            .saturating_add(2048);
        Ok(Self {
            document,
            operations,
            weight: u32::try_from(weight).unwrap_or(u32::MAX),
        })
    }

    /// The operation that a request means.
    pub(super) fn operation(&self, name: Option<&str>) -> Result<&Operation, Refused> {
        match (name, self.operations.as_slice()) {
            (None, [only]) => Ok(only),
            (None, _) => Err(Refused::document(message::operation_name_required(), None)),
            (Some(name), operations) => operations
                .iter()
                .find(|o| o.name.as_deref() == Some(name))
                .ok_or_else(|| Refused::document(message::unknown_operation(), None)),
        }
    }

    /// The plan of an operation for these variables.
    pub(super) fn plan(
        &self,
        operation: &Operation,
        index: &Index,
        limits: &Limits,
        introspection: bool,
        variables: &Variables,
    ) -> Result<Arc<Plan>, Refused> {
        let bits = operation.bits(variables);
        let existing = lock(&operation.plans)
            .iter()
            .find(|(plan_bits, _)| *plan_bits == bits)
            .map(|(_, plan)| plan.clone());
        if let Some(plan) = existing {
            return Ok(plan);
        }
        let included = |directives: &[Positioned<Directive>]| operation.includes(directives, bits);
        let definition = &operation.definition;
        let Some(root) = index.root(operation.kind) else {
            return Err(Refused::document(
                message::no_root_type(operation.kind.to_string()),
                Some(definition.pos),
            ));
        };
        let mut merger = Merger::new(index, &self.document.fragments, &included);
        let set = merger.operation(root, operation.kind, &definition.node.selection_set)?;
        if !introspection && let Some(at) = introspects(&set.node) {
            return Err(Refused::document(message::introspection_off(), Some(at)));
        }
        let page_sizes = PageSizes::of(index, limits, root, &set.node).map_err(|mut errors| {
            errors.truncate(limits.errors);
            Refused::documents(errors)
        })?;
        let plan = Arc::new(Plan::new(
            index,
            limits,
            root,
            definition,
            &operation.conditions,
            set,
            page_sizes,
        ));
        let mut plans = lock(&operation.plans);
        if plans.len() < PLANS {
            plans.push((bits, plan.clone()));
        }
        Ok(plan)
    }
}

impl Operation {
    /// Which of the variables that decide what is selected are true: one bit each.
    fn bits(&self, variables: &Variables) -> u64 {
        let definitions = &self.definition.node.variable_definitions;
        let mut bits = 0u64;
        for (at, name) in self.conditions.iter().enumerate() {
            let value = cost::variable_value(variables, definitions, name);
            if matches!(value, Some(ConstValue::Boolean(true))) {
                bits |= 1 << at;
            }
        }
        bits
    }

    /// Whether something with these directives is selected.
    fn includes(&self, directives: &[Positioned<Directive>], bits: u64) -> bool {
        let is_true = |directive: &Directive| match directive.get_argument("if").map(|v| &v.node) {
            Some(Value::Boolean(value)) => *value,
            Some(Value::Variable(name)) => self
                .conditions
                .iter()
                .position(|c| c == name)
                .is_some_and(|at| bits & (1 << at) != 0),
            _ => false,
        };
        directives
            .iter()
            .map(|directive| &directive.node)
            .filter(|directive| is_condition(directive))
            .all(|directive| is_true(directive) == (directive.name.node == "include"))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn introspects(set: &SelectionSet) -> Option<async_graphql::Pos> {
    set.items
        .iter()
        .find_map(|selection| match &selection.node {
            Selection::Field(field)
                if matches!(field.node.name.node.as_str(), "__schema" | "__type") =>
            {
                Some(field.pos)
            }
            _ => None,
        })
}

fn conditions_of<'a>(
    set: &'a SelectionSet,
    document: &'a ExecutableDocument,
    seen: &mut HashSet<&'a str>,
    names: &mut Vec<Name>,
) {
    for selection in &set.items {
        for directive in selection
            .node
            .directives()
            .iter()
            .filter(|d| is_condition(&d.node))
        {
            if let Some(Value::Variable(name)) = directive.node.get_argument("if").map(|v| &v.node)
                && !names.contains(name)
            {
                names.push(name.clone());
            }
        }
        match &selection.node {
            Selection::Field(field) => {
                conditions_of(&field.node.selection_set.node, document, seen, names)
            }
            Selection::InlineFragment(inline) => {
                conditions_of(&inline.node.selection_set.node, document, seen, names);
            }
            Selection::FragmentSpread(spread) => {
                if seen.insert(spread.node.fragment_name.node.as_str())
                    && let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node)
                {
                    conditions_of(&fragment.node.selection_set.node, document, seen, names);
                }
            }
        }
    }
}
