find-title = Find a place
find-title-for = “{ $words }”
near-label = Near a ZIP code (if you like)
near-error = A ZIP code has 5 digits, like 83702.
find-count = { $count ->
    [one] 1 place
   *[other] { $count } places
  }
find-count-for = { $count ->
    [one] 1 place for “{ $words }”
   *[other] { $count } places for “{ $words }”
  }
find-start = Where might your records be?
find-start-more = Type a name, a city, a ZIP code or a web address, or choose a kind of place.
find-nothing = We found no place here.
find-nothing-called = We found no place called “{ $words }”.
find-did-you-mean = Did you mean { $words }?
find-portal-name = Many places use “{ $words }”, and each has its own way in. Type the name of your hospital or clinic.
find-filters = Filters
find-remove = (remove)
find-near-zip = Near { $zip }
find-first-page = Go to the first results
find-without = Search without { $filter }.
find-way-words = Try fewer words, a nickname, or the name of the health system.
find-way-portal = Paste the web address you use to sign in, if you know it.
find-way-ask = You can always ask the place itself, on paper or by phone.
find-way-tell = Is a place missing? We can’t get its records for you, but we can add it.
filter-state = State
filter-any-state = Any state
filter-kind = Kind of place
filter-apply = Show results
find-narrow = These are the first { $number } places. To see others, add a city, a state or a kind.
paging-label = Pages of results
paging-previous = Previous
paging-next = Next
paging-page = Page { $number }
card-see = See
card-save = Save
card-send = Send
card-opens = Opens { $domain }
card-part-of = Part of { $name }
card-places-matching = { $count ->
    [one] 1 place of { $name } matches
   *[other] { $count } places of { $name } match
  }
find-parts = Places of one organization
find-parts-of = Places of { $name }
card-website = Its website: { $domain }. We know no sign-in page yet.
card-apps-only = Apps can connect. We know no sign-in page yet.
card-no-door = We know no checked online door. See how to ask.
card-known = We know no online door yet. See how to ask.
card-starter = Starter data, not checked
card-also-known-as = Also known as { $name }
card-miles-near = less than 1 mile away
card-miles = { $count ->
    [one] 1 mile away
   *[other] { $count } miles away
  }
