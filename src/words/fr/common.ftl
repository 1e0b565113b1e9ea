# Words that several texts share.
and = et
or = ou
brand = Concierge
nothing = {""}
some-workspace = votre portail de données
somebody = Une personne
greeting = { $hasName ->
    [yes] Bonjour { $name },
   *[no] Bonjour,
}
or-copy = Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur :
link-until = Le lien fonctionne jusqu’au { $until }.
date = { $day ->
    [1] 1er
   *[other] { $day }
} { $month ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
} { $year }
instant = { $date } à { $time } { $zone }
theme-hard-to-read = Le contraste entre le texte et le fond est de { $contrast }. En dessous de { $least }, beaucoup de personnes lisent le texte avec difficulté.

# The page behind the link to unsubscribe.
unsubscribe-question-title = Ne plus recevoir d’e-mails sur ce jeu de données ?
unsubscribe-question-text = Vous ne suivrez plus le jeu de données et ne recevrez plus d’e-mails à son sujet. Vous pourrez le suivre de nouveau dans le portail à tout moment.
unsubscribe-question-action = Ne plus recevoir d’e-mails
unsubscribe-done-title = Vous êtes désabonné
unsubscribe-done-text = Vous ne recevrez plus d’e-mails sur ce jeu de données. Vous pouvez le suivre de nouveau dans le portail à tout moment.
unsubscribe-unknown-title = Ce lien est incomplet
unsubscribe-unknown-text = Copiez le lien entier depuis l’e-mail, ou arrêtez de suivre le jeu de données dans le portail.
unsubscribe-later-title = Veuillez réessayer
unsubscribe-later-text = Ce n’est pas possible pour le moment. Veuillez réessayer dans une minute.
