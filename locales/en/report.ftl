# The form to report a problem or a missing place.
report-title = Tell us what is missing or wrong
report-title-for = Report a problem with { $name }
report-window-error = Please check: { $title }

# First it divides.
report-choose = Which one is it?
report-choice-wrong = The link or a fact here is wrong
report-choice-missing = A place is missing, or something on this site is wrong
report-choice-wrong-help = Tell us. A person will look at it.
report-choice-records = I need my own records
report-choice-records-help = We can’t get them, but we show you who can.

# Whoever needs their own records.
report-records-title = How to get your own records
report-records-sorry = We are sorry: we can’t get your records for you. We have no health records, and we never see yours.
report-records-who = Ask { $name }. These are the ways:
report-records-who-general = Ask the place that keeps them: your doctor, hospital, lab, pharmacy or health plan. These are the ways:
report-records-find = Type its name in the search box at the top of this page, and use its door.
report-records-letter = Make a letter that asks for your records
report-records-help = What to do when you can’t find the place
report-records-nothing-sent = Nothing was sent to us.

# The form.
report-form-records = Do you need your own records? Go here instead.
report-private = Please write no health details and no Social Security number. If something looks like such a number, we cut it out.
report-what = What is wrong?
report-wrong-does-not-open = A link does not open
report-wrong-wrong-place = A link leads to the wrong place
report-wrong-looks-fake = A link looks fake, like a trick to get my password
report-wrong-gone = The place closed, moved, or is now part of another
report-wrong-contact = The phone number or address is wrong
report-wrong-features = What you can do there is wrong
report-wrong-missing = A place is missing
report-wrong-other = Something else
report-which-door = Which link is it? (optional)
report-door = { $name } (opens { $domain })
report-door-website = Its own website (opens { $domain })
report-door-none = I am not sure, or it is not about a link
report-right = What would be right? (optional)
report-right-hint = A web address, a phone number, or a few words.
report-name = Name of the place
report-name-hint = For a missing place: the name on its sign, bill or card.
report-place = Town and state (optional)
report-place-hint = For example: Boise, ID
report-site = Its website (optional)
report-site-hint = For example: example.org
report-how = How do you know? (optional)
report-how-hint = For example: I called them, or it says so on their website.
report-how-hint-general = For example: I go there. If it is about something else, say here what is wrong.
report-email = Your e-mail (optional)
report-email-hint = Only if you want an answer. We keep it until a person has decided about your report. Then we erase it.
report-leave = Leave this box empty
report-send = Send
report-errors = Please check this
report-fault-nothing-chosen = Choose what is wrong.
report-fault-no-words = Say in a few words what is wrong.
report-fault-no-name = Type the name of the place.
report-fault-no-email = Check the e-mail. It looks like name@example.org. Or leave it empty.
report-fault-too-long = Make this shorter: { $field }
report-fault-trapped = Leave this box empty. It is there to catch machines. Then send again.
report-fault-too-large = That was too long for us. Write a few sentences and send again.
report-fault-too-quick = That was very quick. Look over it once more, then send again.
report-fault-stale = This page was open before our server started again. Nothing is lost: send it again.
report-fault-foreign = This did not come from our own page. If it was you, send it again from here.
report-fault-too-many = Too many reports came from your network. Wait { $minutes } minutes, then send again.
report-fault-not-kept = We could not keep your report just now. Nothing is lost: wait a few minutes, then send again.

# Taken.
report-thanks-title = Thank you
report-thanks = A person will look at this.
report-thanks-until = Until then, nothing on our pages changes. If a link looks fake, do not sign in there.
report-back = Back to { $name }
