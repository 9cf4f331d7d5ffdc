# Lists by state, kind and portal vendor.
browse-title = Browse all places
browse-lead = Every place in the directory, without searching. Choose a state, a kind of place, or the company behind its portal. A portal is a website where you sign in to see your records.
browse-lead-state = Places in this state, and places that serve it. A place of more than one kind stands under each.
browse-lead-us = Places that serve the whole country.
browse-lead-nowhere = No list tells us where these places are.
browse-lead-kind = Choose a state. A place in more than one state stands under each.
browse-lead-vendors = A portal is a website where you sign in to see your records. Many places use a portal, or let apps connect, through the same company.
browse-lead-vendor = These places have a sign-in page that shows by its name or address that it is { $name }, or they let apps connect through { $developer }. Apps connecting there does not prove which portal you will see.
browse-lead-vendor-other = These places have a sign-in page, but its name and address do not show who makes it.
browse-by-state = By state
browse-by-kind = By kind of place
browse-by-vendor = By company behind the portal
browse-all-vendors = See all companies
browse-vendors-title = Companies behind portals
browse-vendors-list = Companies and their portals
browse-vendor = { $developer } ({ $name })
browse-vendor-other = Other portals
browse-vendor-count = { $portals ->
    [one] 1 sign-in page
   *[other] { $portals } sign-in pages
  } · { $apps } with app access only
browse-nowhere = State not known
browse-legend = “Online” means we list an online door or service. “Not yet” means we know the place, but no online door so far.
browse-count = { $all ->
    [one] 1 place
   *[other] { $all } places
  }: { $listed } online, { $known } not yet.
browse-counts = { $known ->
    [0] { $listed } online
   *[other] { $listed } online, { $known } not yet
  }
browse-empty = We know no place here yet.
browse-trail = You are here
browse-title-in = { $what } in { $state }
browse-title-us = { $what }, nationwide
browse-title-nowhere = { $what }, state not known
browse-title-page = { $title }, page { $page }
browse-page-of = This is page { $page } of { $pages }.
browse-letters = Jump to a letter
browse-digits = Numbers and signs
browse-no-door = No online door known yet
browse-has-portal = Its sign-in page
browse-has-apps = App access only
browse-to-available = See what is available in { $state }
browse-to-available-kind = See what is available in each state
browse-to-us = See places that serve the whole country
