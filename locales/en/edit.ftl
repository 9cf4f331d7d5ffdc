edit-mail-delegate-subject = A change of { $name } was sent for you
edit-mail-delegate = Somebody who edits { $name } for you sent a change. It goes live in 2 days at the earliest. If it is right you need to do nothing, unless the page asks you to confirm it. If it is wrong, refuse it here: { $address }
