# The page of nightly files.
dumps-title = The whole directory as files
dumps-up = For developers
dumps-intro = Everything that is public here, written to files every night. Free, without a key and without a limit.
dumps-none = There is no night yet. The first one is written soon after the program starts.
dumps-time = A new night is written at { $time } UTC. The address /data/latest/ and the name of a file leads to the newest one.
dumps-night = The night of { $date }
dumps-counts = { $organizations ->
    [one] 1 place,
   *[other] { $organizations } places,
  } { $listed } of them with a door or a feature.
dumps-revision = It stands at change { $revision }; the feed of changes goes on from there.
dumps-col-file = File
dumps-col-what = What it is
dumps-col-rows = Rows
dumps-col-size = Size
dumps-size = { $kb } kB
dumps-packed = Files that end in .zst are packed with zstd. The second address gives the same file unpacked.
dumps-format-ndjson = One JSON object a line, with who says each field
dumps-format-changes = What became different since the night before
dumps-format-csv = Table, for spreadsheets too
dumps-format-parquet = Table as Apache Parquet
dumps-format-sqlite = All tables as one SQLite database
dumps-format-fhir = FHIR R4 resources, one a line
dumps-format-bundle = FHIR R4 resources as one Bundle
dumps-format-brands = SMART User-access Brands, as one Bundle
dumps-verify = Did it come whole?
dumps-verify-text = The manifest names each file with its size, its number of rows and its SHA-256. Compare them, or let the program do it:
dumps-folder = FOLDER
dumps-recalls = When an address turns out to be hostile, it is cut out of the kept files too. Until that is done they are not given out, and the manifest tells what changed. So ask for the manifest again from time to time.
dumps-nights = Nights that are kept
dumps-notices = { $count ->
    [one] 1 notice of a change.
   *[other] { $count } notices of changes.
  }
dumps-terms = Terms
dumps-terms-text = What is ours is in the public domain (CC0 1.0): the choice, the matching, the ids and the layout. Each value stays under the terms of the source that says it; the manifest lists them all.
dumps-dictionary = What each field means: the data dictionary
