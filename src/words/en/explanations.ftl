# What an explanation suggests: suggest-<kind>, or suggest-<kind>-<what it is about>.
suggest-enable-member = Enable the member.
suggest-extend-access = Change the member's access period so that it covers this instant.
suggest-publish-resource = Publish the item.
suggest-widen-key = Add the permission "{ $name }" to the key's list.
suggest-grant-access = Grant the member access to the item: { $name }.
suggest-grant-permission = Grant the member the permission "{ $name }".
suggest-give-role = Give the member the role "{ $name }".
suggest-add-to-group = Add the member to the group "{ $name }".
suggest-invite = Invite this address.
suggest-invite-permission = Invite this address with the permission "{ $name }".
suggest-invite-role = Invite this address with the role "{ $name }".
suggest-invite-group = Invite this address into the group "{ $name }".

# Kinds of access, within such a sentence: access-to-<access>.
access-to-browse = browse
access-to-edit = edit
access-to-delete = delete
access-to-publish = publish
access-to-manage-security = manage security
