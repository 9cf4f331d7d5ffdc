# What is available today.
available-title = What is available today
available-all-kinds = All places
available-all-states = All states
available-what = What people can do
available-show = Show
available-see = See records online
available-save = Save a copy
available-send = Send records to someone or to an app
available-apps = Let an app connect
available-finding-see = { $of }: you can see records online at { $yes } of the { $total } we list
available-finding-save = { $of }: you can save a copy at { $yes } of the { $total } we list
available-finding-send = { $of }: you can send records at { $yes } of the { $total } we list
available-finding-apps = { $of }: apps can connect at { $yes } of the { $total } we list
available-finding-nobody = { $of }: we list none yet
available-caption = { $kinds }: { $feature }.
available-map = Each square is a state. The number in it is the share of places we list for which a source says yes.
available-step-none = none listed
available-menu = One by one
available-menu-caption = { $kinds }: what they offer, in all states together.
available-silent = { $count ->
    [one] Of 1 other thing no list tells us anything.
   *[other] Of { $count } other things no list tells us anything.
  }
available-col-listed = We list
available-col-yes = Yes
available-col-planned = Planned
available-col-no = No
available-col-not-known = Not known
available-col-known = No door yet
available-col-share = Share of yes
available-how = How we count
available-how-who = We count the places in this directory, not all places that exist. “We list” counts places with an online door or service. “No door yet” counts places we know without one. They are not part of the other numbers.
available-how-not-known = “Not known” means that no list tells us. It does not mean no.
available-how-twice = A place in two states counts in both, and a place of two kinds counts under both. “All” counts each place once.
available-counted = Counted on { $date }.
available-sources = From these lists: { $sources }.
available-more-sources = { $count ->
    [one] 1 more
   *[other] { $count } more
  }
available-csv = Get all numbers as a table (CSV)
available-to-browse = See the places: { $state }
