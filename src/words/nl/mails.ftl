access-ended-subject = Uw toegang tot { $workspace } is geëindigd
access-ended-body =
    Uw toegang tot { $workspace } is{ $hasUntil ->
        [yes] {" "}op { $until }
       *[no] {""}
    } geëindigd. Uw account en uw toegang tot andere portalen blijven zoals ze zijn.

    Hebt u nog toegang nodig? Vraag dan een beheerder van het portaal om een nieuwe uitnodiging.
access-ended-why = U ontvangt dit bericht omdat u lid was van { $workspace }.

access-ending-subject = Uw toegang tot { $workspace } eindigt { $days ->
    [0] vandaag
    [1] morgen
   *[other] over { $days } dagen
}
access-ending-body =
    Uw toegang tot { $workspace } eindigt op { $until }. Daarna hebt u daar geen rol, groepen, rechten en API-sleutels meer.

    Hebt u meer tijd nodig? Vraag er dan vóór die datum om. Een beheerder beslist.
access-ending-action = Om meer tijd vragen
access-ending-why = U ontvangt dit bericht omdat u lid bent van { $workspace }.

access-renewal-approved-subject = Uw toegang tot { $workspace } is verlengd
access-renewal-approved-body =
    Uw aanvraag is goedgekeurd. { $hasUntil ->
        [yes] Uw toegang tot { $workspace } eindigt nu op { $until }.
       *[no] Uw toegang tot { $workspace } heeft geen einddatum meer.
    }
access-renewal-approved-quote = Bericht van de beheerder:
access-renewal-approved-why = U ontvangt dit bericht omdat u om verlenging van uw toegang tot { $workspace } hebt gevraagd.

access-renewal-rejected-subject = Uw toegang tot { $workspace } is niet verlengd
access-renewal-rejected-body = Uw aanvraag voor verlenging is niet goedgekeurd. { $hasUntil ->
        [yes] Uw toegang tot { $workspace } eindigt zoals gepland op { $until }.
       *[no] Aan uw toegang tot { $workspace } verandert niets.
    }
access-renewal-rejected-quote = Opgegeven reden:
access-renewal-rejected-why = U ontvangt dit bericht omdat u om verlenging van uw toegang tot { $workspace } hebt gevraagd.

access-renewal-requested-subject = { $person } vraagt om verlenging van de toegang tot { $workspace }
access-renewal-requested-body =
    { $person } is lid van { $workspace } en vraagt om verlenging van de toegang. { $hasUntil ->
        [yes] Zonder uw goedkeuring eindigt de toegang op { $until }.
       *[no] De beslissing is aan u.
    }
access-renewal-requested-quote = Bericht bij de aanvraag:
access-renewal-requested-action = Aanvraag beoordelen
access-renewal-requested-why = U ontvangt dit bericht omdat u beslist wie toegang heeft tot { $workspace }.

access-requested-subject = { $person } vraagt toegang tot { $workspace }
access-requested-body =
    { $person } heeft zich ingeschreven voor { $workspace } en wacht op goedkeuring.

    Het bericht en de antwoorden van deze persoon staan bij de aanvraag.
access-requested-action = Aanvraag beoordelen
access-requested-why = U ontvangt dit bericht omdat u aanvragen voor toegang tot { $workspace } gemeld krijgt.

access-request-approved-subject = Welkom bij { $workspace }
access-request-approved-body = Uw aanvraag is goedgekeurd: u bent nu lid van { $workspace }. Meld u aan met uw account.
access-request-approved-action = Naar het portaal
access-request-approved-why = U ontvangt dit bericht omdat u toegang tot { $workspace } hebt gevraagd.

access-request-received-subject = Uw aanvraag voor toegang tot { $workspace }
access-request-received-body =
    Wij hebben uw aanvraag voor toegang tot { $workspace } ontvangen. Een beheerder beoordeelt die, en u krijgt bericht zodra er een beslissing is.

    U kunt uw aanvraag op elk moment intrekken.
access-request-received-why = U ontvangt dit bericht omdat u toegang tot { $workspace } hebt gevraagd.

access-request-rejected-subject = Uw aanvraag voor toegang tot { $workspace } is niet goedgekeurd
access-request-rejected-body = Een beheerder heeft uw aanvraag voor toegang tot { $workspace } beoordeeld en niet goedgekeurd.
access-request-rejected-quote = Opgegeven reden:
access-request-rejected-why = U ontvangt dit bericht omdat u toegang tot { $workspace } hebt gevraagd.

account-deletion-cancelled-subject = Uw account wordt niet verwijderd
account-deletion-cancelled-body =
    De verwijdering van uw account is geannuleerd. Alles blijft zoals het was.

    Was u het niet, wijzig dan nu uw wachtwoord.
account-deletion-cancelled-why = U ontvangt dit bericht omdat dit het adres van uw account is.

account-deletion-near-subject = Uw account wordt { $days ->
    [0] vandaag
    [one] morgen
   *[other] over { $days } dagen
} verwijderd
account-deletion-near-body =
    Uw account wordt op { $until } verwijderd, zoals gevraagd. U verliest dan de toegang tot alle portalen en uw persoonsgegevens worden gewist. Dit kan niet ongedaan worden gemaakt en u ontvangt hierover geen e-mail meer.

    Wilt u uw account behouden, meld u dan vóór die tijd aan en annuleer de verwijdering. Alleen aanmelden is niet genoeg om de verwijdering te annuleren.
account-deletion-near-why = U ontvangt dit bericht omdat dit het adres van uw account is.

account-deletion-postponed-subject = Een account kon niet worden verwijderd
account-deletion-postponed-body =
    Het account { $key } zou vandaag worden verwijderd, maar het is de laatste beheerder van de onderstaande werkruimten. Op { $until } wordt het opnieuw geprobeerd.

    Maak daar vóór die tijd een ander lid beheerder:
account-deletion-postponed-line = { $workspace }
account-deletion-postponed-why = U ontvangt dit bericht omdat het uw account is of omdat u operator van deze installatie bent.

account-deletion-scheduled-subject = Uw account wordt op { $until } verwijderd
account-deletion-scheduled-body =
    U hebt gevraagd uw account te verwijderen. Het wordt op { $until } verwijderd. Tot die tijd kunt u het gebruiken zoals voorheen. Daarna verliest u de toegang tot alle portalen en worden uw persoonsgegevens gewist. Dit kan niet ongedaan worden gemaakt.

    Bedenkt u zich, meld u dan vóór die tijd aan en annuleer de verwijdering. Alleen aanmelden is niet genoeg om de verwijdering te annuleren. Was u het niet, annuleer de verwijdering dan en wijzig nu uw wachtwoord.
account-deletion-scheduled-why = U ontvangt dit bericht omdat dit het adres van uw account is.

account-created-subject = Uw nieuwe account
account-created-body =
    Er is een account voor u aangemaakt met dit adres. Kies een wachtwoord om te beginnen.

    Verwacht u geen account? Negeer dan dit bericht.
account-created-action = Wachtwoord kiezen
account-created-why = U ontvangt dit bericht omdat de operators van deze dienst een account voor dit adres hebben aangemaakt.

address-in-use-subject = U hebt al een account
address-in-use-body =
    Iemand, misschien uzelf, wilde dit adres voor een account gebruiken. U hebt al een account: meld u aan, of stel uw wachtwoord opnieuw in als u het vergeten bent.

    Was u het niet? Dan hoeft u niets te doen. Uw account is niet veranderd.
address-in-use-why = U ontvangt dit bericht omdat dit adres bij een account hoort.

api-key-created-subject = Een nieuwe API-sleutel voor { $workspace }
api-key-created-body =
    Er is met uw account een API-sleutel aangemaakt in { $workspace }. De sleutel begint met { $key }.

    Was u het zelf? Dan hoeft u niets te doen. Was u het niet? Trek de sleutel dan in en wijzig meteen uw wachtwoord.
api-key-created-action = Naar het portaal
api-key-created-why = U ontvangt dit bericht omdat dit het adres van uw account is.

api-key-leaked-subject = Een API-sleutel van { $workspace } is ingetrokken, omdat de geheime code is uitgelekt
api-key-leaked-body =
    Iemand heeft de geheime code van de API-sleutel { $key } van { $workspace } gevonden op een plek die anderen kunnen lezen, en dat gemeld. De sleutel is meteen ingetrokken en werkt niet meer.

    Maak een nieuwe sleutel aan voor het programma dat hem gebruikte, en verwijder de oude geheime code van de plek waar die staat.
api-key-leaked-action = Naar het portaal
api-key-leaked-why = U ontvangt dit bericht omdat de sleutel van u is, of omdat u API-sleutels mag intrekken in { $workspace }.

api-key-rotated-subject = Een nieuwe geheime code voor een API-sleutel van { $workspace }
api-key-rotated-body =
    De API-sleutel { $key } van { $workspace } heeft met uw account een nieuwe geheime code gekregen. De oude code werkt meteen niet meer, of nog tot het gekozen moment.

    Was u het zelf? Dan hoeft u niets te doen. Was u het niet? Trek de sleutel dan in en wijzig meteen uw wachtwoord.
api-key-rotated-action = Naar het portaal
api-key-rotated-why = U ontvangt dit bericht omdat dit het adres van uw account is.

dataset-updated-subject = { $hasTitle ->
    [yes] “{ $title }” is bijgewerkt in { $workspace }
   *[no] Een dataset die u volgt, is bijgewerkt in { $workspace }
}
dataset-updated-body = { $hasTitle ->
        [yes] De dataset “{ $title }” in { $workspace }, die u volgt, is bijgewerkt op { $day }.
       *[no] Een dataset in { $workspace } die u volgt, is bijgewerkt op { $day }.
    }
dataset-updated-action = Naar het portaal
dataset-updated-why = U ontvangt deze e-mail hoogstens één keer per dag, omdat u deze dataset volgt.
dataset-updated-unsubscribe = Geen e-mails meer over deze dataset

email-changed-subject = Het adres van uw account is gewijzigd
email-changed-body =
    Uw account gebruikt dit adres niet meer. Meld u vanaf nu aan met het nieuwe adres.

    Was u het zelf? Dan hoeft u niets te doen. Was u het niet? Maak de wijziging dan meteen ongedaan en kies daarna een nieuw wachtwoord.
email-changed-action = Wijziging ongedaan maken
email-changed-why = U ontvangt dit bericht omdat uw account tot nu toe dit adres had.

email-change-requested-subject = Bevestig uw nieuwe adres
email-change-requested-body =
    Iemand, misschien uzelf, wil dit adres voor een account gebruiken. Bent u het zelf? Open dan de link, meld u aan bij dat account en bevestig het adres. Vanaf dan heeft het account dit adres.

    Was u het niet? Negeer dan dit bericht: er verandert niets.
email-change-requested-action = Adres bevestigen
email-change-requested-why = U ontvangt dit bericht omdat dit adres als nieuw adres van een account is ingevuld.

factor-removal-scheduled-subject = Uw tweede factoren worden verwijderd
factor-removal-scheduled-body =
    Aan de operators van deze dienst is gevraagd alle tweede factoren uit uw account te verwijderen. Ze worden op { $until } verwijderd, samen met uw herstelcodes. Daarna is uw wachtwoord genoeg om u aan te melden.

    Hebt u dit zelf gevraagd, dan hoeft u niets te doen. Zo niet, dan kent iemand misschien uw wachtwoord: annuleer de verwijdering nu en wijzig daarna uw wachtwoord.
factor-removal-scheduled-action = Verwijdering annuleren
factor-removal-scheduled-why = U ontvangt dit bericht omdat dit het adres van uw account is.

inactivity-warning-subject = Uw toegang tot { $workspace } wordt { $days ->
    [0] vandaag
    [one] morgen
   *[other] over { $days } dagen
} uitgeschakeld
inactivity-warning-body =
    U hebt { $workspace } lange tijd niet gebruikt. Als u niet terugkomt vóór { $until }, wordt uw toegang uitgeschakeld.

    Eén bezoek is genoeg om uw toegang te houden: meld u aan en open de werkruimte. Uw rol, groepen en rechten blijven in elk geval bewaard, en een beheerder kan u later weer toegang geven.
inactivity-warning-action = Naar de werkruimte
inactivity-warning-why = U ontvangt dit bericht omdat u lid bent van { $workspace }.

invitation-subject = U bent uitgenodigd voor een dataportaal
invitation-body =
    { $person } nodigt u uit om lid te worden van { $workspace }.

    Aanvaard de uitnodiging om te beginnen. Hebt u nog geen account? Dan kunt u er op dezelfde pagina een aanmaken.
invitation-quote = Bericht van { $person }:
invitation-action = Uitnodiging bekijken
invitation-why = U ontvangt dit bericht omdat een beheerder van { $workspace } u heeft uitgenodigd. Wilt u geen lid worden? Sla de uitnodiging dan af of negeer dit bericht. Op dezelfde pagina kunt u ook verdere uitnodigingen van dit portaal weigeren.

invitation-answered-subject = { $workspace }: reacties op uw uitnodigingen
invitation-answered-body = Deze personen hebben gereageerd op uw uitnodigingen voor { $workspace }:
invitation-answered-accepted = { $person } heeft de uitnodiging aanvaard en is nu lid.
invitation-answered-declined = { $person } heeft de uitnodiging afgeslagen.
invitation-answered-more = { $count ->
    [1] Nog één persoon heeft gereageerd.
   *[other] Nog { $count } personen hebben gereageerd.
}
invitation-answered-action = Naar de werkruimte
invitation-answered-why = U ontvangt dit bericht omdat u mensen hebt uitgenodigd voor { $workspace }. Deze berichten kunnen worden uitgezet in de inschrijfinstellingen van de werkruimte.

invitation-reminder-subject = Uw uitnodiging voor een dataportaal verloopt binnenkort
invitation-reminder-body =
    { $person } heeft u uitgenodigd om lid te worden van { $workspace }. { $hasUntil ->
        [yes] U kunt de uitnodiging aanvaarden tot { $until }.
       *[no] De uitnodiging verloopt binnenkort.
    }

    U krijgt geen verdere herinnering.
invitation-reminder-action = Uitnodiging bekijken
invitation-reminder-why = U ontvangt dit bericht omdat een beheerder van { $workspace } u heeft uitgenodigd. Wilt u geen lid worden? Sla de uitnodiging dan af of negeer dit bericht. Op dezelfde pagina kunt u ook verdere uitnodigingen van dit portaal weigeren.

member-signed-up-subject = { $person } is lid geworden van { $workspace }
member-signed-up-body = { $person } heeft zich ingeschreven en is nu lid van { $workspace }, met de rechten die iedereen krijgt die zich inschrijft.
member-signed-up-action = Lid bekijken
member-signed-up-why = U ontvangt dit bericht omdat u inschrijvingen voor { $workspace } gemeld krijgt.

passkey-refused-subject = Een passkey van uw account is geweigerd
passkey-refused-body =
    Iemand, misschien uzelf, probeerde een passkey van uw account te gebruiken. Die is geweigerd: de teller liep terug, dus misschien bestaat er een kopie van.

    Verwijder de passkey uit uw account en maak een nieuwe aan. Was u het niet, wijzig dan ook uw wachtwoord.
passkey-refused-why = U ontvangt dit bericht omdat dit het adres van uw account is.

password-changed-subject = Uw wachtwoord is gewijzigd
password-changed-body =
    Het wachtwoord van uw account is gewijzigd, en alle andere sessies zijn beëindigd.

    Was u het niet? Stel uw wachtwoord dan meteen opnieuw in: kies “Wachtwoord vergeten” op de aanmeldpagina.{ $count ->
        [0] {""}
       *[other] {" "}Deze API-sleutels werken nog. Trek de sleutels in die niet van u zijn:
    }
password-changed-line = { $key }: { $workspace }
password-changed-why = U ontvangt dit bericht omdat dit het adres van uw account is.

password-reset-subject = Kies een nieuw wachtwoord
password-reset-body =
    Iemand, misschien uzelf, heeft gevraagd om het wachtwoord van uw account opnieuw in te stellen.

    Was u het niet? Negeer dan dit bericht: uw wachtwoord blijft zoals het is.
password-reset-action = Wachtwoord kiezen
password-reset-why = U ontvangt dit bericht omdat dit het adres van uw account is.

quota-digest-subject = { $workspace }: leden op of bijna op hun limiet op { $day }
quota-digest-body = Deze leden van { $workspace } hebben op { $day } het grootste deel of alles van hun daglimiet aan API-aanroepen gebruikt:
quota-digest-line = { $person }: { $percent }%
quota-digest-more = { $count ->
    [1] en nog één persoon
   *[other] en nog { $count } personen
}
quota-digest-action = Naar de werkruimte
quota-digest-why = U ontvangt dit bericht, hoogstens één keer per dag, omdat u alle datasets van { $workspace } mag bewerken.

quota-warning-subject = { $workspace }: { $percent }% van de API-aanroepen is gebruikt
quota-warning-body =
    { $limiter ->
        [WORKSPACE_CAP] De werkruimte heeft
        [LICENSE] Alle werkruimten van de licentie samen hebben
        [ANONYMOUS_POOL] Niet-aangemelde bezoekers hebben
       *[MEMBER] U hebt
    } { $percent }% gebruikt van de { $limit } API-aanroepen die { $period ->
        [MONTH] deze maand
       *[DAY] vandaag
    } in { $workspace } zijn toegestaan.

    { $percent ->
        [100] Verdere aanroepen worden geweigerd tot { $until }.
       *[other] Zodra de limiet is bereikt, worden verdere aanroepen geweigerd tot { $until }.
    }
quota-warning-action = Naar de werkruimte
quota-warning-why = U ontvangt dit bericht omdat deze limiet u aangaat in { $workspace }.

recovery-code-used-subject = Een herstelcode van uw account is gebruikt
recovery-code-used-body =
    Iemand, misschien uzelf, heeft een herstelcode van uw account als tweede factor gebruikt. { $left ->
        [0] Er is geen herstelcode meer over: maak nu nieuwe aan in uw account.
        [one] Er is nog één herstelcode over: maak binnenkort nieuwe aan in uw account.
        [2] Er zijn nog twee herstelcodes over: maak binnenkort nieuwe aan in uw account.
       *[other] Er zijn nog { $left } herstelcodes over.
    }

    Was u het niet, dan kent iemand uw wachtwoord en heeft die persoon uw herstelcodes. Wijzig nu uw wachtwoord en maak nieuwe herstelcodes aan.
recovery-code-used-why = U ontvangt dit bericht omdat dit het adres van uw account is.

recovery-codes-renewed-subject = Uw account heeft nieuwe herstelcodes
recovery-codes-renewed-body =
    Er zijn nieuwe herstelcodes voor uw account aangemaakt. De oude werken niet meer.

    Was u het niet, wijzig dan nu uw wachtwoord en maak nieuwe herstelcodes aan.
recovery-codes-renewed-why = U ontvangt dit bericht omdat dit het adres van uw account is.

registration-subject = Bevestig uw adres
registration-body =
    Iemand, misschien uzelf, heeft dit adres ingevuld om een account aan te maken. Bevestig het adres om het aanmaken te voltooien.

    Was u het niet? Negeer dan dit bericht: zonder bevestiging wordt er geen account aangemaakt.
registration-action = Adres bevestigen
registration-why = U ontvangt dit bericht omdat dit adres is ingevuld om een account aan te maken.

reuse-approved-subject = Uw hergebruik is gepubliceerd in { $workspace }
reuse-approved-body =
    { $hasTitle ->
        [yes] Uw hergebruik “{ $title }” is goedgekeurd.
       *[no] Uw hergebruik is goedgekeurd.
    } Het is nu zichtbaar voor iedereen die de dataset in { $workspace } kan zien.

    Als u het wijzigt, moet het opnieuw worden goedgekeurd.
reuse-approved-quote = Bericht van het portaal:
reuse-approved-action = Naar het portaal
reuse-approved-why = U ontvangt deze e-mail omdat u een hergebruik hebt ingediend bij { $workspace }.

reuse-digest-subject = { $pending ->
    [one] Eén hergebruik wacht op een beslissing in { $workspace }
   *[other] { $pending } vormen van hergebruik wachten op een beslissing in { $workspace }
}
reuse-digest-body = Er is hergebruik van datasets ingediend in { $workspace }. { $pending ->
        [one] Eén inzending wacht
       *[other] { $pending } inzendingen wachten
    } op goedkeuring of afwijzing.
reuse-digest-action = Naar het portaal
reuse-digest-why = U ontvangt deze e-mail hoogstens één keer per dag, omdat u het hergebruik in { $workspace } beheert.

reuse-rejected-subject = Uw hergebruik is niet gepubliceerd in { $workspace }
reuse-rejected-body =
    { $hasTitle ->
        [yes] Uw hergebruik “{ $title }” is beoordeeld en niet goedgekeurd.
       *[no] Uw hergebruik is beoordeeld en niet goedgekeurd.
    } Alleen u en wie het hergebruik in { $workspace } beheert, kunnen het zien.

    U kunt het wijzigen en opnieuw indienen.
reuse-rejected-quote = Opgegeven reden:
reuse-rejected-action = Naar het portaal
reuse-rejected-why = U ontvangt deze e-mail omdat u een hergebruik hebt ingediend bij { $workspace }.

second-factor-added-subject = Er is een tweede factor aan uw account toegevoegd
second-factor-added-body =
    { $factor ->
        [TOTP] Er is een authenticator-app
        [PASSKEY] Er is een passkey
       *[OTHER] Er is een tweede factor
    } aan uw account toegevoegd. Voortaan wordt bij het aanmelden met uw wachtwoord ook een tweede factor gevraagd.

    Bewaar uw herstelcodes op een veilige plaats: daarmee kunt u zich aanmelden als u de tweede factor kwijt bent. Was u het niet, wijzig dan nu uw wachtwoord en verwijder de tweede factor.
second-factor-added-why = U ontvangt dit bericht omdat dit het adres van uw account is.

second-factor-failures-subject = Iemand kent uw wachtwoord
second-factor-failures-body =
    Iemand heeft het juiste wachtwoord van uw account ingevoerd en daarna vijf verkeerde codes van uw tweede factor. Het aanmelden is niet gelukt, en verdere codes worden enkele minuten geweigerd.

    Was u het niet, wijzig dan nu uw wachtwoord, ook overal waar u het nog meer gebruikt.
second-factor-failures-why = U ontvangt dit bericht omdat dit het adres van uw account is.

second-factor-removed-subject = Er is een tweede factor uit uw account verwijderd
second-factor-removed-body =
    { $factor ->
        [TOTP] Er is een authenticator-app
        [PASSKEY] Er is een passkey
       *[OTHER] Er is een tweede factor
    } uit uw account verwijderd. Daarmee kunt u zich niet meer aanmelden.

    Was u het niet, wijzig dan nu uw wachtwoord en stel opnieuw een tweede factor in.
second-factor-removed-why = U ontvangt dit bericht omdat dit het adres van uw account is.

second-factor-required-subject = { $workspace } vereist een tweede factor
second-factor-required-body =
    { $hasUntil ->
        [yes] Vanaf { $until } vereist { $workspace } een tweede factor bij het aanmelden.
       *[no] { $workspace } vereist voortaan een tweede factor bij het aanmelden.
    } Uw account heeft er nog geen. Zonder tweede factor ziet u daar alleen wat elke bezoeker ziet.

    Meld u aan en stel er een in: een authenticator-app of een passkey. Dat kost enkele minuten. Uw rol, groepen, rechten en API-sleutels blijven zoals ze zijn.
second-factor-required-action = Naar de werkruimte
second-factor-required-why = U ontvangt dit bericht omdat u lid bent van { $workspace }.

second-factors-removed-subject = Alle tweede factoren zijn uit uw account verwijderd
second-factors-removed-body =
    Zoals aangekondigd zijn alle tweede factoren en herstelcodes uit uw account verwijderd. Uw wachtwoord is nu genoeg om u aan te melden.

    Meld u aan en stel opnieuw een tweede factor in. Hebt u niet om de verwijdering gevraagd, wijzig dan nu ook uw wachtwoord.
second-factors-removed-why = U ontvangt dit bericht omdat dit het adres van uw account is.

sign-in-failures-subject = Veel mislukte aanmeldpogingen
sign-in-failures-body =
    Iemand heeft vele keren geprobeerd zich met een verkeerd wachtwoord bij uw account aan te melden. Verdere pogingen worden vertraagd. Uw account is niet geblokkeerd.

    Was u het zelf en bent u uw wachtwoord vergeten? Stel het dan opnieuw in. Was u het niet? Dan hoeft u niets te doen, zolang uw wachtwoord sterk is en u het nergens anders gebruikt.
sign-in-failures-why = U ontvangt dit bericht omdat dit het adres van uw account is.

workspace-keys-remain-subject = API-sleutels van { $workspace } werken nog zonder wie ze heeft aangemaakt
workspace-keys-remain-body =
    Deze API-sleutels van { $workspace } zijn aangemaakt door { $person }, die er geen toegang meer toe heeft. De sleutels horen bij de werkruimte en werken nog, zodat de servers van het portaal blijven draaien.

    Heeft deze persoon de geheime codes misschien nog? Maak dan nieuwe sleutels aan en trek deze in:
workspace-keys-remain-line = { $key }
workspace-keys-remain-action = Naar de werkruimte
workspace-keys-remain-why = U ontvangt dit bericht omdat u API-sleutels mag intrekken in { $workspace }.
