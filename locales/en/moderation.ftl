# What moderators do besides the queue.
moderate-on = Go on
moderate-done-title = Done
moderate-done = It is live now. It can be taken back like any other change.
moderate-done-many = Done: { $done }. Left out, because somebody changed them meanwhile: { $late }.
moderate-waits-title = It waits for another moderator
moderate-waits = Nothing has changed yet. Another moderator must look at it and confirm it. Nobody confirms their own.
moderate-nothing-title = There is nothing to do
moderate-nothing = It is already so, or nothing of it is left.
moderate-late-title = Somebody was faster
moderate-late = It is not what you read any more, so nothing was changed. Look at it again.
moderate-refused-title = That can’t be done
moderate-refused = Check what you typed. If it needs a second moderator, somebody other than you must confirm it.

# The public log.
log-title = What our moderators decided
log-intro = Every decision about this directory, for everybody to read. It does not show who decided, or who told us.
log-none = Nothing has been decided yet.
log-counts = How many
log-entries = One by one
log-older = Older ones
log-appeal = Do you think a decision is wrong? Tell us, and somebody else will look at it.
log-appeal-contact = Contact
log-quarter = Quarter { $quarter } of { $year }
log-col-when = When
log-col-approved = Changes approved
log-col-rejected = Turned down
log-col-claims = Claims
log-col-hosts = Harmful sites
log-col-doors = Links and entries
log-col-joined = Joined or split
log-col-held = Stopped or undone
log-proposal-approved = A change was approved:
log-proposal-published = A change went live:
log-proposal-rejected = A change was turned down:
log-claim-proved = It was shown whose this is:
log-claim-refused = A claim was turned down:
log-claim-lost = A proof was not found any more:
log-host-recalled = We send nobody to this site any more:
log-host-let-off = We send people to this site again:
log-door-confirmed = A new link was found right:
log-door-refused = A new link was found wrong:
log-items-taken-out = Entries were taken out:
log-items-let-in = Entries were let in again:
log-organization-merged = Found to be the same as another:
log-organization-split = Found to be a place of its own:
log-subject-frozen = Editing was stopped:
log-subject-let-go = Editing was allowed again:
log-load-undone = An import was undone
log-by-moderator = a moderator
log-by-owner = the organization
log-by-program = the program
log-by-public = somebody without an account
log-by-operator = the operator

# Harmful hosts.
hosts-title = Sites we send nobody to
hosts-intro = If a site tricks people, take it out here. Within a minute it is gone from every page, file and search.
hosts-label = Name of the site
hosts-hint = For example: login.example.net. Sites below it go too. You can paste a whole address.
hosts-wrong = This is not the name of a public site.
hosts-look = Show what it touches
hosts-reach = It stands on this many organizations and apps: { $count }
hosts-recall = Take { $host } out now
hosts-listed = Sites that are out
hosts-none = There are none.
hosts-waits = Waits for another moderator
hosts-let-off = Ask to let { $host } back in
hosts-let-off-why = Why { $host } is safe

# One change across many.
bulk-title = One change in many places
bulk-intro = When a health system gets a new domain, or a vendor closes. You see every place first, and another moderator confirms it.
bulk-from = Domain now
bulk-from-hint = For example: old-name.org
bulk-to = Domain then
bulk-to-hint = Leave it empty to take these links out, for a vendor that closed.
bulk-look = Show what would change
bulk-preview = { $count ->
    [one] 1 place
   *[other] { $count } places
}
bulk-cut = There are more. These are the first 500; do the rest after them.
bulk-why = Why
bulk-why-said = Why:
bulk-ask = Ask another moderator to confirm
bulk-motions = Asked so far
bulk-none = Nothing yet.
bulk-let-off = Let { $host } back in
bulk-move = Move links from { $from } to { $to }
bulk-close = Take out links to { $domain }
bulk-undo = Take back what number { $number } did
bulk-state-waits = waits
bulk-state-carried = confirmed
bulk-state-refused = turned down
bulk-own = You asked for this. Another moderator must confirm it.
bulk-confirm = Confirm and do it
bulk-take-back = Take it back
bulk-refuse = Turn it down
bulk-was-carried = It was confirmed and done.
bulk-was-refused = It was turned down.
bulk-undo-ask = Ask to undo it
bulk-back = All of them

# Taking back.
revert-title = Take a change back
revert-intro = Any change can be taken back, whoever made it. You see first what would come back.
revert-id = Number of the organization or app
revert-id-hint = It begins with org- or app-.
revert-person = Or everything of one person
revert-person-hint = Their number; it begins with per-.
revert-since = Since which day
revert-since-hint = For example: 2026-11-01
revert-look = Show
revert-items = Changes
revert-before = Before
revert-look-at = Change { $number }
revert-load = Import { $number }
revert-person-count = { $count ->
    [one] 1 change of this person
   *[other] { $count } changes of this person
}
revert-person-go = Take all of them back
revert-one-title = Take back a change of { $name }
revert-out = These entries go:
revert-stays = These came with the change and stay, because nothing was there before:
revert-doors-wait = If a link is among it, another moderator must confirm it first.
revert-go = Take it back
revert-load-rows = { $rows } rows
revert-load-what = Its source says again what it said before this import. Only the last import of a source can be undone.
revert-load-go = Undo this import
bulk-hidden = This is a link shortener. It hides where it leads, so nothing can move there.
bulk-late = { $count ->
    [one] 1 of these changed since this was asked for. It would be left out.
   *[other] { $count } of these changed since this was asked for. They would be left out.
}
bulk-not-opened = { $count ->
    [one] 1 more new address was not opened.
   *[other] { $count } more new addresses were not opened.
}
revert-by-owner = An owner
revert-by-list = A list: { $name }
revert-event-created = New in the directory
revert-event-updated = Changed
revert-event-moved = Moved
revert-event-merged = Made one with another
revert-event-split = Stands for itself again
revert-event-closed = Closed
revert-event-withdrawn = Nobody lists it any more
revert-event-restored = Taken back
revert-event-held = A link was held back
revert-event-confirmed = A link was confirmed
revert-event-recalled = A harmful address was taken out
revert-event-redacted = Something private was taken out
revert-event-attested = Found still correct

# One or two.
review-join-title = One place or two?
join-intro = Put two entries side by side. If they are one place, choose what is right.
join-goes = Goes:
join-stays = Stays:
join-both = Both, side by side
join-choose-left = Keep this: { $field } (left)
join-choose-right = Keep this: { $field } (right)
join-hint = Where you choose nothing, the better source counts. Old addresses lead to the one that stays. You can split them again.
review-join-go = They are one
join-different = They are two. Do not ask again
join-swap = The other way round
join-wrong = We don’t know both of these, or they are the same.
join-a = Number of the one that goes (org-…)
join-b = Number of the one that stays (org-…)
join-look = Show
join-pairs = Pairs that wait: { $count }
split-title = Split an entry
split-intro = If one entry is really two places, take out what does not belong.
split-merged = Undo the joining of { $id }
split-listing = Take out this entry of { $source }
split-gone = (no longer listed)

# Who looks after the directory.
people-title = Who looks after this directory
people-moderator = Moderator
people-administrator = Administrator
people-sessions = { $count ->
    [one] Signed in on 1 device.
   *[other] Signed in on { $count } devices.
}
people-sign-out = Sign { $name } out everywhere
people-dismiss = Dismiss { $name }
people-invite = Invite somebody
people-invite-go = Make the invitation
people-email = E-mail
people-email-wrong = Check the e-mail. It looks like name@example.org.
people-role = Role
people-invited = The invitation is ready
people-invited-once = We sent it by e-mail. This link is shown only once, works once, and ends after 7 days.
people-mail-subject = You are invited to look after the directory
people-mail-text = You are invited to help look after this directory of health record portals. Open this link within 7 days: { $link }
