//! What one person may see of another.

use async_graphql::{ComplexObject, ID, SimpleObject};

use crate::service::member::MemberRow;
use crate::{
    domain::id::AccountId,
    graphql::{
        plain::{Asked, Json, Plain},
        scalar::EmailAddress,
    },
    service::{Access, Caller, caller::ActorAccount, member},
};

/// What one person may see of another. The e-mail address is one's own, or seen as
/// EDIT_WORKSPACE_PROPERTIES holder of a workspace that both share; else null.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Account {
    #[graphql(skip)]
    account: AccountId,
    /// Given and family name, or a placeholder while there is none.
    pub display_name: String,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// The address as typed, for those who may see it.
    pub email: Option<EmailAddress>,
}

#[ComplexObject]
impl Account {
    /// The account's id (`acc_…`).
    pub async fn id(&self) -> ID {
        ID(self.account.to_string())
    }
}

impl Account {
    /// From the parts of its row.
    pub fn new(
        id: AccountId,
        given: Option<&str>,
        family: Option<&str>,
        email: Option<&str>,
    ) -> Self {
        Self {
            account: id,
            display_name: member::display_name(given, family),
            given_name: given.map(str::to_owned),
            family_name: family.map(str::to_owned),
            email: email.map(|email| EmailAddress(email.to_owned())),
        }
    }

    /// The person of a membership, as `caller` may see them.
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

    /// Oneself.
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
