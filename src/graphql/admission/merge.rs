//! Equal siblings made one: the engine runs a field that is selected twice twice.
//!
//! Owns writing an operation out without named fragments, without what `@skip` and `@include` leave
//! out, and with each response key once in each selection set. Must not check values or count cost.

use std::collections::{BTreeMap, HashMap};

use async_graphql::{Name, Pos};
use async_graphql_parser::{
    Positioned,
    types::{
        BaseType, Directive, Field, FragmentDefinition, InlineFragment, OperationType, Selection,
        SelectionSet, Type, TypeCondition,
    },
};
use indexmap::IndexMap;

use super::{fault::Refused, index::Index};
use crate::words::message::{self, Message};

/// Selections looked at while merging one operation; abstract types are looked at once for each
/// type they can be.
const WORK: usize = 400_000;
/// Selections written out for one operation.
const OUTPUT: usize = 20_000;

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;
type Items = Vec<Positioned<Selection>>;
/// The fields under each response key, in order of first appearance.
type Groups<'a> = IndexMap<&'a str, Vec<&'a Positioned<Field>>>;

/// Merges the selections of operations of one document.
pub(super) struct Merger<'a> {
    index: &'a Index,
    fragments: &'a Fragments,
    /// Says whether a selection with these directives is left in.
    included: &'a dyn Fn(&[Positioned<Directive>]) -> bool,
    work: usize,
    output: usize,
}

impl<'a> Merger<'a> {
    /// A merger that knows the schema, the fragments, and which selections are left in.
    pub(super) fn new(
        index: &'a Index,
        fragments: &'a Fragments,
        included: &'a dyn Fn(&[Positioned<Directive>]) -> bool,
    ) -> Self {
        Self {
            index,
            fragments,
            included,
            work: 0,
            output: 0,
        }
    }

    /// The merged root fields of an operation. Mutations may not repeat a root key, subscriptions
    /// have one root field.
    pub(super) fn operation(
        &mut self,
        root: &str,
        kind: OperationType,
        set: &'a Positioned<SelectionSet>,
    ) -> Result<Positioned<SelectionSet>, Refused> {
        let mut groups = Groups::new();
        self.collect(root, &set.node, &mut groups)?;
        if kind == OperationType::Mutation
            && let Some((key, at)) = groups
                .iter()
                .find_map(|(key, fields)| fields.get(1).map(|f| (key, f.pos)))
        {
            return Err(Refused::document(
                message::mutation_repeated(*key),
                Some(at),
            ));
        }
        if kind == OperationType::Subscription && groups.values().map(Vec::len).sum::<usize>() != 1
        {
            return Err(Refused::document(
                message::one_subscription(),
                Some(set.pos),
            ));
        }
        let items = self.write(root, groups)?;
        Ok(Positioned::new(SelectionSet { items }, set.pos))
    }

    /// Gathers the fields that apply to an object type.
    fn collect(
        &mut self,
        object: &str,
        set: &'a SelectionSet,
        groups: &mut Groups<'a>,
    ) -> Result<(), Refused> {
        for selection in &set.items {
            self.work += 1;
            if self.work > WORK {
                return Err(too_much(selection.pos));
            }
            if !(self.included)(selection.node.directives()) {
                continue;
            }
            match &selection.node {
                Selection::Field(field) => {
                    groups
                        .entry(field.node.response_key().node.as_str())
                        .or_default()
                        .push(field);
                }
                other => {
                    if let Some((condition, inner)) = self.fragment(other)
                        && condition.is_none_or(|c| self.applies(object, c))
                    {
                        self.collect(object, inner, groups)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The condition and content of a fragment; `None` for one that is not defined.
    fn fragment(&self, selection: &'a Selection) -> Option<(Option<&'a str>, &'a SelectionSet)> {
        match selection {
            Selection::Field(_) => None,
            Selection::InlineFragment(inline) => Some((
                inline
                    .node
                    .type_condition
                    .as_ref()
                    .map(|c| c.node.on.node.as_str()),
                &inline.node.selection_set.node,
            )),
            Selection::FragmentSpread(spread) => {
                let fragment = self.fragments.get(&spread.node.fragment_name.node)?;
                Some((
                    Some(fragment.node.type_condition.node.on.node.as_str()),
                    &fragment.node.selection_set.node,
                ))
            }
        }
    }

    fn applies(&self, object: &str, condition: &str) -> bool {
        object == condition
            || self
                .index
                .possible(condition)
                .is_some_and(|types| types.contains(object))
    }

    /// Does a condition hold for everything that the type can be?
    fn always(&self, parent: &str, condition: &str) -> bool {
        parent == condition
            || self
                .index
                .possible(parent)
                .zip(self.index.possible(condition))
                .is_some_and(|(p, c)| p.is_subset(c))
    }

    /// One field for each response key, its selections merged in turn.
    fn write(&mut self, parent: &str, groups: Groups<'a>) -> Result<Items, Refused> {
        groups
            .into_values()
            .map(|fields| self.write_field(parent, &fields))
            .collect()
    }

    fn write_field(
        &mut self,
        parent: &str,
        fields: &[&'a Positioned<Field>],
    ) -> Result<Positioned<Selection>, Refused> {
        let Some((first, others)) = fields.split_first() else {
            return Err(Refused::document(message::empty_selection(), None));
        };
        for other in others {
            agree(first, other)?;
        }
        self.emit(first.pos)?;
        let sets: Vec<&'a SelectionSet> =
            fields.iter().map(|f| &f.node.selection_set.node).collect();
        let items = if sets.iter().all(|s| s.items.is_empty()) {
            Vec::new()
        } else {
            let named = self
                .index
                .field(parent, &first.node.name.node)
                .map(super::index::Field::named);
            let Some(named) = named else {
                return Err(Refused::document(
                    message::unknown_field(first.node.name.node.as_str(), parent),
                    Some(first.pos),
                ));
            };
            self.children(named, &sets)?
        };
        let field = Field {
            alias: first.node.alias.clone(),
            name: first.node.name.clone(),
            arguments: first.node.arguments.clone(),
            directives: first
                .node
                .directives
                .iter()
                .filter(|d| !is_condition(&d.node))
                .cloned()
                .collect(),
            selection_set: Positioned::new(SelectionSet { items }, first.node.selection_set.pos),
        };
        Ok(Positioned::new(
            Selection::Field(Positioned::new(field, first.pos)),
            first.pos,
        ))
    }

    fn children(&mut self, parent: &str, sets: &[&'a SelectionSet]) -> Result<Items, Refused> {
        if self.index.is_object(parent) {
            let mut groups = Groups::new();
            for set in sets {
                self.collect(parent, set, &mut groups)?;
            }
            return self.write(parent, groups);
        }
        let index = self.index;
        let mut shapes: HashMap<&'a str, (&Type, Pos)> = HashMap::new();
        let mut by_type: BTreeMap<&str, Groups<'a>> = BTreeMap::new();
        let mut repeats = false;
        for object in index.possible(parent).into_iter().flatten() {
            let mut groups = Groups::new();
            for set in sets {
                self.collect(object, set, &mut groups)?;
            }
            repeats |= groups.values().any(|fields| fields.len() > 1);
            for (key, fields) in &groups {
                for field in fields {
                    let Some(schema_field) = index.field(object, &field.node.name.node) else {
                        continue;
                    };
                    let (shape, at) = *shapes.entry(key).or_insert((&schema_field.ty, field.pos));
                    if !same_shape(index, shape, &schema_field.ty) {
                        return Err(conflict(message::conflicting_types(&**key), at, field.pos));
                    }
                }
            }
            by_type.insert(object, groups);
        }
        if !repeats {
            let mut items = Vec::new();
            for set in sets {
                self.keep(parent, set, &mut items)?;
            }
            return Ok(items);
        }
        // The same key comes in two ways: written out for each type that it can be.
        let mut items = Vec::with_capacity(by_type.len());
        for (object, groups) in by_type {
            if let Some(at) = groups.values().flatten().next().map(|f| f.pos) {
                self.emit(at)?;
                let inner = self.write(object, groups)?;
                items.push(inline(object, inner, at));
            }
        }
        Ok(items)
    }

    /// Writes the selections of an abstract type in their order; no key comes twice for any type
    /// that it can be.
    fn keep(
        &mut self,
        parent: &str,
        set: &'a SelectionSet,
        items: &mut Items,
    ) -> Result<(), Refused> {
        for selection in &set.items {
            self.work += 1;
            if self.work > WORK {
                return Err(too_much(selection.pos));
            }
            if !(self.included)(selection.node.directives()) {
                continue;
            }
            if let Selection::Field(field) = &selection.node {
                items.push(self.write_field(parent, &[field])?);
            } else if let Some((condition, inner)) = self.fragment(&selection.node) {
                match condition {
                    Some(condition) if !self.always(parent, condition) => {
                        self.emit(selection.pos)?;
                        let mut kept = Vec::new();
                        self.keep(condition, inner, &mut kept)?;
                        if !kept.is_empty() {
                            items.push(inline(condition, kept, selection.pos));
                        }
                    }
                    _ => self.keep(parent, inner, items)?,
                }
            }
        }
        Ok(())
    }

    fn emit(&mut self, at: Pos) -> Result<(), Refused> {
        self.output += 1;
        if self.output > OUTPUT {
            Err(too_much(at))
        } else {
            Ok(())
        }
    }
}

/// Is it `@skip` or `@include`?
pub(super) fn is_condition(directive: &Directive) -> bool {
    matches!(directive.name.node.as_str(), "skip" | "include")
}

fn inline(on: &str, items: Items, at: Pos) -> Positioned<Selection> {
    let condition = TypeCondition {
        on: Positioned::new(Name::new(on), at),
    };
    let fragment = InlineFragment {
        type_condition: Some(Positioned::new(condition, at)),
        directives: Vec::new(),
        selection_set: Positioned::new(SelectionSet { items }, at),
    };
    Positioned::new(Selection::InlineFragment(Positioned::new(fragment, at)), at)
}

fn agree(first: &Positioned<Field>, other: &Positioned<Field>) -> Result<(), Refused> {
    let (a, b) = (&first.node, &other.node);
    let key = a.response_key().node.as_str();
    if a.name.node != b.name.node {
        return Err(conflict(
            message::conflicting_fields(key),
            first.pos,
            other.pos,
        ));
    }
    let same = a.arguments.len() == b.arguments.len()
        && a.arguments.iter().all(|(name, value)| {
            b.get_argument(&name.node)
                .is_some_and(|v| v.node == value.node)
        });
    if same {
        Ok(())
    } else {
        Err(conflict(
            message::conflicting_arguments(key),
            first.pos,
            other.pos,
        ))
    }
}

fn conflict(message: Message, first: Pos, second: Pos) -> Refused {
    let mut refused = Refused::document(message, Some(first));
    if let Some(error) = refused.errors.first_mut() {
        error.locations.push(second);
    }
    refused
}

fn too_much(at: Pos) -> Refused {
    Refused::too_complex(message::too_large_written_out(), Some(at))
}

/// May two fields stand under one key on different types?
fn same_shape(index: &Index, a: &Type, b: &Type) -> bool {
    if a.nullable != b.nullable {
        return false;
    }
    match (&a.base, &b.base) {
        (BaseType::List(a), BaseType::List(b)) => same_shape(index, a, b),
        (BaseType::Named(a), BaseType::Named(b)) => {
            a == b || (index.possible(a).is_some() && index.possible(b).is_some())
        }
        _ => false,
    }
}
