access-ended-subject = Uw toegang tot { $workspace } is beëindigd
access-ended-body =
    Uw toegang tot { $workspace } is { $hasUntil ->
        [yes] op { $until }
       *[no] nu
    } geëindigd. Uw account blijft zoals het is, en uw toegang tot andere portalen ook.

    Hebt u nog toegang nodig? Vraag dan een beheerder van het portaal om een nieuwe uitnodiging.
access-ended-why = U ontvangt dit bericht omdat u lid was van { $workspace }.

access-ending-subject = Uw toegang tot { $workspace } eindigt { $days ->
    [0] vandaag
    [1] morgen
   *[other] over { $days } dagen
}
access-ending-body =
    Uw toegang tot { $workspace } eindigt op { $until }. Vanaf dan hebt u daar geen rol, groepen, rechten en API-sleutels meer.

    Hebt u meer tijd nodig? Vraag er dan voor die tijd om: een beheerder beslist.
access-ending-action = Meer tijd vragen
access-ending-why = U ontvangt dit bericht omdat u lid bent van { $workspace }.

access-renewal-approved-subject = U hebt meer tijd in { $workspace }
access-renewal-approved-body =
    Uw verzoek is goedgekeurd. { $hasUntil ->
        [yes] Uw toegang tot { $workspace } eindigt nu op { $until }.
       *[no] Uw toegang tot { $workspace } heeft geen einddatum meer.
    }
access-renewal-approved-quote = Een bericht van wie besliste:
access-renewal-approved-why = U ontvangt dit bericht omdat u om meer tijd in { $workspace } hebt gevraagd.

access-renewal-rejected-subject = Uw toegang tot { $workspace } is niet verlengd
access-renewal-rejected-body = Uw verzoek om meer tijd is niet goedgekeurd. { $hasUntil ->
        [yes] Uw toegang tot { $workspace } eindigt zoals gepland op { $until }.
       *[no] Aan uw toegang tot { $workspace } verandert niets.
    }
access-renewal-rejected-quote = De opgegeven reden:
access-renewal-rejected-why = U ontvangt dit bericht omdat u om meer tijd in { $workspace } hebt gevraagd.

access-renewal-requested-subject = { $person } vraagt om meer tijd in { $workspace }
access-renewal-requested-body =
    { $person } is lid van { $workspace } en vraagt om meer tijd. { $hasUntil ->
        [yes] Zonder uw goedkeuring eindigt de toegang op { $until }.
       *[no] De beslissing is aan u.
    }
access-renewal-requested-quote = Het bericht:
access-renewal-requested-action = Beslissen
access-renewal-requested-why = U ontvangt dit bericht omdat u beslist wie toegang heeft tot { $workspace }.

access-requested-subject = { $person } vraagt toegang tot { $workspace }
access-requested-body =
    { $person } heeft zich aangemeld voor { $workspace } en wacht op goedkeuring.

    Wat deze persoon schreef en invulde, staat bij het verzoek.
access-requested-action = Verzoek bekijken
access-requested-why = U ontvangt dit bericht omdat u hoort wie toegang tot { $workspace } vraagt.

access-request-approved-subject = Welkom bij { $workspace }
access-request-approved-body = Uw verzoek is goedgekeurd: u bent nu lid van { $workspace }. Meld u aan met uw account.
access-request-approved-action = Naar het portaal
access-request-approved-why = U ontvangt dit bericht omdat u toegang tot { $workspace } hebt gevraagd.

access-request-received-subject = Uw verzoek om toegang tot { $workspace }
access-request-received-body =
    Wij hebben uw verzoek om toegang tot { $workspace } ontvangen. Een beheerder bekijkt het, en u krijgt bericht zodra er een beslissing is.

    U kunt het altijd intrekken.
access-request-received-why = U ontvangt dit bericht omdat u toegang tot { $workspace } hebt gevraagd.

access-request-rejected-subject = Uw verzoek om toegang tot { $workspace } is niet goedgekeurd
access-request-rejected-body = Een beheerder heeft uw verzoek om toegang tot { $workspace } bekeken en niet goedgekeurd.
access-request-rejected-quote = De opgegeven reden:
access-request-rejected-why = U ontvangt dit bericht omdat u toegang tot { $workspace } hebt gevraagd.

account-created-subject = Uw nieuwe account
account-created-body =
    Er is een account voor u gemaakt met dit adres. Kies uw wachtwoord om te beginnen.

    Verwacht u geen account? Negeer dan dit bericht.
account-created-action = Wachtwoord kiezen
account-created-why = U ontvangt dit bericht omdat een operator van de installatie een account voor dit adres heeft gemaakt.

address-in-use-subject = U hebt al een account
address-in-use-body =
    Iemand, misschien uzelf, wilde dit adres voor een account gebruiken. Er is er al een: meld u aan, of stel het wachtwoord opnieuw in als u het vergeten bent.

    Was u het niet? Dan hoeft u niets te doen. Uw account is niet veranderd.
address-in-use-why = U ontvangt dit bericht omdat dit adres bij een account hoort.

api-key-created-subject = Een nieuwe API-sleutel voor { $workspace }
api-key-created-body =
    Er is met uw account een API-sleutel gemaakt in { $workspace }. Hij begint met { $key }.

    Was u het zelf? Dan hoeft u niets te doen. Was u het niet, trek de sleutel dan in en wijzig nu uw wachtwoord.
api-key-created-action = Naar het portaal
api-key-created-why = U ontvangt dit bericht omdat dit het adres van uw account is.

email-changed-subject = Het adres van uw account is gewijzigd
email-changed-body =
    Het adres van uw account is van dit adres in een ander gewijzigd. Vanaf nu meldt u zich aan met het nieuwe.

    Was u het zelf? Dan hoeft u niets te doen. Was u het niet, maak de wijziging dan nu ongedaan en kies daarna een nieuw wachtwoord.
email-changed-action = Wijziging ongedaan maken
email-changed-why = U ontvangt dit bericht omdat uw account tot nu toe dit adres had.

email-change-requested-subject = Bevestig uw nieuwe adres
email-change-requested-body =
    Iemand, misschien uzelf, wil dit adres voor een account gebruiken. Meld u aan bij dat account en bevestig het; het account heeft vanaf dan dit adres.

    Was u het niet? Negeer dan dit bericht: er gebeurt niets.
email-change-requested-action = Adres bevestigen
email-change-requested-why = U ontvangt dit bericht omdat dit adres als nieuw adres van een account is ingevuld.

invitation-subject = U bent uitgenodigd voor een dataportaal
invitation-body =
    { $person } nodigt u uit om lid te worden van { $workspace }.

    Aanvaard de uitnodiging en u kunt meteen beginnen. Hebt u nog geen account? Dan maakt u er onderweg een.
invitation-quote = { $person } voegt toe:
invitation-action = Uitnodiging bekijken
invitation-why = U ontvangt dit bericht omdat een beheerder van { $workspace } uw adres heeft ingevuld. Wilt u dit niet, sla de uitnodiging dan af of negeer dit bericht. U kunt ook verdere berichten over uitnodigingen daar weigeren.

invitation-answered-subject = { $workspace }: antwoorden op uw uitnodigingen
invitation-answered-body = Deze personen hebben geantwoord op uw uitnodigingen voor { $workspace }:
invitation-answered-accepted = { $person } heeft aanvaard en is nu lid.
invitation-answered-declined = { $person } heeft de uitnodiging afgeslagen.
invitation-answered-more = { $count ->
    [1] Nog iemand heeft geantwoord.
   *[other] Nog { $count } anderen hebben geantwoord.
}
invitation-answered-action = Werkruimte bekijken
invitation-answered-why = U ontvangt dit bericht omdat u mensen hebt uitgenodigd voor { $workspace }. De aanmeldinstellingen zeggen of zulke berichten worden verstuurd.

invitation-reminder-subject = Uw uitnodiging voor een dataportaal verloopt binnenkort
invitation-reminder-body =
    { $person } heeft u uitgenodigd om lid te worden van { $workspace }. { $hasUntil ->
        [yes] U kunt de uitnodiging aanvaarden tot { $until }.
       *[no] De uitnodiging verloopt binnenkort.
    }

    Dit is de enige herinnering.
invitation-reminder-action = Uitnodiging bekijken
invitation-reminder-why = U ontvangt dit bericht omdat een beheerder van { $workspace } uw adres heeft ingevuld. Wilt u dit niet, sla de uitnodiging dan af of negeer dit bericht. U kunt ook verdere berichten over uitnodigingen daar weigeren.

member-signed-up-subject = { $person } is lid geworden van { $workspace }
member-signed-up-body = { $person } heeft zich aangemeld en is nu lid van { $workspace }, met de rechten die iedereen krijgt die zich aanmeldt.
member-signed-up-action = Lid bekijken
member-signed-up-why = U ontvangt dit bericht omdat u hoort wie zich voor { $workspace } aanmeldt.

password-changed-subject = Uw wachtwoord is gewijzigd
password-changed-body =
    Het wachtwoord van uw account is gewijzigd, en alle andere sessies zijn beëindigd.

    Was u het niet? Stel het wachtwoord dan nu opnieuw in: kies “Wachtwoord vergeten” waar u zich aanmeldt.{ $count ->
        [0] {""}
       *[other] {" "}Deze API-sleutels werken nog; trek in wat niet van u is:
    }
password-changed-line = { $key }: { $workspace }
password-changed-why = U ontvangt dit bericht omdat dit het adres van uw account is.

password-reset-subject = Kies een nieuw wachtwoord
password-reset-body =
    Iemand, misschien uzelf, vroeg om een nieuw wachtwoord voor uw account.

    Was u het niet? Negeer dan dit bericht: uw wachtwoord blijft zoals het is.
password-reset-action = Wachtwoord kiezen
password-reset-why = U ontvangt dit bericht omdat dit het adres van uw account is.

quota-digest-subject = { $workspace }: wie tekortkwam op { $day }
quota-digest-body = Deze leden van { $workspace } hebben op { $day } het grootste deel of alles van hun daglimiet aan API-aanroepen gebruikt:
quota-digest-line = { $person }: { $percent } %
quota-digest-more = { $count ->
    [1] en nog iemand
   *[other] en nog { $count } anderen
}
quota-digest-action = Werkruimte bekijken
quota-digest-why = U ontvangt dit bericht, hooguit één keer per dag, omdat u alle datasets van { $workspace } mag bewerken.

quota-warning-subject = { $workspace }: { $percent } % van de API-aanroepen is gebruikt
quota-warning-body =
    { $limiter ->
        [WORKSPACE_CAP] De werkruimte heeft
        [LICENSE] Van de licentie is
        [ANONYMOUS_POOL] Niet-aangemelde bezoekers hebben
       *[MEMBER] U hebt
    } { $percent } % van de limiet van { $limit } API-aanroepen voor deze { $period ->
        [MONTH] maand
       *[DAY] dag
    } in { $workspace } gebruikt.

    { $percent ->
        [100] Verdere aanroepen worden geweigerd tot de volgende { $period ->
            [MONTH] maand
           *[DAY] dag
        } begint, om 00:00 UTC.
       *[other] Als alles is gebruikt, worden verdere aanroepen geweigerd tot de volgende { $period ->
            [MONTH] maand
           *[DAY] dag
        } begint, om 00:00 UTC.
    }
quota-warning-action = Werkruimte bekijken
quota-warning-why = U ontvangt dit bericht omdat deze limiet u aangaat in { $workspace }.

registration-subject = Bevestig uw adres
registration-body =
    Iemand, misschien uzelf, heeft dit adres ingevuld om een account te maken. Bevestig het, en het account is van u.

    Was u het niet? Negeer dan dit bericht: zonder bevestiging wordt er geen account gemaakt.
registration-action = Adres bevestigen
registration-why = U ontvangt dit bericht omdat dit adres is ingevuld om een account te maken.

sign-in-failures-subject = Veel mislukte aanmeldpogingen
sign-in-failures-body =
    Iemand heeft vele malen met een verkeerd wachtwoord geprobeerd zich bij uw account aan te melden. Verdere pogingen worden vertraagd; uw account is niet geblokkeerd.

    Was u het zelf en bent u het wachtwoord vergeten? Stel het dan opnieuw in. Was u het niet, dan hoeft u niets te doen zolang uw wachtwoord goed is en nergens anders wordt gebruikt.
sign-in-failures-why = U ontvangt dit bericht omdat dit het adres van uw account is.
