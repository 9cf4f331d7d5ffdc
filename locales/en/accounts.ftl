sign-in = Sign in
denied-sign-in-title = Please sign in first
denied-sign-in = You are not signed in, or your session has ended. Nothing was changed. Sign in, go back in your browser, and send the form again.
denied-foreign-title = This form was not sent from our page
denied-foreign = To keep profiles safe, we only take forms from our own pages, in the same session. Nothing was changed. Go back, load the page again, and send the form once more.
denied-confirm-title = Please confirm that it is you
denied-confirm = This step needs your passkey, shown within the last minutes. Nothing was changed. Confirm, go back in your browser, and send the form again.
denied-confirm-go = Confirm with your passkey
denied-frozen-title = Nobody can change this profile right now
denied-frozen = A person has to look at who owns it first. The links that patients see stay as they are. Nothing was changed.
denied-too-large-title = That is too large
denied-too-large = The form or file is larger than we can take here. Nothing was changed.
denied-back = Back to your organizations
me-label = Your pages
me-organizations = Your organizations
me-account = Your account
me-review = Review
me-sign-out = Sign out
me-promise = We never see your health records. One cookie keeps you signed in; it is the only one, and it is gone when you sign out.

sign-in-for-whom = This is for people who look after the page of an organization or an app. If you want your own health records, you do not need an account here.
sign-in-patients = Find your health records
sign-in-passkey-title = With a passkey
sign-in-passkey = Sign in with a passkey
sign-in-link-title = With a link by e-mail
sign-in-email = Your e-mail address
sign-in-email-hint = Use the address you have at work. There is no password.
sign-in-send = Send me a link
sign-in-provider-title = With your organization's sign-in
sign-in-provider = Sign in with { $name }
sign-in-no-email = Type an e-mail address, like name@example.org.
sign-in-too-often = Too many links were asked for from your network. Please wait { $minutes } minutes and try again.
sign-in-sent-title = Look at your e-mail
sign-in-sent = If this address has an account or was invited, or wants one, a link is on its way. It works once, for { $minutes } minutes.
sign-in-sent-none = Nothing there after 5 minutes? Look in the folder for spam, and check how you typed the address.
sign-in-again = Use another address

link-who = You will be signed in as { $email }.
link-not-asked = If you did not ask for this, close this page. Nothing happens.
link-gone-title = This link does not work any more
link-gone = A link works once and for a short time. This one was used already, is too old, or was not copied whole. Nothing was changed.
link-gone-new = Ask for a new link

invite-title = You are invited
invite-moderator = You will be a moderator: you look at what people send in, and decide what is shown.
invite-administrator = You will be an administrator: you look after the directory, and invite moderators.
invite-passkey = Next you will be asked to add a passkey. You need it before you can decide anything.
invite-take = Accept the invitation

passkeys-none-number = Passkeys cannot be used here, because the address of this site is a number. Whoever runs the site can give it a name (on one's own machine: http://localhost).
passkeys-none-secure = Passkeys cannot be used here, because the address of this site does not begin with https://. Whoever runs the site can change that.
passkey-what = A passkey is the same thing that unlocks your device: your finger, your face or a PIN. It stays on your device, and nobody can trick you into typing it on a wrong page.
passkey-first-title = Add a passkey
passkey-first-words = You need one before you can change links or owners. It takes less than a minute.
passkey-needed-words = The page you want needs a passkey, and your account has none yet. Add one here, and you go on.
passkey-more-title = Add another passkey
passkey-more-words = A second passkey on another device lets you in when you lose the first.
passkey-lost-title = You lost your passkeys
passkey-lost-words = You can add a new passkey. To keep a thief out who only has your e-mail, it starts to work after { $hours } hours.
passkey-lost-told = We tell you by e-mail, and also the other owners of your organizations. Each of you can stop it.
passkey-lost-link = I lost my passkeys
passkey-later = Not now
passkey-add = Add a passkey
passkey-name = A name for it
passkey-name-hint = So that you know it again, like "work laptop". You may leave this empty.
passkey-unnamed = Passkey without a name
passkey-without = Passkeys need a newer browser with scripts turned on.
passkey-expired = That took too long. Please try again.
passkey-unknown = We do not know this passkey. Try another one, or use a link by e-mail.
passkey-waits = This passkey is new and does not count yet. Your account page says from when on.
passkey-many = You have as many passkeys as an account can have. Remove one first.
passkey-known = This device has a passkey for your account already.
passkey-first = Show a passkey you have first. Load the page again to do so.
passkey-often = Too many tries. Please wait 10 minutes.
passkey-stopped = Nothing was done. Try again when you are ready.
passkey-broken = Something broke on our side. Nothing was changed. Please try again.
confirm-words = What comes next can move where people sign in, or who decides. So please show your passkey once more. It holds for a few minutes.

account-done-name = Saved.
account-done-email = A link is on its way to the new address. Until you open it, the old address stays.
account-done-email-changed = Your e-mail address is changed. All other devices were signed out.
account-done-waits = Your new passkey is added. It does not count yet: see below from when on. You got an e-mail about it.
account-done-removed = The passkey is removed.
account-done-last = This is the only passkey that counts, so it stays. Add another one first.
account-done-ended = Signed out there.
account-back = Back to your account
account-name-title = About you
account-name = Your name
account-name-hint = People you work with see it here. It is never public.
account-language = Language of our e-mails
account-save = Save
account-passkeys = Passkeys
account-passkeys-none = You have none yet.
account-passkey-added = Added { $day }.
account-passkey-used = Last used { $day }.
account-passkey-unused = Not used yet.
account-passkey-waits = Counts from { $time }. Was this not you? Remove it now.
account-passkey-remove = Remove
account-email-title = E-mail address
account-email-now = Now: { $email }
account-email-new = New address
account-email-hint = We send a link to the new address, and tell the old one. You need your passkey for this.
account-email-send = Change the address
account-sessions = Where you are signed in
account-session-this = (this device)
account-session-since = Since { $day }. Last used { $seen }.
account-session-end = Sign out there
account-sessions-end = Sign out everywhere else
account-device-unknown = A device we cannot name
account-close = Your name, address and passkeys are erased. The pages of your organizations stay as they are.

email-confirm-title = Change your e-mail address?
email-confirm = Your account moves from { $old } to { $new }. All other devices are signed out.
email-confirm-go = Change it
email-taken = This address has an account of its own. Nothing was changed. Sign in with it, or use another address.

close-title = Close your account
close-words = Your name, address, passkeys and drafts are erased at once. This cannot be undone.
close-places = { $count ->
    [one] You have a place at one organization or app. Its page stays public; if nobody else looks after it, it has no owner any more.
   *[other] You have a place at { $count } organizations or apps. Their pages stay public; those that nobody else looks after have no owner any more.
}
close-go = Close my account now
closed-title = Your account is closed
closed = Nothing of who you are is left here, but for a number in the log of decisions.

stop-title = Stop the new passkey?
stop-words = Somebody added a passkey to an account with only a link by e-mail. If that is not right, stop it: the passkey is removed and everybody is signed out of that account.
stop-go = Stop it
stopped-title = The new passkey is stopped
stopped = It is removed, and everybody was signed out of that account. If somebody else can read those e-mails, change the password of the mailbox now.

mail-sign-in-subject = Your link to sign in to { $site }
mail-sign-in =
    Somebody asked for a link to sign in to { $site } with this address.

    To sign in, open this page and press the button:
    { $address }

    The link works once, for { $minutes } minutes. If you did not ask for it, you need not do anything.
mail-passkey-added-subject = A passkey was added to your account at { $site }
mail-passkey-added =
    A passkey was added to your account at { $site }.

    If that was not you, remove it now:
    { $address }
mail-waits-subject = A new passkey waits on your account at { $site }
mail-waits =
    Somebody signed in to { $site } as { $person } by a link, and added a passkey without showing one of yours. It begins to count in { $hours } hours.

    If that was not you, stop it now, and change the password of your mailbox:
    { $address }

    If it was you, you need not do anything.
mail-waits-other-subject = Please check: a new passkey at { $site }
mail-waits-other =
    { $person }, who looks after pages with you at { $site }, says their passkeys are lost and added a new one by a link alone. It begins to count in { $hours } hours.

    Please ask them, by phone or in person, if that is so. If it is not, stop it here:
    { $address }
mail-email-new-subject = Confirm your new address at { $site }
mail-email-new =
    Somebody wants to use this address for their account at { $site }.

    If that is you, open this page on a device where you are signed in, and press the button:
    { $address }

    The link works once, for an hour. If it was not you, you need not do anything.
mail-email-old-subject = Your address at { $site } was changed
mail-email-old =
    The e-mail address of your account at { $site } was changed. Mails go to the new one from now on, and links to this one do not work any more.

    If that was not you, tell whoever runs the site at once.
