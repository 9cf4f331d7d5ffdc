# The page of sources.
sources-link = Sources
sources-title = Where the list comes from
sources-intro = Every fact here was said by somebody. These are the sources, how much each one says, and how old it is.
sources-none = No source has given anything yet.
sources-total = { $count ->
    [one] 1 source
   *[other] { $count } sources
  } with { $rows ->
    [one] 1 row.
   *[other] { $rows } rows.
  }
sources-failed = { $count ->
    [one] 1 source could not be fetched last time. What it said before stays until then.
   *[other] { $count } sources could not be fetched last time. What they said before stays until then.
  }
sources-order = When two sources do not agree, we show what the one closer to the top says.
sources-own-systems = { $count ->
    [one] 1 organization’s own system
   *[other] { $count } organizations’ own systems
  }
sources-by = Published by { $publisher }
sources-list = Its list is of
sources-list-none = Nothing of it has been taken in yet
sources-age-today = of today
sources-age-days = { $count ->
    [one] 1 day old
   *[other] { $count } days old
  }
sources-age-months = { $count ->
    [one] 1 month old
   *[other] { $count } months old
  }
sources-age-years = { $count ->
    [one] 1 year old
   *[other] { $count } years old
  }
sources-rows = Rows
sources-rows-in = { $count ->
    [one] 1 row is in this directory
   *[other] { $count } rows are in this directory
  }
sources-waiting-loads = { $count ->
    [one] 1 whole list waits for a person to look at it
   *[other] { $count } whole lists wait for a person to look at them
  }
sources-waiting-doors = { $count ->
    [one] 1 address waits for a person to look at it
   *[other] { $count } addresses wait for a person to look at them
  }
sources-success = Last taken in or found unchanged
sources-try = Last asked
sources-try-loaded = On { $date }. What was new is in.
sources-try-unchanged = On { $date }: nothing was new.
sources-try-held = On { $date }: something came that a person has to look at first. Until then nothing changes.
sources-try-failed = We could not fetch it on { $date }: { $trouble }
sources-licence = License
sources-address = Where it is published
sources-kept-back = { $count ->
    [one] 1 row or part of a row was kept back
   *[other] { $count } rows or parts of rows were kept back
  }
sources-kept-back-help = They look wrong, private or like a test, so nobody is sent there.
sources-kept-back-more = { $count ->
    [one] 1 more, for other reasons
   *[other] { $count } more, for other reasons
  }
tier-0 = People who look after this directory
tier-1 = The organization itself
tier-2 = The organization’s own system says so
tier-3 = The maker of the software says so itself
tier-4 = A government file
tier-5 = Another public list
tier-6 = Suggested by a visitor, accepted by a person
tier-7 = Our own first list
tier-8 = An old list, kept as history
sources-trouble-settings = this site is not set up to fetch it.
sources-trouble-refused = its address is one that this site does not open.
sources-trouble-no-address = its server cannot be found on the internet.
sources-trouble-network = its server did not answer, or the connection broke.
sources-trouble-not-found = the publisher has no file at that address any more.
sources-trouble-forbidden = the publisher does not let us have it.
sources-trouble-server = the publisher’s server had a problem of its own.
sources-trouble-answer = its server gave an answer that is no file.
sources-trouble-redirects = its address leads in circles.
sources-trouble-web-page = a web page came where a list was due.
sources-trouble-too-large = the file is larger than this site takes.
sources-trouble-too-slow = the file came too slowly.
sources-trouble-disk = there was no room to keep it.
sources-trouble-held = a person has to look at it first.
sources-trouble-unreadable = what came could not be read as a list.
sources-trouble-older = a newer list of it is here already.
sources-trouble-nothing-to-list = nothing in it can be listed.
sources-trouble-store = it could not be written down just then.
