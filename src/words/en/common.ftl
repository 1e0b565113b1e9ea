# Words that several texts share.
and = and
or = or
brand = Concierge
nothing = {""}
some-workspace = your data portal
somebody = Someone
greeting = { $hasName ->
    [yes] Hello { $name },
   *[no] Hello,
}
or-copy = If the button does not work, copy this address into your browser:
link-until = The link works until { $until }.
date = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }
instant = { $date }, { $time } { $zone }
theme-hard-to-read = The contrast between text and background is { $contrast }. Below { $least }, many people find the text hard to read.

# The page behind the link to unsubscribe.
unsubscribe-question-title = Stop e-mails about this dataset?
unsubscribe-question-text = You will no longer follow the dataset, and no longer receive e-mails about it. You can follow it again in the portal at any time.
unsubscribe-question-action = Stop e-mails
unsubscribe-done-title = You have unsubscribed
unsubscribe-done-text = You will not receive any further e-mail about this dataset. You can follow it again in the portal at any time.
unsubscribe-unknown-title = This link is incomplete
unsubscribe-unknown-text = Copy the complete link from the e-mail, or unfollow the dataset in the portal.
unsubscribe-later-title = Please try again
unsubscribe-later-text = This is not possible at the moment. Please try again in a minute.
