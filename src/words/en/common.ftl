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
theme-hard-to-read = The contrast of the text on its background is { $contrast }. Below { $least }, many people cannot read it well.
