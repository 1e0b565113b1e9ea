# What an explanation suggests: suggest-<kind>, or suggest-<kind>-<what it is about>.
suggest-enable-member = Réactivez le membre.
suggest-extend-access = Modifiez la période d’accès du membre pour qu’elle couvre cet instant.
suggest-publish-resource = Publiez l’élément.
suggest-widen-key = Ajoutez la permission « { $name } » à la liste de la clé.
suggest-grant-access = Accordez au membre un accès à l’élément : { $name }.
suggest-grant-permission = Accordez au membre la permission « { $name } ».
suggest-give-role = Donnez au membre le rôle « { $name } ».
suggest-add-to-group = Ajoutez le membre au groupe « { $name } ».
suggest-invite = Invitez cette adresse.
suggest-invite-permission = Invitez cette adresse avec la permission « { $name } ».
suggest-invite-role = Invitez cette adresse avec le rôle « { $name } ».
suggest-invite-group = Invitez cette adresse dans le groupe « { $name } ».

# Kinds of access, within such a sentence: access-to-<access>.
access-to-browse = consulter
access-to-edit = modifier
access-to-delete = supprimer
access-to-publish = publier
access-to-manage-security = gérer la sécurité
