home-title = Find your health records
home-kinds = Kinds of places
home-what-title = What this is
home-what-1 = Your records are kept by many places: hospitals, doctors, insurers, pharmacies, labs.
home-what-2 = We show you where each one lets you in: its website, its app access, or how to ask on paper.
home-what-3 = Free, no account, and we never see your records.
home-listed = { $count ->
    [one] 1 place is listed with an online door or service.
   *[other] { $count } places are listed with an online door or service.
  }
home-known = { $count ->
    [one] We know 1 more, without one so far.
   *[other] We know { $count } more, without one so far.
  }
home-uses = What people do with their records
home-use-check = Check them.
home-use-check-more = Find mistakes in your medicines, allergies and history, and ask for a correction.
home-use-share = Share them.
home-use-share-more = Show a new doctor, or the person who cares for you, what has been done.
home-use-keep = Keep them.
home-use-keep-more = Have your test results and vaccines at hand in an emergency or when you move.
home-use-apps = Use them in an app.
home-use-apps-more = Bring records from several places together.
home-apps-link = See the apps
home-rights = By law you can see and get a copy of your records.
home-state = See all places in { $state }
home-places = More than one place? Make a list and print it.
home-places-link = My places
