# Mails to owners.
edit-mail-delegate-subject = A change of { $name } was sent for you
edit-mail-delegate = Somebody who edits { $name } for you sent a change. It goes live in 2 days at the earliest. If it is right you need to do nothing, unless the page asks you to confirm it. If it is wrong, refuse it here: { $address }

# The beginning.
edit-start-title = Edit { $name }
edit-start-words = Go through the steps in any order, and stop when you like: what you saved waits for you. Nobody sees it before you publish it.
edit-start-page = See the page as it is now
edit-start-rules = Most changes go live at once. A new link, name, phone number or main address waits until a second person has looked at it, because a wrong one could lead patients to a thief.
edit-start-waiting = { $count ->
    [one] 1 change waits
   *[other] { $count } changes wait
    }
edit-delegate = You edit for this organization as a vendor or agency. What you send goes live after 2 days at the earliest, and its owners are told.
edit-draft-title = You have changes that are not sent
edit-draft-words = { $count ->
    [one] 1 part would change.
   *[other] { $count } parts would change.
    }
edit-draft-saved = Saved on { $date }.
edit-draft-check = Check and publish
edit-draft-discard = Throw my changes away

# Somebody else was faster.
edit-meanwhile-merged = Somebody else changed this meanwhile: { $fields }. Their words are in the form now, and yours are on top.
edit-meanwhile-title = Two people changed { $name }
edit-meanwhile-words = Somebody else published a change while yours was saved here, and both are about the same thing. On the left is what stands now; on the right is yours. Nothing is lost: choose what you want.
edit-meanwhile-choose = { $field }: which one?
edit-meanwhile-theirs = What stands now
edit-meanwhile-mine = Mine

# Steps.
edit-steps = Steps
edit-window = { $step } · { $name }
edit-step-name = Name and kind
edit-step-contact = Contact
edit-step-places = Places
edit-step-portals = Patient portals
edit-step-endpoints = Addresses for apps
edit-step-features = What people can do
edit-step-ask = Asking without a portal
edit-step-parent = Part of
edit-step-logo = Logo
edit-step-numbers = Numbers
edit-step-app = Your app
edit-about-name = The name that people search for, other names they may know, and what kind of place it is.
edit-about-contact = How people reach you by phone and on the web.
edit-about-places = Where you are, the main place first. Leave departments and suite numbers out.
edit-about-portals = Where your patients sign in to see their records. If you change to a new portal, list both and say from when and until when.
edit-about-endpoints = Where apps connect when a patient asks them to (the FHIR base address). Whoever looks after your records system knows it.
edit-about-features = Say what people can do with your portal. If you do not know, choose “Not sure”: that is shown as not known, never as no.
edit-about-ask = What people should do who cannot use a portal: whom to call, where to go, which form to fill.
edit-about-parent = If you belong to a larger system, say to which one. Its portal is shown on your page too.
edit-about-logo = Where your logo is on your own site. We make a small copy and show that.
edit-about-numbers = Numbers that others gave you, such as your NPI. They help lists to find you. Never a tax number.
edit-about-app = What people see of your app. It is listed as a current app when you say which data it takes in.

# Rows.
edit-row-place = Place { $number }
edit-row-portal = Portal { $number }
edit-row-endpoint = Address { $number }
edit-row-logo = Logo { $number }
edit-row-number = Number { $number }
edit-add-place = Add a place
edit-add-portal = Add a portal
edit-add-endpoint = Add an address
edit-add-logo = Add a logo
edit-add-number = Add a number
edit-remove = Remove

# Fields.
edit-choose = Choose
edit-name = Name
edit-name-hint = As people know it, without “Inc.” or “LLC”.
edit-aliases = Other names
edit-aliases-hint = One on each line: old names, short names.
edit-kind = Kind of place
edit-kinds = It is also
edit-status = Is it open?
edit-status-active = Yes
edit-status-moved = It moved or has another name now
edit-status-closed = It is closed
edit-phone = Public phone
edit-phone-hint = The number that patients call, like (208) 555-0100. Never a person’s own.
edit-website = Web site
edit-description = What you are, in English
edit-description-hint = A few sentences for patients. No phone number or address of the web, please: they have fields of their own.
edit-areas = States you serve
edit-areas-hint = Like ID, WA. Write US for the whole country.
edit-place-name = Name of this place
edit-place-name-hint = Only if it has one of its own.
edit-street = Street
edit-city = City
edit-state = State
edit-zip = ZIP code
edit-place-phone = Phone of this place
edit-landmark = How to find it
edit-landmark-hint = Like “Across from the library”.
edit-portal-url = Where people sign in
edit-portal-url-hint = Copy it from your browser. It begins with https.
edit-portal-name = Name of the portal
edit-portal-name-hint = Like MyChart.
edit-sign-up = Where people make an account
edit-sign-up-hint = Leave it empty if that is the same page.
edit-audience = Whom it is for
edit-audience-hint = Like “Adults” or “Children’s clinic”. Leave it empty if it is for all.
edit-portal-description = What people should know of it
edit-from = First day
edit-from-hint = Before that day it is no button. Leave it empty if it works now.
edit-to = Last day
edit-to-hint = After that day it is no button. Leave it empty if it has no end.
edit-portal-endpoints = Addresses for apps behind it
edit-portal-endpoints-hint = One on each line, as on the page of addresses for apps.
edit-endpoint-url = FHIR base address
edit-endpoint-url-hint = Like https://fhir.example.org/r4, without /metadata.
edit-versions = FHIR versions
edit-versions-hint = Like 4.0.1.
edit-endpoint-name = Its name
edit-developers = Page for developers
edit-ask-en = In English
edit-ask-es = In Spanish
edit-ask-hint = Write it as you would say it at the desk.
edit-part-of = Its id or the address of its page here
edit-part-of-hint = Search above, or leave it empty if you are part of nothing.
edit-parent-now = Part of: { $name }
edit-find = Search for the organization
edit-find-go = Search
edit-find-hits = Which one is it?
edit-find-nothing = We found none of that name.
edit-logo-url = Address of the picture
edit-logo-url-hint = A PNG, JPEG, WebP or SVG on your own site.
edit-licence = Page that says who may use it
edit-rights = We may show this logo: it is ours, or its owner allows it
edit-system = Kind of number
edit-value = Number
edit-value-hint = For another kind write the system, a bar and the number: https://example.org/ids|123.
edit-system-npi = NPI
edit-system-ccn = CCN (Medicare)
edit-system-clia = CLIA (laboratory)
edit-system-naic = NAIC (insurer)
edit-system-oid = OID
edit-system-web = Web address
edit-system-other = Another
edit-app-name = Name of the app
edit-publisher = Who makes it
edit-app-en = What it does, in English
edit-app-en-hint = A few sentences. No promises of cures.
edit-app-es = What it does, in Spanish
edit-ingests = Data it takes in
edit-ingests-hint = One on each line, like FHIR R4 or C-CDA.
edit-platforms = It runs on
edit-privacy = Privacy policy
edit-app-store = Page in Apple’s App Store
edit-google-play = Page in Google Play

# The menu.
edit-group-view = See online
edit-group-download = Save a copy
edit-group-send = Send
edit-group-service = Get things done
edit-group-more = More
edit-yes = Yes
edit-no = No
edit-planned = Planned
edit-unsure = Not sure
edit-planned-from = From (if you know it)

# What must be mended.
edit-mend = { $field }: { $wrong }
edit-wrong-needed = Please fill this in.
edit-wrong-too-long = This is too long.
edit-wrong-not-web = This is no address of the web. It looks like https://www.example.org.
edit-wrong-not-https = It must begin with https://, so that nobody can read along.
edit-wrong-shortener = A short link hides where it leads. Use the full address.
edit-wrong-not-phone = A phone number has 10 digits, like (208) 555-0100.
edit-wrong-not-zip = A ZIP code has 5 digits, like 83702.
edit-wrong-not-state = We do not know this state. Write its 2 letters, like ID.
edit-wrong-not-day = Write the day like 2027-03-01.
edit-wrong-turned = The last day is before the first.
edit-wrong-not-number = This is no such number. Please check its digits.
edit-wrong-not-chosen = Please choose one of the list.
edit-wrong-no-rights = Please say that we may show the logo.
edit-wrong-no-parent = We have no such organization. Search for it, or leave this empty.

# A look at an address.
edit-looking = Looking …
edit-look-answers = It answers. People see that it opens { $domain }.
edit-look-elsewhere = You typed { $domain }, but it leads to { $final }. Use the address where it ends.
edit-look-nothing = We could not open it. Please check the address in your browser.
edit-look-certificate = Its certificate does not fit. Browsers will warn your patients.
edit-look-smart = Apps can connect: it has a SMART configuration.
edit-look-no-smart = We found no SMART configuration there.
edit-look-odd-port = It names a port. Use an address without one.
edit-look-mixed-script = Its name mixes alphabets. A person will look at it.
edit-look-alike = Its name looks like another one. A person will look at it.
edit-look-too-many = That is enough for now. Go on in { $minutes } minutes; you can save without it.

# Buttons.
edit-next = Save and go on
edit-to-check = Save and check
edit-later = Save for later
edit-back = Back to the steps

# Check answers.
edit-check-title = Check your changes of { $name }
edit-check-nothing = Nothing is changed.
edit-check-waits = This waits for a second person
edit-check-waits-words = Another owner who proved it by themselves, or a moderator, looks at it. What is there now stays until then. Here is why:
edit-check-live = This goes live at once
edit-check-two-days = This goes live after 2 days
edit-check-preview = See it as a patient does
edit-check-preview-go = Preview of the page
edit-check-preview-es = Preview in Spanish
edit-check-passkey = A link changes, so you will be asked for your passkey first.
edit-now = Now
edit-then = Then
edit-why = Why does it change? (optional)
edit-why-hint = It helps whoever looks at it, for example: “We move to a new portal”.
edit-publish = Publish now
edit-send = Send it
edit-day = Or on a day
edit-day-hint = It goes live when that day has begun in every state: at midnight in Hawaii, early morning elsewhere.
edit-schedule = Publish on that day
edit-trouble-changed = Something changed since you looked. Please read it again.
edit-trouble-day = Choose a day from tomorrow on, within a year.
edit-trouble-too-many = You sent changes of { $most } organizations today. That is the most; go on tomorrow.

# Why something waits.
edit-risk-door = A link would open { $domain }, which was never shown here before.
edit-risk-door-gone = A link that people use now would be gone: { $url }
edit-risk-endpoint-gone = An address that apps use now would be gone: { $url }
edit-risk-name = The name changes, or another name is new.
edit-risk-phone = A phone number changes. People tell whoever answers who they are.
edit-risk-address = The main address changes. Letters go there.
edit-risk-identifier = A number such as an NPI is new.
edit-risk-status = It would be shown as closed, moved or open again.
edit-risk-part-of = It would be part of another organization.
edit-risk-words = A text has a phone number or an address of the web in it.

# What waits.
edit-waiting-title = Waiting changes of { $name }
edit-waiting-nothing = Nothing waits.
edit-waiting-words = Read what would change before you confirm it. If a link looks odd, refuse it and call whoever sent it.
edit-waiting-item = Sent on { $date } by { $by }
edit-by-you = you
edit-by-other = somebody else of your organization
edit-by-delegate = a vendor or agency that edits for you
edit-waiting-why = Why it waits:
edit-waiting-day = It is published on { $date }.
edit-waiting-not-before = When it is confirmed, it is published on { $date } at the earliest.
edit-waiting-mine = You sent it, so somebody else confirms it: another owner who proved it by themselves, or a moderator.
edit-waiting-not-you = You cannot confirm it: that needs an owner who proved it by themselves and whom its author did not invite in the last 30 days, or a moderator.
edit-confirm-words = Is all of this right? Then it is shown to everybody.
edit-confirm = Confirm this change
edit-refuse = Refuse it
edit-refuse-why = Why not? Its author reads this.
edit-withdraw = Take it back
edit-sent-live = It is published. Thank you for keeping it right.
edit-sent-both = What needs no second look is published. The rest waits below.
edit-sent-waits = It was sent and waits for a second person.
edit-sent-later = It was sent and waits for its day.
edit-sent-nothing = Nothing was changed, so nothing was sent.
edit-sent-confirmed = You confirmed it.
edit-sent-refused = It was refused. Nothing of it is shown.
edit-sent-withdrawn = You took it back.
edit-sent-conflict = Somebody was faster, or something changed since you read it. Please look again.

# The preview.
preview-title = Preview.
preview-words = Only you see this. It is how the page looks when everything is published and confirmed.
preview-phone = As on a phone
preview-wide = As on a computer
preview-back = Back to your changes
