# What an explanation suggests: suggest-<kind>, or suggest-<kind>-<what it is about>.
suggest-enable-member = Schakel het lid weer in.
suggest-extend-access = Wijzig de toegangsperiode van het lid zodat dit moment erin valt.
suggest-publish-resource = Publiceer het item.
suggest-widen-key = Voeg het recht "{ $name }" toe aan de lijst van de sleutel.
suggest-grant-access = Geef het lid toegang tot het item: { $name }.
suggest-grant-permission = Geef het lid het recht "{ $name }".
suggest-give-role = Geef het lid de rol "{ $name }".
suggest-add-to-group = Voeg het lid toe aan de groep "{ $name }".
suggest-invite = Nodig dit adres uit.
suggest-invite-permission = Nodig dit adres uit met het recht "{ $name }".
suggest-invite-role = Nodig dit adres uit met de rol "{ $name }".
suggest-invite-group = Nodig dit adres uit in de groep "{ $name }".

# Kinds of access, within such a sentence: access-to-<access>.
access-to-browse = bekijken
access-to-edit = bewerken
access-to-delete = verwijderen
access-to-publish = publiceren
access-to-manage-security = beveiliging beheren
