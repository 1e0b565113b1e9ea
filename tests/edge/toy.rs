//! A small schema with everything that can go wrong.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_graphql::{
    Context, Enum, ErrorExtensionValues, ErrorExtensions, ID, InputObject, InputValueError,
    InputValueResult, Interface, MaybeUndefined, Object, Scalar, ScalarType, Schema, SchemaBuilder,
    ServerError, SimpleObject, Subscription, Value, futures_util::stream,
};
use concierge::{
    domain::{id::IdError, quota::LimitError},
    graphql::admission::{AdmissionOptions, RequestCost, ResponseHeaders},
    words::Message,
};

/// Counts how often a resolver ran.
#[derive(Clone, Default)]
pub struct Runs(pub Arc<AtomicU32>);

fn ran(ctx: &Context<'_>) -> u32 {
    ctx.data_opt::<Runs>()
        .map_or(0, |runs| runs.0.fetch_add(1, Ordering::SeqCst) + 1)
}

fn coded() -> async_graphql::Error {
    async_graphql::Error::new("not for you").extend_with(|_, e| e.set("code", "FORBIDDEN"))
}

#[derive(Enum, Copy, Clone, PartialEq, Eq)]
pub enum Colour {
    Red,
    Green,
}

/// A whole number up to 2^53.
#[derive(Clone, Copy)]
pub struct Long(i64);

#[Scalar]
impl ScalarType for Long {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::Number(n) => n
                .as_i64()
                .map(Long)
                .ok_or_else(|| InputValueError::expected_type(value)),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        self.0.into()
    }
}

#[derive(InputObject)]
pub struct EchoInput {
    text: String,
    number: Option<i32>,
    long: Option<Long>,
    colour: Option<Colour>,
    id: Option<ID>,
    list: Option<Vec<i32>>,
    #[graphql(default = 7)]
    seven: i32,
    nested: Option<Box<EchoInput>>,
}

#[derive(Clone)]
pub struct Thing(pub u32);

#[Object]
impl Thing {
    async fn id(&self) -> ID {
        ID(format!("thing_{}", self.0))
    }
    async fn name(&self, upper: Option<bool>) -> String {
        if upper == Some(true) {
            "THING".into()
        } else {
            "thing".into()
        }
    }
    async fn counted(&self, ctx: &Context<'_>) -> u32 {
        ran(ctx)
    }
    async fn fails(&self) -> async_graphql::Result<i32> {
        Err(coded())
    }
    async fn internal(&self) -> async_graphql::Result<i32> {
        Err("secret detail".into())
    }
    async fn may_fail(&self) -> Option<async_graphql::Result<i32>> {
        Some(Err(coded()))
    }
    async fn child(&self) -> Option<Thing> {
        Some(Thing(self.0 + 1))
    }
    async fn must_child(&self) -> Thing {
        Thing(self.0 + 1)
    }
    async fn children(&self) -> Vec<Thing> {
        vec![Thing(self.0 + 1), Thing(self.0 + 2)]
    }
    async fn tags(&self) -> Vec<String> {
        vec!["a".into()]
    }
}

#[derive(SimpleObject, Clone)]
pub struct Person {
    id: ID,
    name: String,
    age: i32,
}

#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID"))]
pub enum Node {
    Thing(Thing),
    Person(Box<PersonNode>),
}

/// A person that counts how often its id is read.
#[derive(Clone)]
pub struct PersonNode(Person);

#[Object(name = "Human")]
impl PersonNode {
    async fn id(&self, ctx: &Context<'_>) -> ID {
        ran(ctx);
        self.0.id.clone()
    }
    async fn name(&self) -> String {
        self.0.name.clone()
    }
    async fn age(&self) -> i32 {
        self.0.age
    }
}

#[derive(SimpleObject)]
pub struct PersonEdge {
    cursor: String,
    node: Person,
}

#[derive(SimpleObject)]
pub struct PersonConnection {
    edges: Vec<PersonEdge>,
    nodes: Vec<Person>,
    total_count: i32,
}

fn people(n: i32) -> PersonConnection {
    let person = |at: i32| Person {
        id: ID(format!("person_{at}")),
        name: format!("Person {at}"),
        age: at,
    };
    PersonConnection {
        edges: (0..n)
            .map(|at| PersonEdge {
                cursor: at.to_string(),
                node: person(at),
            })
            .collect(),
        nodes: (0..n).map(person).collect(),
        total_count: 1000,
    }
}

#[derive(SimpleObject)]
pub struct Viewer {
    kind: &'static str,
}

pub struct Query;

impl Query {
    fn nothing(&self) -> usize {
        std::hint::black_box(0)
    }
}

#[Object]
impl Query {
    async fn viewer(&self) -> Viewer {
        Viewer { kind: "ANONYMOUS" }
    }
    async fn slow(&self, ms: u64, value: i32) -> i32 {
        tokio::time::sleep(Duration::from_millis(ms)).await;
        value
    }
    async fn counted(&self, ctx: &Context<'_>, _arg: Option<i32>) -> u32 {
        ran(ctx)
    }
    async fn thing(&self) -> Thing {
        Thing(1)
    }
    async fn maybe_thing(&self) -> Option<Thing> {
        Some(Thing(1))
    }
    async fn things(&self) -> Vec<Thing> {
        vec![Thing(1), Thing(2)]
    }
    async fn maybe_things(&self) -> Vec<Option<Thing>> {
        vec![Some(Thing(1)), None]
    }
    async fn lists(&self, ids: Vec<ID>) -> Vec<Option<Thing>> {
        ids.iter().map(|_| None).collect()
    }
    async fn people(
        &self,
        first: Option<i32>,
        last: Option<i32>,
    ) -> async_graphql::Result<PersonConnection> {
        match first.or(last).unwrap_or(20) {
            n @ 1..=100 => Ok(people(n)),
            _ => Err(async_graphql::Error::new("page size")
                .extend_with(|_, e| e.set("code", "BAD_USER_INPUT"))),
        }
    }
    async fn node(&self, id: ID) -> Option<Node> {
        match id.as_str() {
            "thing" => Some(Node::Thing(Thing(1))),
            _ => Some(Node::Person(Box::new(PersonNode(Person {
                id,
                name: "Ada".into(),
                age: 36,
            })))),
        }
    }
    async fn echo(&self, input: EchoInput) -> String {
        let EchoInput {
            text,
            number,
            long,
            colour,
            id,
            list,
            seven,
            nested,
        } = input;
        let (long, nested) = (long.map(|l| l.0), nested.map(|n| n.text));
        let red = colour.map(|c| c == Colour::Red);
        format!("{text} {number:?} {long:?} {red:?} {id:?} {list:?} {seven} {nested:?}")
    }
    async fn long(&self, value: Long) -> Long {
        value
    }
    async fn colour(&self, colour: Colour) -> Colour {
        colour
    }
    async fn json(&self, value: async_graphql::Json<serde_json::Value>) -> String {
        value.0.to_string()
    }
    async fn optional(&self, x: MaybeUndefined<i32>) -> String {
        match x {
            MaybeUndefined::Undefined => "absent".into(),
            MaybeUndefined::Null => "null".into(),
            MaybeUndefined::Value(v) => v.to_string(),
        }
    }
    async fn by_default(&self, #[graphql(default = 3)] x: i32) -> i32 {
        x
    }
    async fn wrong_may_fail(&self) -> async_graphql::Result<Option<i32>> {
        Err(coded())
    }
    async fn fails(&self) -> async_graphql::Result<i32> {
        Err(coded())
    }
    async fn internal(&self) -> Option<async_graphql::Result<i32>> {
        Some(Err("secret detail".into()))
    }
    async fn absent(&self) -> async_graphql::Result<i32> {
        Err(Absent.into())
    }
    async fn panics(&self) -> i32 {
        let empty: &[i32] = &[];
        empty[self.nothing()]
    }
    async fn remaining(&self, ctx: &Context<'_>) -> async_graphql::Result<i64> {
        Ok(ctx.data::<RequestCost>()?.remaining as i64)
    }
}

pub struct Mutation;

#[Object]
impl Mutation {
    async fn add(&self, ctx: &Context<'_>, n: i32) -> i32 {
        ran(ctx);
        n
    }
    async fn fail(&self) -> async_graphql::Result<i32> {
        Err(coded())
    }
    async fn may_add(&self, ctx: &Context<'_>, n: i32) -> Option<async_graphql::Result<i32>> {
        ran(ctx);
        Some(if n < 0 { Err(coded()) } else { Ok(n) })
    }
    async fn may_wait(&self, ms: u64) -> Option<u64> {
        tokio::time::sleep(Duration::from_millis(ms)).await;
        Some(ms)
    }
    async fn sign_in(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        ctx.data::<ResponseHeaders>()?
            .set_cookie("__Host-session=x; HttpOnly")?;
        Ok(true)
    }
}

pub struct Ticks;

#[Subscription]
impl Ticks {
    async fn ticks(&self, n: i32) -> impl async_graphql::futures_util::Stream<Item = i32> {
        stream::iter(0..n)
    }
}

/// The schema, for admission to finish.
pub fn schema() -> SchemaBuilder<Query, Mutation, Ticks> {
    Schema::build(Query, Mutation, Ticks).register_output_type::<Node>()
}

fn check_scalar(name: &str, value: &Value) -> Result<(), Message> {
    match (name, value) {
        ("Long", Value::Number(n)) if n.as_i64().is_some_and(|n| n.abs() < 1 << 53) => Ok(()),
        ("Long", _) => Err(LimitError::OutOfRange.into()),
        ("ID", Value::String(id)) if id.is_empty() => Err(IdError::Malformed.into()),
        _ => Ok(()),
    }
}

/// A failure that has its code in its source.
#[derive(Debug)]
pub struct Absent;

impl std::fmt::Display for Absent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not there")
    }
}

fn expose(error: &mut ServerError) -> bool {
    if error.source::<Absent>().is_none() {
        return false;
    }
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", "NOT_FOUND");
    error.extensions = Some(extensions);
    true
}

/// The options of the toy.
pub fn options() -> AdmissionOptions {
    AdmissionOptions {
        scalar: check_scalar,
        expose,
        ..AdmissionOptions::default()
    }
}
