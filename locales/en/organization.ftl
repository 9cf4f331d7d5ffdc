# Who says so.
said-listed = Listed by { $source }, { $date }
said-starter = Starter data, not checked ({ $date })
said-starter-seen = Starter data, not checked. Seen published on { $date }
said-legacy = From an old list: { $source }, { $date }. Not checked
said-owner = The organization says so ({ $date })
said-person = Checked by a person ({ $date })
said-observed = It answered us on { $date }
said-evidence = See where ({ $domain })

# The page.
org-title = Get your records from { $name }
org-title-place = Get your records from { $name } ({ $place })
org-meta-door = Where to see and save your records from { $name }. Opens { $domain }.
org-meta-no-door = How to ask { $name } for your health records.
org-part-of = Part of { $name }
org-moved = This place moved or has a new name.
org-merged = This place is now part of another one.
org-closed = This place is closed. Somebody else may keep the records.
org-withdrawn = No source speaks of this place any more. Below is what was known.
org-successor = Now: { $name }.
org-website = Its own website: { $domain }

# The door.
door-title = Your records are online here
doors-title = Which one is mine?
doors-help = This place has several doors. Pick the one that fits you; when in doubt, ask the office.
door-audience = For: { $audience }
door-go = Go to { $name }
door-opens = Opens { $domain }
door-old = Old address, not checked:
door-closed = This door closed on { $date }:
door-opens-on = Opens on { $date }.
door-not-yet = This door opens on { $date }. Until then it is only a text:
door-closes-on = Works until { $date }.
door-through = This is the door of { $name }, which this place is part of.
door-sign-up = First time?
door-sign-up-link = Make an account (opens { $domain })
door-no-luck = If the door does not help:
door-phone = Phone: { $phone }
wrong-door = Does the door look wrong? Do not sign in.
warning-not-https = This address is not encrypted. Others on the network could read what you type.
warning-odd-port = This address is unusual (an odd port). Ask the office before you sign in.
warning-shortener = This short address hides where it leads. Ask the office for the full one.
warning-mixed-script = This address has letters of another alphabet. Ask the office before you sign in.
warning-look-alike = This address looks like a well-known one, but is not it. Ask the office before you sign in.
apps-can-connect = Apps you choose can connect here.
apps-cannot-connect = Apps cannot connect here, as far as they say.
apps-not-known = We don’t know yet whether apps can connect here.
apps-see = See the apps

# No door.
no-door-website-title = We know its website, but not its sign-in page yet.
no-door-website = Start at { $domain }
no-door-website-look = Look there for “Sign in”, “Patient portal” or “Member login”.
no-door-title = We know this place, but no online door yet.
no-door-apps-title = Apps can connect here. We know no sign-in page yet.
no-door-shared-title = Ask the office for its online door.
no-door-shared = The only address on record is the front page of a portal that many places share. Ask the office for its own address.
no-door-right = You still have a right to your records. Three ways to ask:
no-door-call = Call { $phone } and ask for medical records.
no-door-call-office = Call the office and ask for medical records. The number is on your bill, a letter or your card.
no-door-visit = Ask at your next visit.
no-door-know = Do you know the door?

# What people can do.
features-title = What you can do there
group-view = See your records online
group-download = Save a copy
group-send = Send to an app or a person
group-service = Other things you can do
answer-yes = Yes
answer-no = No
answer-planned = Planned
answer-planned-from = Planned from { $date }
not-known-all = We don’t know yet what you can see, save or send there. Ask the office.
not-known-some = We don’t know yet whether you can { $what }.
not-known-or = {" "}or{" "}
not-known-view = see your records online
not-known-download = save a copy
not-known-send = send your records to an app or a person

where-title = Where
where-more = { $count ->
    [one] 1 more place
   *[other] { $count } more places
  }
where-serves = Serves: { $areas }
parts-title = Parts of this organization
same-title = Not what you were looking for?
same-help = Other places with the same name:
rights-title = Your rights
rights-short = You can see and get a copy of your records. They have 30 days. They may charge a fair price for the copy, not for looking for it. They can’t say no because you owe money.
who-says-title = Who says so
who-says-help = Every fact on this page, who says it, and when. A source that lists something has not necessarily checked it.
who-says-more = { $count ->
    [one] 1 more fact is not shown.
   *[other] { $count } more facts are not shown.
  }
who-says-all = All of it as data
field-name = Name
field-alias = Also called
field-portal = Door
field-also-listed = Also listed as a door
field-website = Website
field-phone = Phone
field-kinds = Kind
field-status = Status
field-description = Description
field-part-of = Part of
field-areas = Serves
field-location = Address
field-how-to-ask = How to ask
field-endpoint = Address for apps
number-npi = NPI
number-ccn = CCN
number-clia = CLIA
number-naic = NAIC
number-other = Other number
status-active = Active
status-moved = Moved
status-merged = Merged
status-closed = Closed
status-withdrawn = No longer listed

# More of the page: signing up, caregivers, the way, apps, paper, distances, sharing.
org-keeps-records = Who has its records now: { $name }.
org-closed-who = We do not know who has its records now.
org-closed-help = How to look for records of a closed place
door-closed-for = This door closed on { $date }. Use { $domain } instead:
door-portal = portal
door-runs-on = This sign-in page runs on the { $portal } of { $name }.
door-shared = { $count ->
    [one] 1 other place on our list uses this sign-in site too.
   *[other] { $count } other places on our list use this sign-in site too.
  }
letter-make = Make a request letter
action-report = Report a problem
action-print = Print
action-share = Share
action-copied = The address of this page is copied.
sign-up-title = First time? What you need
sign-up-intro = Each place has its own steps. Most ask for things like these:
sign-up-you = Your name, birth date and address, as they have them.
sign-up-reach = Your email or mobile phone.
sign-up-card-office = A code from the office. It may be on the papers from your last visit.
sign-up-card-plan = The number on your member card.
sign-up-card-pharmacy = The number on a prescription label.
sign-up-card-lab = The number or date of a test you had there.
sign-up-code = No code or stuck? Call and ask: “How do I sign up to see my records?”
care-title = For caregivers, parents and teens
care-proxy = Do not share passwords. Ask the office to give you your own sign-in for the person you care for.
care-listed = Access for a caregiver is listed: { $answer }.
care-not-known = We don’t know yet how this place does it.
care-teens = Parents can most often see a child’s records. For teens, the rules differ by state and by kind of care.
care-link = Help for caregivers and parents
group-sign = The Blue Button symbol
answer-not-known = Not known yet
menu-rest = { $count ->
    [one] The whole list (1 more, not known yet)
   *[other] The whole list ({ $count } more, not known yet)
  }
menu-help = Not known does not mean no. It means that nobody has told us.
menu-why = Why so little is ticked
way-title = From paper to updates on their own
way-help = How far this place has come, by what is listed.
way-paper = Ask on paper or by phone.
way-paper-state = Always
way-online = See your records online.
way-save = Save a copy.
way-send = Send them to an app or a person.
way-automatic = New records come on their own.
way-listed = Listed
org-apps-title = Apps
org-apps-help = The makers of these apps say that they take in records in the form this place sends. That is their word. We have not tried it here.
paper-title = Ask on paper or by phone
paper-help = What you see online may not be all. You can ask for the rest: older notes, pictures, bills.
where-from = Sort by distance from (city, state or ZIP code)
where-sort = Sort
near-from = Measured from the middle of { $place }.
near-from-zip = Measured from the middle of ZIP code { $zip }.
near-from-point = Measured from where you are, about.
near-from-unknown = We do not know where “{ $typed }” is. Try a ZIP code, like 83702.
siblings-title = Also part of { $name }
kin-more = { $count ->
    [one] 1 more
   *[other] { $count } more
  }
share-title = Share this page
share-help = This address stays the same, even when the name changes:
share-qr = Square code that opens the page of { $name }
printed-on = As we knew it on { $date }.
og-locale = en_US
org-also-called = Also called: { $names }
