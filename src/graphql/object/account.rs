//! What one person may see of another.

use async_graphql::{ComplexObject, ID, SimpleObject};

use crate::{
    domain::id::AccountId,
    graphql::{
        plain::{Asked, Json, Plain},
        scalar::EmailAddress,
    },
    service::{
        Access, Caller,
        account::{Face, shown_email},
        caller::ActorAccount,
        member::{self, MemberRow},
    },
};

/// An account, as another person may see it. The e-mail address is visible to the account itself
/// and to holders of EDIT_WORKSPACE_PROPERTIES in a workspace that both are in; it is null for
/// others.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Account {
    #[graphql(skip)]
    account: AccountId,
    /// The given and family name, or a placeholder if the account has no name.
    pub display_name: String,
    /// The given name.
    pub given_name: Option<String>,
    /// The family name.
    pub family_name: Option<String>,
    /// The e-mail address as it was typed; null if you may not see it.
    pub email: Option<EmailAddress>,
}

#[ComplexObject]
impl Account {
    /// The id of the account (`acc_…`).
    pub async fn id(&self) -> ID {
        ID(self.account.to_string())
    }
}

impl Account {
    /// Builds an account from parts of its row.
    pub fn new(
        id: AccountId,
        given_name: Option<&str>,
        family_name: Option<&str>,
        email: Option<&str>,
    ) -> Self {
        Self {
            account: id,
            display_name: member::display_name(given_name, family_name),
            given_name: given_name.map(str::to_owned),
            family_name: family_name.map(str::to_owned),
            email: email.map(|email| EmailAddress(email.to_owned())),
        }
    }

    /// The account of a member, as `caller` may see it.
    pub fn of_member(row: &MemberRow, access: &Access, caller: &Caller) -> Self {
        let email =
            member::may_see_email(access, row.account_id, caller).then_some(row.email.as_str());
        Self::new(
            row.account_id,
            row.given_name.as_deref(),
            row.family_name.as_deref(),
            email,
        )
    }

    /// The account with this face, as `caller` may see it.
    pub fn of_face(face: &Face, access: &Access, caller: &Caller) -> Self {
        Self::new(
            face.id,
            face.given_name.as_deref(),
            face.family_name.as_deref(),
            shown_email(access, caller, face),
        )
    }

    /// The caller's account, with its e-mail address.
    pub fn own(account: &ActorAccount) -> Self {
        Self::new(
            account.id,
            account.given_name.as_deref(),
            account.family_name.as_deref(),
            Some(&account.email),
        )
    }
}

impl Plain for Account {
    const TYPE: &'static str = "Account";

    fn write(&self, field: &Asked<'_>, json: &mut Json) -> Option<()> {
        match field.name() {
            "id" => json.id(self.account),
            "displayName" => json.text(&self.display_name),
            "givenName" => json.optional_text(self.given_name.as_deref()),
            "familyName" => json.optional_text(self.family_name.as_deref()),
            "email" => json.optional_text(self.email.as_ref().map(|email| email.0.as_str())),
            _ => None,
        }
    }
}
