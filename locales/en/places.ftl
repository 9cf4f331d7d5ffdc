# My places: the page.
places-title = My places
places-description = Keep a list of the places that hold your health records: doors, phones, letters. Only in your own browser, no account.
places-lead = Keep a list of the places that hold your health records. It is your plan: where to sign in, whom to call, what is done.
places-kept = The list is kept only in this browser, on this phone or computer. We never get it. To look up your places again, this page asks our directory about them, by number only.
places-shared = Is this a shared phone or computer? Others who use it can see your list. Clear it when you are done.
places-no-script = To keep a list here, your browser must have JavaScript on. Without it, you can print the blank plan below and fill it in by hand.
places-plan = Your plan
places-count = Places: { $count }
places-empty = There is nothing on your list yet. Search for a place above, open it, and press “Save to My places”.
places-printed = Printed on { $date } from { $site }

# From a link.
places-link-title = Places from a link
places-link-help = Somebody sent you these places. Nothing is saved yet.
places-link-save = Save these places
places-link-leave = Not now
places-link-all = All places of this link are on your list.

# One place.
places-no-door = We know no online door here. Call, or ask by letter.
places-site = We know its website, but no sign-in page:
places-gone-door = The door at { $domain } is no longer in our directory. Do not sign in there. Ask the office first.
places-gone = This place is no longer in our directory.
places-was = You saved it as { $name }.
places-phone = Phone:
places-address = Address:
places-first = First time?
places-needs = To make an account, have these at hand: your birth date, your ZIP code, and a code or number from the office, a bill or your card. Each place asks for other things.
places-letter = Make a request letter
places-checked = Compared with our directory on { $date }.
places-unchecked = Not compared with our directory yet.
places-stale = We could not reach our directory just now. This is what it said on { $date }.
places-done = Done: I have these records
places-note = My notes
places-note-safe = Never write a password here.
places-remove = Remove
places-remove-name = Remove { $name }

# What the page says back.
places-said-checking = Looking up your places in our directory…
places-said-checked = All places were compared with our directory on { $date }.
places-said-offline = We could not reach our directory. Your list below is what it said before; each place shows the day.
places-said-saved = Saved. Places on your list: { $count }
places-said-many = Your list is full: it holds { $count } places. Remove one first.
places-said-removed = Removed: { $name }
places-said-cleared = Your list is cleared. Nothing is kept in this browser.
places-said-copied = The link is copied.
places-sure = Clear the whole list, with your notes? This cannot be undone.
places-blocked = Your browser does not let this page keep anything. Maybe it is a private window. You can look, print and save a file, but the list is gone when you close the page.
places-full = Your browser has no room left, so the last change is not kept. Save the list as a file, or make room.
places-broken = A part of your list could not be read. We kept what we could, and the old text too.
places-broken-file = Save the old text as a file

# Tools.
places-tools = Print, keep or share
places-print = Print the plan
places-again = Look them up again
places-json = Save as a file (JSON)
places-text = Save as text
places-clear = Clear the list
places-share = Link to these places
places-share-help = The link holds only which places they are. Your notes stay here. Whoever has the link can see which places are on it.
places-copy = Copy the link

# The blank plan.
blank-title = A blank plan to print
blank-help = Print this page and fill it in by hand, one part for each place. Never write a password on it.
blank-place = Place { $number }
blank-name = Name of the place
blank-address = Address
blank-phone = Phone of the records office
blank-door = Web page to sign in (the whole address)
blank-needs = What I need to sign up
blank-asked = Asked on (date)
blank-due = Answer due (30 days later)
blank-done = I have these records

# The button on other pages.
save-add = Save to My places
save-remove = Remove from My places
save-sure = You have notes on this place. Remove it with your notes?
save-saved = Saved.
save-removed = Removed.
save-see = See My places ({ $count })
save-many = Your list is full.
save-failed = Your browser could not save it.
save-why = See why in My places
