# Words that several texts share.
and = en
or = of
brand = Concierge
nothing = {""}
some-workspace = uw dataportaal
somebody = Iemand
greeting = { $hasName ->
    [yes] Beste { $name },
   *[no] Goedendag,
}
or-copy = Werkt de knop niet? Kopieer dan dit adres naar uw browser:
link-until = De link werkt tot { $until }.
date = { $day } { $month ->
    [1] januari
    [2] februari
    [3] maart
    [4] april
    [5] mei
    [6] juni
    [7] juli
    [8] augustus
    [9] september
    [10] oktober
    [11] november
   *[12] december
} { $year }
instant = { $date } om { $time } { $zone }
theme-hard-to-read = Het contrast tussen tekst en achtergrond is { $contrast }. Onder { $least } is de tekst voor veel mensen slecht leesbaar.

# The page behind the link to unsubscribe.
unsubscribe-question-title = Geen e-mails meer over deze dataset?
unsubscribe-question-text = U volgt de dataset dan niet meer en ontvangt er geen e-mails meer over. U kunt de dataset in het portaal altijd opnieuw volgen.
unsubscribe-question-action = Geen e-mails meer
unsubscribe-done-title = U bent afgemeld
unsubscribe-done-text = U ontvangt geen e-mails meer over deze dataset. U kunt de dataset in het portaal altijd opnieuw volgen.
unsubscribe-unknown-title = Deze link is niet volledig
unsubscribe-unknown-text = Kopieer de hele link uit de e-mail, of volg de dataset in het portaal niet langer.
unsubscribe-later-title = Probeer het opnieuw
unsubscribe-later-text = Dit lukt nu niet. Probeer het over een minuut opnieuw.
