badge-words = Get your records
org-unconfirmed = Last confirmed by this organization on { $date }. Something may have changed since.

changed-name = Name
changed-aliases = Other names
changed-kinds = What it is
changed-status = Open, moved or closed
changed-description = Description
changed-website = Website
changed-phone = Phone
changed-identifiers = Numbers, such as NPI
changed-places = Places
changed-areas = States served
changed-portals = Where patients sign in
changed-endpoints = Where apps connect
changed-part-of = What it is part of
changed-features = What patients can do
changed-how-to-ask = How to ask without a portal
changed-logos = Logo
changed-other = Something else

done-live = Done. People see it now.
done-waits = Sent. Links, names and phone numbers wait for a second person, so that nobody can lead patients astray. Until then, people see what they saw before.
done-both = Part of it is live now. The rest waits for a second person. Until then, people see the old links, names and phone numbers.
done-later = Sent. It goes live on its day. Changes by a vendor wait 2 days, and the owners are told.
done-nothing = Nothing to change: the profile says this already.
done-conflict = Somebody else changed the same things meanwhile. Nothing was sent. Look at the profile and try again.
done-too-many = You sent changes for too many organizations today. Nothing was sent. Go on tomorrow.
done-address = An address in it is not one we can send people to. Nothing was sent. Check that each address begins with https:// and is public.
done-in-step = Done. We will look at this list once a day.
done-ended = Done. We do not look at the list any more. The profile stays as it is.

confirm-title = Is everything still correct?
confirm-what = This is what patients find for { $name }:
confirm-door = A link that opens { $domain }
confirm-phone = Phone: { $phone }
confirm-places = { $count ->
    [one] 1 place: { $address }
   *[other] { $count } places, the main one: { $address }
}
confirm-features = { $count ->
    [one] 1 answer about what patients can do
   *[other] { $count } answers about what patients can do
}
confirm-see = See the page as patients see it
confirm-last = Your organization last confirmed this on { $date }.
confirm-never = Your organization has not confirmed this yet.
confirm-stale = After 6 months, the page tells patients that it was not confirmed for a while. Nothing is taken away.
confirm-yes = Everything is still correct
confirm-no = Something is wrong: change the profile

table-table-title = Places as a table
table-give = Give us a table
table-now = { $count ->
    [one] The profile has 1 place now.
   *[other] The profile has { $count } places now.
}
table-take = Get them as a table to fill in (CSV)
table-columns = The columns are name, street, street_2, city, state, zip, phone and landmark. Each place needs a street, a city, a state and a ZIP code. One line for each address. Leave departments of one address out.
table-file = A file
table-file-hint = CSV, up to 1 MB. In Excel or Google Sheets, choose “Save as” or “Download” and then CSV.
table-paste = Or paste the lines here, with the names of the columns first
table-keep = Keep places that are not in the table
table-look = See what it would change
table-report = What we found
table-again = Somebody changed the profile since you looked. This is the difference now. Look at it again before you send it.
table-counts = Good lines: { $good }. Lines to mend: { $bad }.
table-unknown = Columns we do not read: { $columns }
table-mend = Lines to mend
table-line = Line
table-column = Column
table-said = What stands there
table-how = How to mend it
table-would = What would change
table-would-nothing = Nothing.
table-same = Stay as they are: { $count }
table-new = New: { $count }
table-changed = Changed: { $count }
table-gone = Taken out: { $count }
table-waits = New phone numbers and another main address wait for a second person.
table-send = Send these changes
table-send-good = Send the good lines
table-undo-title = Take it back
table-undo = Go back to the places before the last table
table-wrong-empty = Nothing is in it. Choose a file, or paste lines with the names of the columns first.
table-wrong-too-large = The table is larger than 1 MB. Split it into several.
table-wrong-not-text = This is not a CSV file. If it is a workbook, choose “Save as” in your spreadsheet program and then CSV UTF-8.
table-wrong-no-columns = The first line must name the columns. We need at least “street” and “city”.
table-wrong-too-many = The table has more than { $most } lines. Split it into several.
table-fault-no-street = Write the street and number.
table-fault-no-city = Write the city or town.
table-fault-no-state = Write the two letters of the state, like ID.
table-fault-bad-state = This is not a state of the United States. Write its two letters, like ID.
table-fault-no-zip = Write the ZIP code, like 83702.
table-fault-bad-zip = A ZIP code has 5 digits, like 83702, or 5 and 4 with a dash.
table-fault-other-state = This ZIP code lies in another state. Check both.
table-fault-bad-phone = This is not one US phone number. Write 10 digits, like (208) 555-0100.
table-fault-contact = Take the phone number or web address out of this cell. Phones have a column of their own.
table-fault-too-long = This is too long. Shorten it.
table-fault-twice = Line { $line } has the same address. Keep one of the two.
table-fault-broken = We could not read this line. Check its quotation marks.

import-title = Fill in from your own list
import-give = Give us your list
import-help = We read your SMART User-access Brands Bundle (JSON) and our own table (CSV or JSON). We show you what would change before anything is sent.
import-address = The address of your list
import-address-hint = It begins with https:// and anybody can open it. From an address, we can keep the profile in step.
import-file = Or a file, up to 5 MB
import-paste = Or paste it here
import-look = Read it
import-wrong-nothing = Give us an address, a file, or pasted text.
import-wrong-fetch = We could not get your list: { $why }
import-wrong-too-large = Your list is larger than 5 MB, or has more than 200 organizations. Give us one with only your own.
import-wrong-unreadable = We could not read this as a list.
import-wrong-none = Nothing in this list looks like your organization. We compare the name and state, the domain of your links, and numbers such as the NPI.
import-findings = What to mend in your list
import-findings-help = Other directories stumble over this too.
import-findings-check = Check the whole list
import-findings-more = And { $count } more.
import-left-out = Rows we left out
import-choose = Which one are you?
import-this = This is us: { $name }
import-others = Other organizations in this list, which we do not touch: { $names }
import-difference = What would change
import-difference-none = Nothing. The profile says this already.
import-more-lines = And { $count } more lines.
import-waits = Some of this waits for a second person before patients see it.
import-doors = These domains are new here and wait for a second person: { $domains }
import-keep = Look at this address once a day, and keep the profile in step
import-send = Send these changes
in-step-title = Kept in step with your list
in-step-from = We look once a day at
in-step-looked = Last look: { $date }
in-step-not-yet = We have not looked yet.
in-step-end = Stop looking at it
in-step-not-fetched = We could not open your list. The profile stays as it is. We try again each day.
in-step-too-large = Your list is larger than we take. The profile stays as it is.
in-step-unreadable = What came from the address could not be read as a list. The profile stays as it is.
in-step-no-row = Your row is not in the list any more. Choose it again.
in-step-other-organization = The row you chose looks like another organization now. Nothing was taken from it.
in-step-no-editor = Whoever set this up may not edit this profile any more. Somebody who may has to set it up again.
in-step-frozen = Nobody can change this profile right now. Nothing was taken from the list.
in-step-conflict = Somebody else changed the same things. We try again tomorrow.
in-step-address = An address in your list is not one we can send people to. Nothing was taken from it.
export-title = Take your profile home
export-help = Everything in your profile, as files. We can read the first two back.
export-csv = As a table (CSV)
export-json = As JSON
export-fhir = As FHIR R4 (a Bundle)

notices-title = What is new
notices-unread = { $count ->
    [0] You have read everything.
    [one] 1 notice you have not read.
   *[other] { $count } notices you have not read.
}
notices-see = See what is new
notices-none = Nothing has happened yet.
notices-new = New:
notices-go = Look at it
notices-read = I have read all of these
notices-older = Older notices
notices-mail = We send you what is new by e-mail too, at most once a day.
notice-by-import = A list we read changed what patients see: { $fields }. The list: { $source }.
notice-by-moderator = A moderator changed what patients see: { $fields }.
notice-by-team = Somebody on your team changed what patients see: { $fields }.
notice-by-delegate = A vendor or agency who edits for you changed what patients see: { $fields }.
notice-report = Somebody reported a problem with this page. A person will look at it.
notice-claim = Somebody else says that this organization is theirs. If you do not know about it, tell us.
notice-decided-live = The change you sent was approved. People see it now.
notice-decided-scheduled = The change you sent was approved. It goes live on its day.
notice-decided-asked = There is a question about the change you sent.
notice-decided-rejected = The change you sent was not taken.
notice-decided-again = The change you sent waits for a person again.
notice-decided-withdrawn = The change you sent was taken back.
notice-team-live = A change that somebody on your team sent was approved. People see it now.
notice-team-scheduled = A change that somebody on your team sent was approved. It goes live on its day.
notice-team-asked = There is a question about a change that somebody on your team sent.
notice-team-rejected = A change that somebody on your team sent was not taken.
notice-team-again = A change that somebody on your team sent waits for a person again.
notice-team-withdrawn = A change that somebody on your team sent was taken back.
notice-claim-accepted = A person looked at your claim and accepted it.
notice-claim-refused = A person looked at your claim and could not accept it.
notice-other-claim-accepted = A person accepted somebody else’s claim. They manage this organization now too.
notice-other-claim-refused = A person turned down somebody else’s claim to this organization.
notice-stale = Nobody has confirmed this page for 6 months. Is everything still correct? One click is enough.
notice-in-step = We could not take in your list. { $why }
notice-mail-subject = { $count ->
    [one] 1 thing is new about your organizations
   *[other] { $count } things are new about your organizations
}
notice-mail-hello = This is new about the organizations you look after:
notice-mail-foot = All of it: { $address }

counts-title = How often your page was used
counts-what = How often your public page was opened, and how often somebody chose a link to sign in.
counts-how = We count pages, not people: no cookies, and no addresses are kept. Numbers are whole tens, and only from ten up. Whoever asks not to be tracked is not counted. Today is counted when it is over.
counts-caption = The last 30 days
counts-day = Day
counts-views = Page opened
counts-doors = Link to sign in chosen
counts-few = fewer than { $least }
counts-file = All days as a table (CSV)

kit-title = Badge, poster and handouts
kit-what = All of it is free, carries your own name, and leads to your page here. Print and share it as you like.
kit-badge = A badge for your website
kit-badge-help = Copy the lines into your page. The picture sets no cookie and tells us nothing about your visitors.
kit-badge-alt = Get your records from { $name }
kit-snippet = Lines to copy
kit-poster = A poster with a QR code
kit-poster-help = For the wall or the front desk. People point their phone at it.
kit-poster-letter = Poster, US Letter (PDF)
kit-poster-a4 = Poster, A4 (PDF)
kit-print = Pages to print
kit-script = What to say at the front desk
kit-leaflet = A leaflet for patients
kit-other-language = For these in Spanish, choose “Español” at the top.
poster-title = See your health records online
poster-scan = Point your phone’s camera at the square.
poster-choose = Choose where to sign in.
poster-sign-in = Sign in, or make an account.
poster-opens = { $name } opens { $domain }
poster-foot = Made with { $site }, a free directory. It never sees your records.
script-title = What to say at the front desk
script-asks = When somebody asks for their records
script-say-right = “You have a right to your records, and you need not say why you want them.”
script-say-door = “You can see them online. Go to { $name }. It opens { $domain }.”
script-say-page = “All the ways are on this page: { $address }”
script-help = When they need help
script-help-code = To make an account, many people need a code or the e-mail address we have for them. Check both with them now.
script-help-family = A parent or caregiver can ask for access of their own. Nobody needs to share a password.
script-help-paper = Who does not want to go online can have paper, or a letter they fill in.
script-help-language = The page is in Spanish too: choose “Español” at its top.
script-never = Please never
script-never-password = ask for a password, or sign in for somebody
script-never-why = ask why they want their records
script-never-wait = send them away without one way that works
leaflet-title = How to get your health records
leaflet-right = You have a right to see your health records and to have a copy. You need not say why.
leaflet-online = Online
leaflet-no-door = We have no page to sign in yet. See the other ways below.
leaflet-scan = Point your phone’s camera at the square, or type this address:
leaflet-need = What you may need
leaflet-need-you = Your name and date of birth, as we have them
leaflet-need-reach = An e-mail address or phone number of your own
leaflet-need-code = A code from us: ask at the front desk
leaflet-other = Other ways
leaflet-call = Call { $phone }
leaflet-letter = Ask for a letter to fill in
leaflet-family = If you care for somebody, ask for access of your own
leaflet-free = The directory is free. You need no account for it, and it never sees your records.

many-title = Many organizations
many-none = You do not edit any organization yet.
many-became = What became of each
many-count = { $count ->
    [one] 1 organization
   *[other] { $count } organizations
}
many-stale = { $count ->
    [0] All of them were confirmed within 6 months.
    [one] 1 was not confirmed within 6 months.
   *[other] { $count } were not confirmed within 6 months.
}
many-caption = Your organizations, the longest not confirmed first
many-organization = Organization
many-last = Last confirmed
many-waiting = Changes that wait
many-open = Open
many-never = Never
many-is-stale = please confirm
many-confirm = Everything is still correct for the ones I chose
many-confirm-help = Choose only those whose page you looked at.
portals-title = Sign-in pages of all, as one table
portals-help = One line for each page where patients sign in. The lines of an organization are its whole list: what is not in the table is taken out. Organizations you leave out stay as they are.
portals-take = Get the table as it is now (CSV)
portals-waits = New domains wait for a second person. Changes by a vendor wait 2 days, and each owner is told. A vendor can send changes for 50 organizations a day.
portals-send = Send these changes
portals-held-back = { $count ->
    [one] 1 organization is held back until its lines are mended.
   *[other] { $count } organizations are held back until their lines are mended.
}
portals-wrong-no-columns = The first line must name the columns. We need at least “organization” and “url”.
portals-fault-not-yours = This is not among the organizations you edit. Use the id from the table.
portals-fault-no-address = Write the address where patients sign in. To take a page out, delete its line.
portals-fault-bad-address = This is not an address we can send people to. Write a public one that begins with https://
portals-fault-bad-day = Write the day as year, month and day, like 2027-03-01.
portals-fault-days-turned = The last day is before the first.
portals-fault-twice = This organization has the same address in another line. Keep one of the two.
