access-ended-subject = Votre accès à { $workspace } a pris fin
access-ended-body =
    Votre accès à { $workspace } a pris fin{ $hasUntil ->
        [yes] {" "}le { $until }
       *[no] {""}
    }. Votre compte reste inchangé, de même que vos accès à d’autres portails.

    Si vous avez encore besoin d’un accès, demandez une nouvelle invitation à l’administration du portail.
access-ended-why = Vous recevez ce message parce que vous étiez membre de { $workspace }.

access-ending-subject = Votre accès à { $workspace } prend fin { $days ->
    [0] aujourd’hui
    [1] demain
   *[other] dans { $days } jours
}
access-ending-body =
    Votre accès à { $workspace } prend fin le { $until }. Vous n’y aurez alors plus ni rôle, ni groupe, ni permission, ni clé d’API.

    Si vous avez besoin de plus de temps, demandez-le avant cette date. L’administration décidera.
access-ending-action = Demander plus de temps
access-ending-why = Vous recevez ce message parce que vous êtes membre de { $workspace }.

access-renewal-approved-subject = Votre accès à { $workspace } est prolongé
access-renewal-approved-body =
    Votre demande a été acceptée. { $hasUntil ->
        [yes] Votre accès à { $workspace } prend désormais fin le { $until }.
       *[no] Votre accès à { $workspace } n’a plus de date de fin.
    }
access-renewal-approved-quote = Message de l’administration :
access-renewal-approved-why = Vous recevez ce message parce que vous avez demandé une prolongation de votre accès à { $workspace }.

access-renewal-rejected-subject = Votre accès à { $workspace } n’a pas été prolongé
access-renewal-rejected-body = Votre demande de prolongation n’a pas été acceptée. { $hasUntil ->
        [yes] Votre accès à { $workspace } prend fin le { $until }, comme prévu.
       *[no] Votre accès à { $workspace } reste inchangé.
    }
access-renewal-rejected-quote = Motif indiqué :
access-renewal-rejected-why = Vous recevez ce message parce que vous avez demandé une prolongation de votre accès à { $workspace }.

access-renewal-requested-subject = { $person } demande une prolongation de son accès à { $workspace }
access-renewal-requested-body =
    { $person }, membre de { $workspace }, demande une prolongation de son accès. { $hasUntil ->
        [yes] Sans votre accord, cet accès prend fin le { $until }.
       *[no] La décision vous appartient.
    }
access-renewal-requested-quote = Son message :
access-renewal-requested-action = Examiner la demande
access-renewal-requested-why = Vous recevez ce message parce que vous décidez des accès à { $workspace }.

access-requested-subject = { $person } demande l’accès à { $workspace }
access-requested-body =
    { $person } souhaite rejoindre { $workspace } et attend une décision.

    Son message et ses réponses figurent dans la demande.
access-requested-action = Examiner la demande
access-requested-why = Vous recevez ce message parce que les demandes d’accès à { $workspace } vous sont signalées.

access-request-approved-subject = Bienvenue dans { $workspace }
access-request-approved-body = Votre demande a été acceptée : vous êtes désormais membre de { $workspace }. Connectez-vous avec votre compte.
access-request-approved-action = Aller au portail
access-request-approved-why = Vous recevez ce message parce que vous avez demandé l’accès à { $workspace }.

access-request-received-subject = Votre demande d’accès à { $workspace }
access-request-received-body =
    Nous avons bien reçu votre demande d’accès à { $workspace }. L’administration va l’examiner, et vous recevrez un message dès qu’une décision aura été prise.

    Vous pouvez retirer votre demande à tout moment.
access-request-received-why = Vous recevez ce message parce que vous avez demandé l’accès à { $workspace }.

access-request-rejected-subject = Votre demande d’accès à { $workspace } n’a pas été acceptée
access-request-rejected-body = L’administration a examiné votre demande d’accès à { $workspace } et ne l’a pas acceptée.
access-request-rejected-quote = Motif indiqué :
access-request-rejected-why = Vous recevez ce message parce que vous avez demandé l’accès à { $workspace }.

account-deletion-cancelled-subject = Votre compte ne sera pas supprimé
account-deletion-cancelled-body =
    La suppression de votre compte a été annulée. Tout reste comme avant.

    Si ce n’était pas vous, changez votre mot de passe dès maintenant.
account-deletion-cancelled-why = Vous recevez ce message parce que cette adresse est celle de votre compte.

account-deletion-near-subject = Votre compte sera supprimé { $days ->
    [0] aujourd’hui
    [1] demain
   *[other] dans { $days } jours
}
account-deletion-near-body =
    Votre compte sera supprimé le { $until }, comme demandé. Vous perdrez l’accès à tous les portails et vos données personnelles seront effacées. Cette opération est définitive, et vous ne recevrez plus d’e-mail à ce sujet.

    Pour conserver votre compte, connectez-vous avant cette date et annulez la suppression. Se connecter ne suffit pas à l’annuler.
account-deletion-near-why = Vous recevez ce message parce que cette adresse est celle de votre compte.

account-deletion-postponed-subject = Un compte n’a pas pu être supprimé
account-deletion-postponed-body =
    Le compte { $key } devait être supprimé aujourd’hui, mais il est le dernier administrateur des espaces de travail ci-dessous. Une nouvelle tentative aura lieu le { $until }.

    D’ici là, nommez-y un autre administrateur :
account-deletion-postponed-line = { $workspace }
account-deletion-postponed-why = Vous recevez ce message parce qu’il s’agit de votre compte ou parce que vous êtes opérateur de cette installation.

account-deletion-scheduled-subject = Votre compte sera supprimé le { $until }
account-deletion-scheduled-body =
    Vous avez demandé la suppression de votre compte. Il sera supprimé le { $until }. D’ici là, vous pouvez l’utiliser comme avant. Ensuite, vous perdrez l’accès à tous les portails et vos données personnelles seront effacées. Cette opération est définitive.

    Si vous changez d’avis, connectez-vous avant cette date et annulez la suppression. Se connecter ne suffit pas à l’annuler. Si ce n’était pas vous, annulez la suppression et changez votre mot de passe dès maintenant.
account-deletion-scheduled-why = Vous recevez ce message parce que cette adresse est celle de votre compte.

account-created-subject = Votre nouveau compte
account-created-body =
    Un compte a été créé pour vous avec cette adresse. Choisissez votre mot de passe pour commencer.

    Si vous ne vous y attendiez pas, ignorez ce message.
account-created-action = Choisir mon mot de passe
account-created-why = Vous recevez ce message parce que l’exploitant de ce service a créé un compte pour cette adresse.

address-in-use-subject = Vous avez déjà un compte
address-in-use-body =
    Quelqu’un, peut-être vous, a voulu utiliser cette adresse pour un compte. Vous en avez déjà un : connectez-vous, ou réinitialisez votre mot de passe si vous l’avez oublié.

    Si ce n’était pas vous, vous n’avez rien à faire. Votre compte n’a pas changé.
address-in-use-why = Vous recevez ce message parce que cette adresse est celle d’un compte.

api-key-created-subject = Une nouvelle clé d’API pour { $workspace }
api-key-created-body =
    Une clé d’API a été créée avec votre compte dans { $workspace }. Elle commence par { $key }.

    Si c’était vous, vous n’avez rien à faire. Sinon, révoquez la clé et changez votre mot de passe sans attendre.
api-key-created-action = Aller au portail
api-key-created-why = Vous recevez ce message parce que cette adresse est celle de votre compte.

api-key-leaked-subject = Une clé d’API de { $workspace } a été révoquée, car son secret a été divulgué
api-key-leaked-body =
    Quelqu’un a trouvé le secret de la clé d’API { $key } de { $workspace } à un endroit que d’autres peuvent lire, et l’a signalé. La clé a été révoquée immédiatement et ne fonctionne plus.

    Créez une nouvelle clé pour le programme qui l’utilisait, et retirez l’ancien secret de l’endroit où il se trouve.
api-key-leaked-action = Aller au portail
api-key-leaked-why = Vous recevez ce message parce que cette clé est la vôtre, ou parce que vous pouvez révoquer des clés d’API dans { $workspace }.

api-key-rotated-subject = Un nouveau secret pour une clé d’API de { $workspace }
api-key-rotated-body =
    La clé d’API { $key } de { $workspace } a reçu un nouveau secret avec votre compte. L’ancien secret cesse de fonctionner immédiatement ou au moment choisi.

    Si c’était vous, vous n’avez rien à faire. Sinon, révoquez la clé et changez votre mot de passe sans attendre.
api-key-rotated-action = Aller au portail
api-key-rotated-why = Vous recevez ce message parce que cette adresse est celle de votre compte.

dataset-updated-subject = { $hasTitle ->
    [yes] « { $title } » a été mis à jour dans { $workspace }
   *[no] Un jeu de données que vous suivez a été mis à jour dans { $workspace }
}
dataset-updated-body = { $hasTitle ->
        [yes] Le jeu de données « { $title } » de { $workspace }, que vous suivez, a été mis à jour le { $day }.
       *[no] Un jeu de données de { $workspace } que vous suivez a été mis à jour le { $day }.
    }
dataset-updated-action = Aller au portail
dataset-updated-why = Vous recevez cet e-mail, au plus une fois par jour, parce que vous suivez ce jeu de données.
dataset-updated-unsubscribe = Ne plus recevoir d’e-mails sur ce jeu de données

email-changed-subject = L’adresse de votre compte a été modifiée
email-changed-body =
    Votre compte n’utilise plus cette adresse. Désormais, connectez-vous avec la nouvelle.

    Si c’était vous, vous n’avez rien à faire. Sinon, annulez la modification sans attendre, puis choisissez un nouveau mot de passe.
email-changed-action = Annuler la modification
email-changed-why = Vous recevez ce message parce que cette adresse était jusqu’ici celle de votre compte.

email-change-requested-subject = Confirmez votre nouvelle adresse
email-change-requested-body =
    Quelqu’un, peut-être vous, souhaite utiliser cette adresse pour un compte. Si c’est vous, ouvrez le lien, connectez-vous à ce compte et confirmez l’adresse : elle deviendra alors celle du compte.

    Si ce n’est pas vous, ignorez ce message : rien ne changera.
email-change-requested-action = Confirmer l’adresse
email-change-requested-why = Vous recevez ce message parce que cette adresse a été indiquée comme nouvelle adresse d’un compte.

factor-removal-scheduled-subject = Vos seconds facteurs vont être supprimés
factor-removal-scheduled-body =
    Il a été demandé aux opérateurs de ce service de supprimer tous les seconds facteurs de votre compte. Ils seront supprimés le { $until }, avec vos codes de secours. Ensuite, votre mot de passe suffira pour vous connecter.

    Si la demande vient de vous, vous n’avez rien à faire. Sinon, quelqu’un connaît peut-être votre mot de passe : annulez la suppression dès maintenant, puis changez votre mot de passe.
factor-removal-scheduled-action = Annuler la suppression
factor-removal-scheduled-why = Vous recevez ce message parce que cette adresse est celle de votre compte.

inactivity-warning-subject = Votre accès à { $workspace } sera désactivé { $days ->
    [0] aujourd’hui
    [1] demain
   *[other] dans { $days } jours
}
inactivity-warning-body =
    Vous n’avez pas utilisé { $workspace } depuis longtemps. Si vous ne revenez pas avant le { $until }, votre accès sera désactivé.

    Une seule visite suffit pour le garder : connectez-vous et ouvrez l’espace de travail. Votre rôle, vos groupes et vos permissions sont conservés dans tous les cas, et un administrateur peut vous rendre l’accès plus tard.
inactivity-warning-action = Voir l’espace de travail
inactivity-warning-why = Vous recevez ce message parce que vous êtes membre de { $workspace }.

invitation-subject = Invitation à un portail de données
invitation-body =
    { $person } vous invite à devenir membre de { $workspace }.

    Acceptez l’invitation pour commencer. Si vous n’avez pas encore de compte, vous pourrez en créer un sur la même page.
invitation-quote = Message joint à l’invitation ({ $person }) :
invitation-action = Voir l’invitation
invitation-why = Vous recevez ce message parce que l’administration de { $workspace } vous invite. Si vous ne le souhaitez pas, déclinez l’invitation ou ignorez ce message. Sur la même page, vous pouvez aussi refuser les prochains messages d’invitation de ce portail.

invitation-answered-subject = { $workspace } : réponses à vos invitations
invitation-answered-body = Ces personnes ont répondu à vos invitations à rejoindre { $workspace } :
invitation-answered-accepted = { $person } a accepté et est maintenant membre.
invitation-answered-declined = { $person } a décliné l’invitation.
invitation-answered-more = { $count ->
    [1] Une autre personne a répondu.
   *[other] { $count } autres personnes ont répondu.
}
invitation-answered-action = Voir l’espace de travail
invitation-answered-why = Vous recevez ce message parce que vous avez invité des personnes à rejoindre { $workspace }. Ces messages peuvent être désactivés dans les paramètres d’inscription de l’espace de travail.

invitation-reminder-subject = Votre invitation à un portail de données expire bientôt
invitation-reminder-body =
    Pour rappel, { $person } vous invite à devenir membre de { $workspace }. { $hasUntil ->
        [yes] Vous pouvez accepter l’invitation jusqu’au { $until }.
       *[no] L’invitation expire bientôt.
    }

    Vous ne recevrez pas d’autre rappel.
invitation-reminder-action = Voir l’invitation
invitation-reminder-why = Vous recevez ce message parce que l’administration de { $workspace } vous invite. Si vous ne le souhaitez pas, déclinez l’invitation ou ignorez ce message. Sur la même page, vous pouvez aussi refuser les prochains messages d’invitation de ce portail.

member-signed-up-subject = { $person } a rejoint { $workspace }
member-signed-up-body = { $person } vient de s’inscrire et est désormais membre de { $workspace }, avec les permissions accordées à toute personne qui s’inscrit.
member-signed-up-action = Voir le membre
member-signed-up-why = Vous recevez ce message parce que les inscriptions à { $workspace } vous sont signalées.

passkey-refused-subject = Une clé d’accès de votre compte a été refusée
passkey-refused-body =
    Quelqu’un, peut-être vous, a essayé d’utiliser une clé d’accès de votre compte, et elle a été refusée : son compteur a reculé, il en existe donc peut-être une copie.

    Supprimez cette clé de votre compte et créez-en une nouvelle. Si ce n’était pas vous, changez aussi votre mot de passe.
passkey-refused-why = Vous recevez ce message parce que cette adresse est celle de votre compte.

password-changed-subject = Votre mot de passe a été modifié
password-changed-body =
    Le mot de passe de votre compte a été modifié, et toutes les autres sessions ont été fermées.

    Si ce n’était pas vous, réinitialisez-le sans attendre : choisissez « Mot de passe oublié » sur la page de connexion.{ $count ->
        [0] {""}
       *[other] {" "}Ces clés d’API fonctionnent toujours. Révoquez celles qui ne sont pas à vous :
    }
password-changed-line = { $key } : { $workspace }
password-changed-why = Vous recevez ce message parce que cette adresse est celle de votre compte.

password-reset-subject = Choisissez un nouveau mot de passe
password-reset-body =
    Quelqu’un, peut-être vous, a demandé la réinitialisation du mot de passe de votre compte.

    Si ce n’était pas vous, ignorez ce message : votre mot de passe reste inchangé.
password-reset-action = Choisir un mot de passe
password-reset-why = Vous recevez ce message parce que cette adresse est celle de votre compte.

quota-digest-subject = { $workspace } : limites presque ou entièrement épuisées le { $day }
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
        [LICENSE] L’ensemble des espaces de travail de la licence a utilisé
        [ANONYMOUS_POOL] Les visiteurs non connectés ont utilisé
       *[MEMBER] Vous avez utilisé
    } { $percent } % des { $limit } appels d’API autorisés { $period ->
        [MONTH] ce mois-ci
       *[DAY] aujourd’hui
    } dans { $workspace }.

    { $percent ->
        [100] Les appels suivants sont refusés jusqu’au { $until }.
       *[other] Une fois la limite atteinte, les appels suivants seront refusés jusqu’au { $until }.
    }
quota-warning-action = Voir l’espace de travail
quota-warning-why = Vous recevez ce message parce que cette limite vous concerne dans { $workspace }.

recovery-code-used-subject = Un code de secours de votre compte a été utilisé
recovery-code-used-body =
    Quelqu’un, peut-être vous, a utilisé un code de secours de votre compte comme second facteur. { $left ->
        [0] Il ne reste aucun code : créez-en de nouveaux dès maintenant dans votre compte.
        [1] Il reste un code : créez-en bientôt de nouveaux dans votre compte.
        [2] Il reste deux codes : créez-en bientôt de nouveaux dans votre compte.
       *[other] Il reste { $left } codes de secours.
    }

    Si ce n’était pas vous, quelqu’un connaît votre mot de passe et possède vos codes de secours. Changez votre mot de passe et créez de nouveaux codes dès maintenant.
recovery-code-used-why = Vous recevez ce message parce que cette adresse est celle de votre compte.

recovery-codes-renewed-subject = Votre compte a de nouveaux codes de secours
recovery-codes-renewed-body =
    De nouveaux codes de secours ont été créés pour votre compte. Les anciens ne fonctionnent plus.

    Si ce n’était pas vous, changez votre mot de passe et créez de nouveaux codes dès maintenant.
recovery-codes-renewed-why = Vous recevez ce message parce que cette adresse est celle de votre compte.

registration-subject = Confirmez votre adresse
registration-body =
    Quelqu’un, peut-être vous, a indiqué cette adresse pour créer un compte. Confirmez-la pour terminer la création du compte.

    Si ce n’était pas vous, ignorez ce message : sans confirmation, aucun compte n’est créé.
registration-action = Confirmer l’adresse
registration-why = Vous recevez ce message parce que cette adresse a été indiquée pour créer un compte.

reuse-approved-subject = Votre réutilisation est publiée dans { $workspace }
reuse-approved-body =
    { $hasTitle ->
        [yes] Votre réutilisation « { $title } » a été approuvée.
       *[no] Votre réutilisation a été approuvée.
    } Toutes les personnes qui peuvent voir le jeu de données dans { $workspace } la voient désormais.

    Si vous la modifiez, elle devra être approuvée de nouveau.
reuse-approved-quote = Message du portail :
reuse-approved-action = Aller au portail
reuse-approved-why = Vous recevez cet e-mail parce que vous avez proposé une réutilisation à { $workspace }.

reuse-digest-subject = { $pending ->
    [one] Une réutilisation attend une décision dans { $workspace }
   *[other] { $pending } réutilisations attendent une décision dans { $workspace }
}
reuse-digest-body = Des réutilisations de jeux de données ont été proposées dans { $workspace }. { $pending ->
        [one] L’une d’elles attend une décision
       *[other] { $pending } d’entre elles attendent une décision
    }.
reuse-digest-action = Aller au portail
reuse-digest-why = Vous recevez cet e-mail, au plus une fois par jour, parce que vous gérez les réutilisations de { $workspace }.

reuse-rejected-subject = Votre réutilisation n’a pas été publiée dans { $workspace }
reuse-rejected-body =
    { $hasTitle ->
        [yes] Votre réutilisation « { $title } » a été examinée et n’a pas été approuvée.
       *[no] Votre réutilisation a été examinée et n’a pas été approuvée.
    } Vous et les personnes qui gèrent les réutilisations de { $workspace } êtes seuls à la voir.

    Vous pouvez la modifier et la proposer de nouveau.
reuse-rejected-quote = Motif indiqué :
reuse-rejected-action = Aller au portail
reuse-rejected-why = Vous recevez cet e-mail parce que vous avez proposé une réutilisation à { $workspace }.

second-factor-added-subject = Un second facteur a été ajouté à votre compte
second-factor-added-body =
    { $factor ->
        [TOTP] Une application d’authentification a été ajoutée
        [PASSKEY] Une clé d’accès a été ajoutée
       *[OTHER] Un second facteur a été ajouté
    } à votre compte. Désormais, la connexion avec votre mot de passe demande aussi un second facteur.

    Conservez vos codes de secours en lieu sûr : ils vous permettent de vous connecter si vous le perdez. Si ce n’était pas vous, changez votre mot de passe dès maintenant et supprimez ce second facteur.
second-factor-added-why = Vous recevez ce message parce que cette adresse est celle de votre compte.

second-factor-failures-subject = Quelqu’un connaît votre mot de passe
second-factor-failures-body =
    Quelqu’un a saisi le bon mot de passe de votre compte, puis cinq codes erronés de votre second facteur. La connexion a échoué, et d’autres codes sont refusés pendant quelques minutes.

    Si ce n’était pas vous, changez votre mot de passe dès maintenant, ainsi que partout où vous l’utilisez.
second-factor-failures-why = Vous recevez ce message parce que cette adresse est celle de votre compte.

second-factor-removed-subject = Un second facteur a été supprimé de votre compte
second-factor-removed-body =
    { $factor ->
        [TOTP] Une application d’authentification a été supprimée
        [PASSKEY] Une clé d’accès a été supprimée
       *[OTHER] Un second facteur a été supprimé
    } de votre compte et ne permet plus de se connecter.

    Si ce n’était pas vous, changez votre mot de passe dès maintenant et configurez à nouveau un second facteur.
second-factor-removed-why = Vous recevez ce message parce que cette adresse est celle de votre compte.

second-factor-required-subject = { $workspace } exige un second facteur
second-factor-required-body =
    { $hasUntil ->
        [yes] À partir du { $until }, { $workspace } exigera un second facteur lors de la connexion.
       *[no] { $workspace } exige désormais un second facteur lors de la connexion.
    } Votre compte n’en a pas encore. Sans lui, vous n’y verrez que ce que voit tout visiteur.

    Connectez-vous et configurez-en un : une application d’authentification ou une clé d’accès. Cela ne prend que quelques minutes. Votre rôle, vos groupes, vos permissions et vos clés d’API ne changent pas.
second-factor-required-action = Voir l’espace de travail
second-factor-required-why = Vous recevez ce message parce que vous êtes membre de { $workspace }.

second-factors-removed-subject = Tous les seconds facteurs ont été supprimés de votre compte
second-factors-removed-body =
    Comme annoncé, tous les seconds facteurs et tous les codes de secours ont été supprimés de votre compte. Votre mot de passe suffit désormais pour vous connecter.

    Connectez-vous et configurez à nouveau un second facteur. Si vous n’avez pas demandé cette suppression, changez aussi votre mot de passe dès maintenant.
second-factors-removed-why = Vous recevez ce message parce que cette adresse est celle de votre compte.

sign-in-failures-subject = De nombreuses tentatives de connexion ont échoué
sign-in-failures-body =
    Quelqu’un a essayé à de nombreuses reprises de se connecter à votre compte avec un mauvais mot de passe. Les tentatives suivantes sont ralenties. Votre compte n’est pas bloqué.

    Si c’était vous et que vous avez oublié votre mot de passe, réinitialisez-le. Sinon, vous n’avez rien à faire, à condition que votre mot de passe soit solide et ne serve nulle part ailleurs.
sign-in-failures-why = Vous recevez ce message parce que cette adresse est celle de votre compte.

workspace-keys-remain-subject = Des clés d’API de { $workspace } fonctionnent toujours sans la personne qui les a créées
workspace-keys-remain-body =
    Ces clés d’API de { $workspace } ont été créées par { $person }, qui n’y a plus accès. Elles appartiennent à l’espace de travail et fonctionnent toujours, pour que les serveurs du portail ne s’arrêtent pas.

    Si cette personne a pu emporter les secrets, créez de nouvelles clés et révoquez celles-ci :
workspace-keys-remain-line = { $key }
workspace-keys-remain-action = Voir l’espace de travail
workspace-keys-remain-why = Vous recevez ce message parce que vous pouvez révoquer des clés d’API dans { $workspace }.
