access-ended-subject = Votre accès à { $workspace } a pris fin
access-ended-body =
    Votre accès à { $workspace } a pris fin{ $hasUntil ->
        [yes] {" "}le { $until }
       *[no] {""}
    }. Votre compte reste tel quel, de même que vos accès à d’autres portails.

    Si vous avez encore besoin d’y accéder, demandez une nouvelle invitation à l’administration du portail.
access-ended-why = Vous recevez ce message parce que vous étiez membre de { $workspace }.

access-ending-subject = Votre accès à { $workspace } prend fin { $days ->
    [0] aujourd’hui
    [1] demain
   *[other] dans { $days } jours
}
access-ending-body =
    Votre accès à { $workspace } prend fin le { $until }. Dès cet instant, vous n’y aurez plus ni rôle, ni groupes, ni permissions, ni clés d’API.

    S’il vous faut plus de temps, demandez-le avant cette date : l’administration décidera.
access-ending-action = Demander plus de temps
access-ending-why = Vous recevez ce message parce que vous êtes membre de { $workspace }.

access-renewal-approved-subject = Votre accès à { $workspace } est prolongé
access-renewal-approved-body =
    Votre demande a été acceptée. { $hasUntil ->
        [yes] Votre accès à { $workspace } prend désormais fin le { $until }.
       *[no] Votre accès à { $workspace } n’a plus de date de fin.
    }
access-renewal-approved-quote = Un mot de la personne qui a décidé :
access-renewal-approved-why = Vous recevez ce message parce que vous avez demandé plus de temps dans { $workspace }.

access-renewal-rejected-subject = Votre accès à { $workspace } n’a pas été prolongé
access-renewal-rejected-body = Votre demande de prolongation n’a pas été acceptée. { $hasUntil ->
        [yes] Votre accès à { $workspace } prend fin le { $until }, comme prévu.
       *[no] Rien ne change à votre accès à { $workspace }.
    }
access-renewal-rejected-quote = Le motif donné :
access-renewal-rejected-why = Vous recevez ce message parce que vous avez demandé plus de temps dans { $workspace }.

access-renewal-requested-subject = { $person } demande plus de temps dans { $workspace }
access-renewal-requested-body =
    { $person }, membre de { $workspace }, demande plus de temps. { $hasUntil ->
        [yes] Sans votre accord, l’accès prend fin le { $until }.
       *[no] La décision vous appartient.
    }
access-renewal-requested-quote = Son message :
access-renewal-requested-action = Décider
access-renewal-requested-why = Vous recevez ce message parce que vous décidez des accès à { $workspace }.

access-requested-subject = { $person } demande l’accès à { $workspace }
access-requested-body =
    { $person } s’est inscrit·e à { $workspace } et attend une approbation.

    Son message et ses réponses figurent avec la demande.
access-requested-action = Voir la demande
access-requested-why = Vous recevez ce message parce que vous êtes informé·e des demandes d’accès à { $workspace }.

access-request-approved-subject = Bienvenue dans { $workspace }
access-request-approved-body = Votre demande a été acceptée : vous êtes désormais membre de { $workspace }. Connectez-vous avec votre compte.
access-request-approved-action = Aller au portail
access-request-approved-why = Vous recevez ce message parce que vous avez demandé l’accès à { $workspace }.

access-request-received-subject = Votre demande d’accès à { $workspace }
access-request-received-body =
    Nous avons bien reçu votre demande d’accès à { $workspace }. L’administration va l’examiner, et vous recevrez un message dès qu’une décision sera prise.

    Vous pouvez la retirer à tout moment.
access-request-received-why = Vous recevez ce message parce que vous avez demandé l’accès à { $workspace }.

access-request-rejected-subject = Votre demande d’accès à { $workspace } n’a pas été acceptée
access-request-rejected-body = L’administration a examiné votre demande d’accès à { $workspace } et ne l’a pas acceptée.
access-request-rejected-quote = Le motif donné :
access-request-rejected-why = Vous recevez ce message parce que vous avez demandé l’accès à { $workspace }.

account-created-subject = Votre nouveau compte
account-created-body =
    Un compte a été créé pour vous avec cette adresse. Choisissez votre mot de passe pour commencer.

    Si vous n’attendez pas de compte, ignorez ce message.
account-created-action = Choisir mon mot de passe
account-created-why = Vous recevez ce message parce qu’un compte a été créé pour cette adresse par l’exploitant de l’installation.

address-in-use-subject = Vous avez déjà un compte
address-in-use-body =
    Quelqu’un, peut-être vous, a voulu utiliser cette adresse pour un compte. Il en existe déjà un : connectez-vous, ou réinitialisez le mot de passe si vous l’avez oublié.

    Si ce n’était pas vous, il n’y a rien à faire. Votre compte n’a pas changé.
address-in-use-why = Vous recevez ce message parce que cette adresse est celle d’un compte.

api-key-created-subject = Une nouvelle clé d’API pour { $workspace }
api-key-created-body =
    Une clé d’API a été créée avec votre compte dans { $workspace }. Elle commence par { $key }.

    Si c’était vous, il n’y a rien à faire. Sinon, révoquez la clé et changez votre mot de passe maintenant.
api-key-created-action = Aller au portail
api-key-created-why = Vous recevez ce message parce que cette adresse est celle de votre compte.

email-changed-subject = L’adresse de votre compte a été modifiée
email-changed-body =
    L’adresse de votre compte n’est plus celle-ci : elle a été remplacée par une autre. Désormais, vous vous connectez avec la nouvelle.

    Si c’était vous, il n’y a rien à faire. Sinon, annulez la modification maintenant, puis choisissez un nouveau mot de passe.
email-changed-action = Annuler la modification
email-changed-why = Vous recevez ce message parce que cette adresse était jusqu’ici celle de votre compte.

email-change-requested-subject = Confirmez votre nouvelle adresse
email-change-requested-body =
    Quelqu’un, peut-être vous, veut utiliser cette adresse pour un compte. Connectez-vous à ce compte et confirmez-la : le compte aura alors cette adresse.

    Si ce n’était pas vous, ignorez ce message : il ne se passera rien.
email-change-requested-action = Confirmer l’adresse
email-change-requested-why = Vous recevez ce message parce que cette adresse a été saisie comme nouvelle adresse d’un compte.

invitation-subject = Vous êtes invité·e sur un portail de données
invitation-body =
    { $person } vous invite à devenir membre de { $workspace }.

    Acceptez l’invitation et commencez aussitôt. Si vous n’avez pas encore de compte, vous en créerez un au passage.
invitation-quote = { $person } ajoute :
invitation-action = Voir l’invitation
invitation-why = Vous recevez ce message parce que l’administration de { $workspace } a saisi votre adresse. Si vous ne le souhaitez pas, refusez, ou ignorez ce message. Vous pouvez aussi refuser d’autres messages d’invitation de ce portail.

invitation-answered-subject = { $workspace } : réponses à vos invitations
invitation-answered-body = Ces personnes ont répondu à vos invitations à rejoindre { $workspace } :
invitation-answered-accepted = { $person } a accepté et est maintenant membre.
invitation-answered-declined = { $person } a refusé.
invitation-answered-more = { $count ->
    [1] Une autre personne a répondu.
   *[other] { $count } autres personnes ont répondu.
}
invitation-answered-action = Voir l’espace de travail
invitation-answered-why = Vous recevez ce message parce que vous avez invité des personnes à rejoindre { $workspace }. Les paramètres d’inscription disent si de tels messages sont envoyés.

invitation-reminder-subject = Votre invitation sur un portail de données expire bientôt
invitation-reminder-body =
    { $person } vous a invité·e à devenir membre de { $workspace }. { $hasUntil ->
        [yes] L’invitation peut être acceptée jusqu’au { $until }.
       *[no] L’invitation expire bientôt.
    }

    Ce rappel est le seul.
invitation-reminder-action = Voir l’invitation
invitation-reminder-why = Vous recevez ce message parce que l’administration de { $workspace } a saisi votre adresse. Si vous ne le souhaitez pas, refusez, ou ignorez ce message. Vous pouvez aussi refuser d’autres messages d’invitation de ce portail.

member-signed-up-subject = { $person } a rejoint { $workspace }
member-signed-up-body = { $person } s’est inscrit·e et est désormais membre de { $workspace }, avec les permissions accordées à toute personne qui s’inscrit.
member-signed-up-action = Voir le membre
member-signed-up-why = Vous recevez ce message parce que vous êtes informé·e des inscriptions à { $workspace }.

password-changed-subject = Votre mot de passe a été modifié
password-changed-body =
    Le mot de passe de votre compte a été modifié, et toutes les autres sessions ont été fermées.

    Si ce n’était pas vous, réinitialisez-le maintenant : choisissez « Mot de passe oublié » à l’endroit où vous vous connectez.{ $count ->
        [0] {""}
       *[other] {" "}Ces clés d’API fonctionnent toujours ; révoquez celles qui ne sont pas à vous :
    }
password-changed-line = { $key } : { $workspace }
password-changed-why = Vous recevez ce message parce que cette adresse est celle de votre compte.

password-reset-subject = Choisissez un nouveau mot de passe
password-reset-body =
    Quelqu’un, peut-être vous, a demandé un nouveau mot de passe pour votre compte.

    Si ce n’était pas vous, ignorez ce message : votre mot de passe reste inchangé.
password-reset-action = Choisir un mot de passe
password-reset-why = Vous recevez ce message parce que cette adresse est celle de votre compte.

quota-digest-subject = { $workspace } : qui a manqué d’appels le { $day }
quota-digest-body = Ces membres de { $workspace } ont utilisé la plus grande partie ou la totalité de leur limite d’appels d’API du { $day } :
quota-digest-line = { $person } : { $percent } %
quota-digest-more = { $count ->
    [1] et une autre personne
   *[other] et { $count } autres personnes
}
quota-digest-action = Voir l’espace de travail
quota-digest-why = Vous recevez ce message, une fois par jour au plus, parce que vous pouvez modifier tous les jeux de données de { $workspace }.

quota-warning-subject = { $workspace } : { $percent } % des appels d’API sont utilisés
quota-warning-body =
    { $limiter ->
        [WORKSPACE_CAP] L’espace de travail a utilisé
        [LICENSE] Il a été utilisé, pour toute la licence,
        [ANONYMOUS_POOL] Les visiteurs non connectés ont utilisé
       *[MEMBER] Vous avez utilisé
    } { $percent } % de la limite de { $limit } appels d’API { $period ->
        [MONTH] pour ce mois
       *[DAY] pour ce jour
    } dans { $workspace }.

    { $percent ->
        [100] Les appels suivants sont refusés jusqu’au { $period ->
            [MONTH] mois suivant
           *[DAY] jour suivant
        }, à 00:00 UTC.
       *[other] Quand tout sera utilisé, les appels suivants seront refusés jusqu’au { $period ->
            [MONTH] mois suivant
           *[DAY] jour suivant
        }, à 00:00 UTC.
    }
quota-warning-action = Voir l’espace de travail
quota-warning-why = Vous recevez ce message parce que cette limite vous concerne dans { $workspace }.

registration-subject = Confirmez votre adresse
registration-body =
    Quelqu’un, peut-être vous, a saisi cette adresse pour créer un compte. Confirmez-la, et le compte sera à vous.

    Si ce n’était pas vous, ignorez ce message : sans confirmation, aucun compte n’est créé.
registration-action = Confirmer l’adresse
registration-why = Vous recevez ce message parce que cette adresse a été saisie pour créer un compte.

sign-in-failures-subject = De nombreuses tentatives de connexion ont échoué
sign-in-failures-body =
    Quelqu’un a essayé plusieurs fois de se connecter à votre compte avec un mauvais mot de passe. Les tentatives suivantes sont ralenties ; votre compte n’est pas bloqué.

    Si c’était vous et que vous avez oublié le mot de passe, réinitialisez-le. Sinon, il n’y a rien à faire tant que votre mot de passe est bon et ne sert nulle part ailleurs.
sign-in-failures-why = Vous recevez ce message parce que cette adresse est celle de votre compte.
