//! The messages of top-level errors: why a request is refused or fails as a whole.
//!
//! Owns which messages there are and what goes into each; their texts stand in `failures.ftl`.
//! Whoever refuses knows no language: a message is put into words when it is answered.

use std::{borrow::Cow, fmt};

use super::{Values, catalogue, plain, text};
use crate::domain::{
    access::escalation::Refused,
    email::{self, EmailError},
    id::IdError,
    permission::Permission,
    quota::{self, LimitError},
    vocabulary::Locale,
};

/// A message with what goes into it, in no language yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    name: &'static str,
    values: Vec<(&'static str, Value)>,
}

/// What goes into a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text as it is.
    Text(String),
    /// A number.
    Number(i64),
    /// All of them: `a, b and c`.
    All(Vec<String>),
    /// One of them: `a, b or c`.
    Any(Vec<String>),
    /// A permission by its label.
    Permission(Permission),
    /// Another message.
    Message(Message),
}

impl Message {
    /// The message in a language.
    pub fn text(&self, locale: Locale) -> String {
        let mut put = Values::with_capacity(self.values.len());
        for (name, value) in &self.values {
            put.insert(Cow::Borrowed(*name), value.put(locale));
        }
        text(locale, &self.name.replace('_', "-"), &put)
    }
}

impl Value {
    fn put(&self, locale: Locale) -> fluent_templates::fluent_bundle::FluentValue<'_> {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Number(number) => (*number).into(),
            Self::All(items) => joined(items, &plain(locale, "and")).into(),
            Self::Any(items) => joined(items, &plain(locale, "or")).into(),
            Self::Permission(permission) => catalogue::label(*permission, locale).into(),
            Self::Message(message) => message.text(locale).into(),
        }
    }
}

fn joined(items: &[String], word: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [head @ .., last] => format!("{} {word} {last}", head.join(", ")),
    }
}

/// In English, for logs and the command line.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Locale::En))
    }
}

impl From<IdError> for Message {
    fn from(error: IdError) -> Self {
        match error {
            IdError::Malformed => malformed_id(),
            IdError::WrongType { expected } => other_id_expected(format!("{expected}_")),
            IdError::WithInstant => no_instant_in_id(),
        }
    }
}

impl From<EmailError> for Message {
    fn from(error: EmailError) -> Self {
        match error {
            EmailError::Malformed => not_an_email(),
            EmailError::TooLong => email_too_long(email::LONGEST, email::LONGEST_LOCAL),
        }
    }
}

impl From<LimitError> for Message {
    fn from(error: LimitError) -> Self {
        match error {
            LimitError::OutOfRange => quota_limit_range(quota::MAX_LIMIT),
            LimitError::NotInThousands => quota_limit_step(quota::RECORDS_STEP),
        }
    }
}

impl From<Refused> for Message {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::RequiresPermission(permission) => requires_permission(permission),
            Refused::RequiresAdministrator => requires_administrator(),
            Refused::NotByKey => administrator_not_by_key(),
            Refused::OwnAccess => own_access(),
            Refused::OwnGroup => own_group(),
            Refused::MoreThanOwn(_) => more_than_own(),
            Refused::EndsTooSoon(_) => longer_than_own(),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Permission> for Value {
    fn from(permission: Permission) -> Self {
        Self::Permission(permission)
    }
}

impl From<Message> for Value {
    fn from(message: Message) -> Self {
        Self::Message(message)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::from(number as u64)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

/// All of these fields.
pub(crate) fn all_of(names: &[&str]) -> Value {
    Value::All(names.iter().map(|name| (*name).to_owned()).collect())
}

/// A function for each message, named like its key.
macro_rules! messages {
    ($($name:ident($($value:ident),*);)+) => {
        $(
            pub(crate) fn $name($($value: impl Into<Value>),*) -> Message {
                Message {
                    name: stringify!($name),
                    values: vec![$((stringify!($value), $value.into())),*],
                }
            }
        )+

        /// Every message by its name, with what goes into it.
        #[cfg(test)]
        pub(super) const ALL: &[(&str, &[&str])] =
            &[$((stringify!($name), &[$(stringify!($value)),*])),+];
    };
}

messages! {
    // Who may not, and what is not there.
    unauthenticated();
    not_found();
    invalid_input();
    not_found_id(id);
    not_found_one_of(ids);
    not_found_one_of_many(ids);
    requires_permission(permission);
    requires_administrator();
    requires_operator();
    requires_operator_session();
    requires_active_member();
    requires_active_member_or_gateway();
    requires_gateway();
    requires_membership();
    requires_own_membership();
    requires_own_reuse();
    requires_confirmed_email();
    requires_other_account();
    not_by_key();
    not_on_oneself();
    not_by_people();
    administrator_not_by_key();
    own_access();
    own_api_keys_only();
    own_group();
    more_than_own();
    longer_than_own();

    // Not now.
    too_many_calls(seconds);
    too_many_attempts(seconds);
    budget_used_up(limit, seconds);
    idempotency_conflict();
    unavailable();
    internal();
    timed_out();
    timed_out_mutation(key);

    // What is not valid, and where.
    argument_misfit(path, field, why);
    arguments_misfit(field, why);
    literal_misfit(path, why);
    variable_misfit(path, why);
    default_misfit(path, why);
    parameter_misfit(name, why);
    value_expected(expected, found);
    integer_expected(expected, found);
    object_expected(expected, found);
    enum_expected(expected, found, choices);
    not_in_enum(value, expected, choices);
    found_variable();
    found_null();
    found_number(number);
    found_string();
    found_boolean();
    found_name(name);
    found_list();
    found_object();
    not_a_scalar(value, expected, why);
    scalar_expected(expected, found, why);
    one_field_exactly(expected);
    unknown_input_field(expected, field);
    field_required(field, expected);
    value_required(expected);
    null_not_allowed();
    not_an_input_type(name);
    cannot_be_null(field);

    // Ids, instants, addresses, numbers, texts.
    id_unknown_form(id);
    id_malformed(id, prefixes);
    id_of_something_else(id, prefixes);
    id_carries_instant(id);
    id_instant_malformed(id);
    malformed_id();
    other_id_expected(prefix);
    no_instant_in_id();
    instant_of_id_malformed();
    id_not_dated();
    id_is_a_string();
    date_time_form();
    long_form();
    not_an_email();
    email_too_long(most, local);
    email_is_a_string();
    text_length(length, least, most);
    control_characters();
    list_length(length, least, most);
    list_length_at_most(length, most);
    items(field, least, most);
    items_at_most(field, most);
    items_at_least_one(fields);
    pairs_at_most(pairs, most);
    any_list_at_most(most);
    token_length(most);
    idempotency_key_form(most);
    search_length(most);
    search_characters();
    theme_form(most);
    hash_form();
    slug_form();
    quota_limit_range(most);
    quota_limit_step(step);

    // Pages and cursors.
    page_size(field, argument, number, most);
    page_rows(most);
    first_or_last();
    too_many_at_once();
    not_a_cursor(cursor);
    other_lists_cursor();
    too_many_quota_values(most);

    // What goes together.
    exactly_one_of(fields);
    at_least_one_of(fields);
    at_most_one_of(fields);
    permissions_or_role();
    permissions_or_resource();
    permission_or_resource();
    record_filter_with_resource();
    grant_ids_alone();
    gateway_permissions();
    gateway_names_subject();
    ends_at_with_approve();
    role_or_null();
    limit_or_null();
    default_has_no_subject();
    subject_required();
    license_is_set_elsewhere();
    caps_are_set_elsewhere();
    invitation_of_other();
    password_by_operator();
    as_of_too_early();
    to_after_from();
    too_many_days(most);
    events_from_one();
    pin_from_one();
    actor_form();
    workspace_reference();
    password_not_in_url();
    token_not_in_url();
    strength_once();
    cookie_from_other_site();

    // Documents.
    engine(why);
    syntax_error(why);
    unexpected_text();
    unterminated_string();
    escape_braces(escape);
    escape_digits(escape);
    escape_range(escape);
    no_first_surrogate(escape);
    no_second_surrogate(escape);
    operation_name_required();
    unknown_operation();
    no_root_type(operation);
    introspection_off();
    typename_alone();
    mutation_repeated(key);
    one_subscription();
    no_subscriptions();
    empty_selection();
    unknown_field(field, parent);
    conflicting_types(key);
    conflicting_fields(key);
    conflicting_arguments(key);
    input_field_repeated(field);
    fragment_cycle(name);
    variable_unused(name);
    variable_undefined(name);
    variable_misplaced(name, given, expected);
    get_is_for_queries();
    no_document();
    document_id_form();
    documents_differ();
    unknown_document();
    persisted_documents_only();
    persisted_query_not_supported();

    // Documents over a limit.
    too_many_brackets(most);
    too_many_tokens(most);
    too_many_fragments(most);
    too_long_fragment_chain(most);
    too_many_conditions(most);
    too_large_written_out();
    too_many_nested_selections(found, most);
    too_many_levels(found, most);
    too_many_introspection_levels(found, most);
    too_many_aliases(found, most);
    too_many_root_fields(found, most);
    too_many_selections(found, most);
    too_many_directives(found, most);
    too_costly(cost, most);
    too_costly_part(cost, most, path, part);

    // Around the document: HTTP, credentials, files.
    media_types();
    get_or_post();
    no_such_address();
    json_body();
    compressed_body();
    answer_size(most);
    body_size(most);
    body_size_signed_out(most, more);
    body_late();
    body_incomplete();
    one_request();
    body_form(why);
    credential_form();
    bad_credential();
    session_ended();
    parameter_twice(name);
    parameter_encoding(name);
    parameter_object(name);
    parameters(names);
    not_json();
    json_object_required();
    unknown_json_field(field);
    name_the_workspace();
    separators();
    byte_order_mark();
    unknown_event_kind(kind);
    export_instants();
    export_format();
    invalid_csv(line);
    import_lines(most);
    csv_body();
    import_parameters();
}
