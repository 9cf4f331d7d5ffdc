find-title = Find a place
find-title-for = “{ $words }”
find-count = { $count ->
    [one] 1 place
   *[other] { $count } places
  }
find-start = Where might your records be?
find-start-more = Type a name, a city, a ZIP code or a web address, or choose a kind of place.
find-nothing = We found no place here.
find-nothing-called = We found no place called “{ $words }”.
find-did-you-mean = Did you mean { $words }?
find-filters = Filters
find-remove = (remove)
find-first-page = Go to the first results
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
near-label = City, state or ZIP
near-error = We do not know this place. Type a city and state, or a ZIP code.
near-error-zip = A ZIP code has 5 digits, like 83702.
near-locate = Use my location
near-locating = Asking your browser…
near-located = Your location is in the box, rounded to about a mile. Press Search to use it. We do not keep it.
near-refused = Your browser did not share your location. Type a city and state, or a ZIP code.
near-failed = Your browser could not tell where you are. Type a city and state, or a ZIP code.
find-count-more = more than { $count } places
find-count-for = { $places } for “{ $words }”
find-near = Near { $place }
find-from-zip = Distances are from the middle of ZIP code { $zip }.
find-from-city = Distances are from the middle of { $place }.
find-from-state = These places are in { $state } or serve it.
find-from-point = Distances are from the point { $point }.
find-without = Search without the filter “{ $filter }” ({ $places })
find-wider = Search within { $miles } miles ({ $places })
question-portal = { $name } is used by many places. Which hospital, clinic or town?
question-portal-label = Hospital, clinic or town
question-state = { $name } is different in each state. Which state?
question-state-label = Your state
question-state-choose = Choose a state
question-programme = “{ $name }” can mean more than one thing. Which one do you mean?
question-person = Records are kept by a clinic, group or hospital. Do you know where { $name } works?
question-person-label = Name of the clinic, group or hospital
question-go = Show places
filter-within = Distance
filter-any-distance = Any distance
filter-within-needs = To use this, type a city and state or a ZIP code in the box above.
filter-miles = { $miles } miles
find-within = Within { $miles } miles
filter-can = What you can do there
filter-send-app = Send to an app you choose
filter-feature = { $group }: { $feature }
filter-data = What you can see
filter-tier = Who says so
filter-count = { $words } ({ $count })
filter-count-least = { $words } (at least { $count })
