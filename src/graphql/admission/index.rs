//! What admission knows of the schema, read once from its SDL.
//!
//! Owns the look-up of types, fields, arguments and possible types, and how a field's cost is
//! formed. Must not know resolvers or the engine's registry.

use std::collections::{BTreeSet, HashMap, HashSet};

use async_graphql_parser::{
    Positioned,
    types::{
        BaseType, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind,
        TypeSystemDefinition,
    },
};

use indexmap::IndexSet;

use super::{
    form::{Forms, IdForm, Rule, Size, TextForm},
    limits::Limits,
    prices::{Prices, Work},
};

/// The introspection types, which no SDL export has.
const INTROSPECTION: &str = r#"
type __Schema { description: String types: [__Type!]! queryType: __Type! mutationType: __Type subscriptionType: __Type directives: [__Directive!]! }
type __Type { kind: __TypeKind! name: String description: String fields(includeDeprecated: Boolean): [__Field!] interfaces: [__Type!] possibleTypes: [__Type!]
  enumValues(includeDeprecated: Boolean): [__EnumValue!] inputFields(includeDeprecated: Boolean): [__InputValue!] ofType: __Type specifiedByURL: String isOneOf: Boolean }
type __Field { name: String! description: String args(includeDeprecated: Boolean): [__InputValue!]! type: __Type! isDeprecated: Boolean! deprecationReason: String }
type __InputValue { name: String! description: String type: __Type! defaultValue: String isDeprecated: Boolean! deprecationReason: String }
type __EnumValue { name: String! description: String isDeprecated: Boolean! deprecationReason: String }
type __Directive { name: String! description: String locations: [__DirectiveLocation!]! args(includeDeprecated: Boolean): [__InputValue!]! isRepeatable: Boolean! }
enum __TypeKind { SCALAR OBJECT INTERFACE UNION ENUM INPUT_OBJECT LIST NON_NULL }
scalar __DirectiveLocation
type __Root { __schema: __Schema! __type(name: String!): __Type }
"#;

/// What the schema's side declares of its fields and inputs.
pub(super) struct Declared<'a> {
    pub(super) forms: &'a Forms,
    pub(super) prices: &'a Prices,
}

/// A value that an argument or an input field takes.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) ty: Type,
    pub(super) has_default: bool,
    /// Which ids it takes.
    pub(super) id: Option<IdForm>,
    /// How many items it takes.
    pub(super) size: Option<Size>,
    /// How long it is.
    pub(super) text: Option<TextForm>,
}

/// How many times the fields below a field count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Once.
    Once,
    /// A connection: its own fields once, its `edges` and `nodes` once for each entry of the page.
    Connection,
    /// `edges` or `nodes` of a connection.
    Entries,
    /// A list without pages that counts for so many entries.
    List(u64),
    /// A list of a mutation's answer: one entry for each item of the call, at least so many.
    PerItem(u64),
}

/// A field of an object or interface.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) ty: Type,
    pub(super) arguments: HashMap<Box<str>, Input>,
    /// What must hold of its arguments together.
    pub(super) rule: Option<Rule>,
    pub(super) repeat: Repeat,
    /// What it costs itself, each time; of a mutation without its work.
    pub(super) own: u64,
    /// What a mutation does.
    pub(super) work: Option<Work>,
}

impl Field {
    /// The name of the type, without lists and marks.
    pub(super) fn named(&self) -> &str {
        named(&self.ty)
    }
}

/// What a type name stands for.
#[derive(Debug)]
pub(super) enum Kind {
    Scalar,
    /// Its values, in the schema's order.
    Enum(IndexSet<Box<str>>),
    Input {
        fields: HashMap<Box<str>, Input>,
        one_of: bool,
        rule: Option<Rule>,
    },
    /// Objects, interfaces and unions. `possible` has the object types that it can be; for an
    /// object, itself.
    Composite {
        fields: HashMap<Box<str>, Field>,
        possible: BTreeSet<Box<str>>,
        is_object: bool,
    },
}

/// The schema, by name.
#[derive(Debug)]
pub(super) struct Index {
    types: HashMap<Box<str>, Kind>,
    query: Box<str>,
    mutation: Option<Box<str>>,
    subscription: Option<Box<str>>,
    /// What a list of plain values counts for.
    pub(super) values: u64,
}

/// The innermost name of a type.
pub(super) fn named(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(inner) => named(inner),
    }
}

fn list_levels(ty: &Type) -> u32 {
    match &ty.base {
        BaseType::Named(_) => 0,
        BaseType::List(inner) => 1 + list_levels(inner),
    }
}

impl Index {
    /// Reads an SDL.
    pub(super) fn new(
        sdl: &str,
        limits: &Limits,
        declared: &Declared<'_>,
    ) -> Result<Self, async_graphql_parser::Error> {
        let mut index = Self {
            types: HashMap::new(),
            query: "Query".into(),
            mutation: None,
            subscription: None,
            values: declared.prices.values,
        };
        for scalar in ["Int", "Float", "String", "Boolean", "ID"] {
            index.types.insert(scalar.into(), Kind::Scalar);
        }
        for text in [sdl, INTROSPECTION] {
            for definition in async_graphql_parser::parse_schema(text)?.definitions {
                match definition {
                    TypeSystemDefinition::Schema(schema) => {
                        let name = |root: Option<Positioned<async_graphql_value::Name>>| {
                            root.map(|n| Box::<str>::from(n.node.as_str()))
                        };
                        index.query = name(schema.node.query).unwrap_or(index.query);
                        index.mutation = name(schema.node.mutation);
                        index.subscription = name(schema.node.subscription);
                    }
                    TypeSystemDefinition::Type(ty) => index.add(ty.node, limits, declared),
                    TypeSystemDefinition::Directive(_) => {}
                }
            }
        }
        index.link(declared.prices);
        Ok(index)
    }

    fn add(&mut self, ty: TypeDefinition, limits: &Limits, declared: &Declared<'_>) {
        let forms = declared.forms;
        let name: Box<str> = ty.name.node.as_str().into();
        let one_of = ty.directives.iter().any(|d| d.node.name.node == "oneOf");
        let kind = match ty.kind {
            TypeKind::Scalar => Kind::Scalar,
            TypeKind::Enum(values) => Kind::Enum(
                values
                    .values
                    .iter()
                    .map(|v| v.node.value.node.as_str().into())
                    .collect(),
            ),
            TypeKind::InputObject(input) => Kind::Input {
                fields: inputs(&name, input.fields, forms),
                one_of,
                rule: (forms.rule)(&name),
            },
            TypeKind::Union(union) => Kind::Composite {
                fields: HashMap::new(),
                possible: union
                    .members
                    .iter()
                    .map(|m| m.node.as_str().into())
                    .collect(),
                is_object: false,
            },
            TypeKind::Interface(interface) => Kind::Composite {
                fields: fields(&name, interface.fields, limits, declared),
                possible: BTreeSet::new(),
                is_object: false,
            },
            TypeKind::Object(object) => {
                for interface in &object.implements {
                    self.implementer(interface.node.as_str(), &name);
                }
                Kind::Composite {
                    fields: fields(&name, object.fields, limits, declared),
                    possible: BTreeSet::from([name.clone()]),
                    is_object: true,
                }
            }
        };
        match (self.types.remove(&name), kind) {
            // An interface that was met through its implementers first.
            (
                Some(Kind::Composite { possible: met, .. }),
                Kind::Composite {
                    fields,
                    mut possible,
                    is_object,
                },
            ) => {
                possible.extend(met);
                self.types.insert(
                    name,
                    Kind::Composite {
                        fields,
                        possible,
                        is_object,
                    },
                );
            }
            (_, kind) => {
                self.types.insert(name, kind);
            }
        }
    }

    fn implementer(&mut self, interface: &str, object: &str) {
        let entry = self
            .types
            .entry(interface.into())
            .or_insert_with(|| Kind::Composite {
                fields: HashMap::new(),
                possible: BTreeSet::new(),
                is_object: false,
            });
        if let Kind::Composite { possible, .. } = entry {
            possible.insert(object.into());
        }
    }

    /// Gives the query root its introspection fields and mutations their prices, and tells
    /// connections from other objects.
    fn link(&mut self, prices: &Prices) {
        if let Some(Kind::Composite {
            fields: introspection,
            ..
        }) = self.types.remove("__Root")
            && let Some(Kind::Composite { fields, .. }) = self.types.get_mut(&self.query)
        {
            fields.extend(introspection);
        }
        let connections: HashSet<Box<str>> = self
            .types
            .iter()
            .filter(|(name, kind)| {
                name.ends_with("Connection")
                    && matches!(kind, Kind::Composite { fields, .. } if fields.contains_key("nodes") || fields.contains_key("edges"))
            })
            .map(|(name, _)| name.clone())
            .collect();
        if let Some(Kind::Composite { fields, .. }) = self
            .mutation
            .as_ref()
            .and_then(|name| self.types.get_mut(name))
        {
            fields
                .iter_mut()
                .for_each(|(name, field)| field.work = Some((prices.work)(name)));
        }
        for (name, kind) in &mut self.types {
            let Kind::Composite { fields, .. } = kind else {
                continue;
            };
            for (field_name, field) in fields {
                if field.repeat == Repeat::Once && connections.contains(field.named()) {
                    field.repeat = Repeat::Connection;
                    field.own = field.own.max(prices.connection);
                } else if connections.contains(name) && matches!(&**field_name, "nodes" | "edges") {
                    field.repeat = Repeat::Entries;
                }
            }
        }
    }

    /// What a name stands for.
    pub(super) fn kind(&self, name: &str) -> Option<&Kind> {
        self.types.get(name)
    }

    /// A field of a type; `None` for `__typename`, which is on all of them.
    pub(super) fn field(&self, parent: &str, name: &str) -> Option<&Field> {
        match self.types.get(parent)? {
            Kind::Composite { fields, .. } => fields.get(name),
            _ => None,
        }
    }

    /// The object types that a type can be.
    pub(super) fn possible(&self, name: &str) -> Option<&BTreeSet<Box<str>>> {
        match self.types.get(name)? {
            Kind::Composite { possible, .. } => Some(possible),
            _ => None,
        }
    }

    /// Is it an object type, neither interface nor union?
    pub(super) fn is_object(&self, name: &str) -> bool {
        matches!(
            self.types.get(name),
            Some(Kind::Composite {
                is_object: true,
                ..
            })
        )
    }

    /// The root type of an operation.
    pub(super) fn root(&self, kind: async_graphql_parser::types::OperationType) -> Option<&str> {
        use async_graphql_parser::types::OperationType as T;
        match kind {
            T::Query => Some(&self.query),
            T::Mutation => self.mutation.as_deref(),
            T::Subscription => self.subscription.as_deref(),
        }
    }
}

fn inputs(
    owner: &str,
    definitions: Vec<Positioned<InputValueDefinition>>,
    forms: &Forms,
) -> HashMap<Box<str>, Input> {
    definitions
        .into_iter()
        .map(|d| {
            let InputValueDefinition {
                name,
                ty,
                default_value,
                ..
            } = d.node;
            let (name, ty) = (name.node, ty.node);
            let id = (named(&ty) == "ID")
                .then(|| (forms.id)(owner, &name))
                .flatten();
            let size = (list_levels(&ty) > 0)
                .then(|| (forms.size)(owner, &name))
                .flatten();
            let text = (forms.text)(owner, &name);
            (
                name.as_str().into(),
                Input {
                    ty,
                    has_default: default_value.is_some(),
                    id,
                    size,
                    text,
                },
            )
        })
        .collect()
}

fn fields(
    parent: &str,
    definitions: Vec<Positioned<FieldDefinition>>,
    limits: &Limits,
    Declared { forms, prices }: &Declared<'_>,
) -> HashMap<Box<str>, Field> {
    definitions
        .into_iter()
        .map(|d| {
            let d = d.node;
            let name = d.name.node.as_str();
            let repeat = match list_levels(&d.ty.node) {
                0 => Repeat::Once,
                _ if parent.ends_with("Payload") && name == "results" => Repeat::PerItem(1),
                _ if parent.ends_with("Payload") && matches!(name, "changes" | "effects") => {
                    Repeat::PerItem(limits.list)
                }
                levels => Repeat::List(
                    (prices.length)(parent, name).unwrap_or(limits.list.saturating_pow(levels)),
                ),
            };
            let counts = name == "totalCount" && !parent.starts_with("__");
            let own = (prices.own)(parent, name).unwrap_or(if counts { limits.count } else { 1 });
            let owner = format!("{parent}.{name}");
            let (arguments, rule) = (inputs(&owner, d.arguments, forms), (forms.rule)(&owner));
            (
                name.into(),
                Field {
                    ty: d.ty.node,
                    arguments,
                    rule,
                    repeat,
                    own,
                    work: None,
                },
            )
        })
        .collect()
}
