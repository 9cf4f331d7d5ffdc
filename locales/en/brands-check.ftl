# The page where a publisher checks a list of brands.
brands-check-title = Check a list of brands
brands-check-intro = Publish a list of brands and FHIR endpoints (SMART User-access Brands, or an HTI-1 service base URL list)? Drop it here. You read in plain words what is wrong, where, and how to mend it.
brands-check-private = Nothing you send is kept or shown to anybody else.
brands-check-file = File
brands-check-file-hint = A FHIR Bundle as JSON, at most { $size } MB.
brands-check-text = Or paste it
brands-check-text-hint = The whole Bundle, from the first brace to the last.
brands-check-send = Check it
brands-check-command = For larger files, or for a list at an address, there is a command:
brands-check-nothing = Choose a file, or paste a Bundle.
brands-check-foreign = This form was sent from another site. Please send it from here.
brands-check-busy = Too many lists were checked from your network. Please wait { $minutes } minutes, or use the command.
brands-check-unreadable = What was sent could not be read. Please try again.
brands-check-problem = Please check
brands-check-good = Nothing is wrong with this list
brands-check-bad = { $count ->
    [one] 1 error to mend
   *[other] { $count } errors to mend
}
brands-check-no-errors = No errors, some advice
brands-check-counted = { $brands ->
    [one] 1 organization
   *[other] { $brands } organizations
}, { $endpoints ->
    [one] 1 endpoint
   *[other] { $endpoints } endpoints
}.
brands-check-warnings = { $count ->
    [one] 1 warning
   *[other] { $count } warnings
}
brands-check-notes = { $count ->
    [one] 1 note
   *[other] { $count } notes
}
brands-check-error = Error
brands-check-warning = Warning
brands-check-note = Note
brands-check-mend = To mend it:
brands-check-where = Where
brands-check-times = { $count ->
    [one] once
   *[other] { $count } times
}
brands-check-entry = Entry { $number }
brands-check-more = { $count ->
    [one] and 1 more
   *[other] and { $count } more
}
brands-check-again = Check another list

# What is wrong.
brands-rule-too-large = The file is too large to be checked here.
brands-rule-not-json = The file is not JSON: { $value }.
brands-rule-too-deep = The file is nested far deeper than any Bundle.
brands-rule-not-a-bundle = This is not a FHIR Bundle.
brands-rule-bundle-type = The Bundle’s type is not “collection”.
brands-rule-timestamp-missing = The Bundle has no timestamp.
brands-rule-timestamp-bad = The timestamp “{ $value }” is not a date with time and time zone.
brands-rule-timestamp-future = The timestamp { $value } lies in the future.
brands-rule-timestamp-old = The timestamp { $value } is older than the quarterly review.
brands-rule-meta-last-updated = The Bundle has meta, but no meta.lastUpdated.
brands-rule-total-given = The Bundle has a total; only search results may.
brands-rule-search-given = The entry has search details; only search results may.
brands-rule-no-entries = The Bundle has no entries.
brands-rule-entry-unreadable = The entry has no resource that can be read.
brands-rule-other-resource = A resource of type “{ $value }” stands among the brands.
brands-rule-id-missing = The resource has no id.
brands-rule-id-bad = The id “{ $value }” is not allowed in FHIR.
brands-rule-id-prefix = Another endpoint’s id, “{ $value }”, is the beginning of this one.
brands-rule-full-url-missing = The entry has no fullUrl.
brands-rule-full-url-relative = The fullUrl “{ $value }” is not absolute.
brands-rule-full-url-versioned = The fullUrl “{ $value }” names a version.
brands-rule-full-url-twice = The fullUrl “{ $value }” stands in the Bundle more than once.
brands-rule-full-url-other-id = The fullUrl “{ $value }” does not end with the resource’s id.
brands-rule-last-updated-missing = The resource does not say when it last changed.
brands-rule-name-missing = The organization has no name.
brands-rule-test-name = This looks like a test, not an organization: { $value }.
brands-rule-inactive = The organization is marked as not active.
brands-rule-telecom-count = The organization has { $value } telecoms; it must have exactly one, its website.
brands-rule-telecom-not-url = The telecom’s system is “{ $value }”, not “url”.
brands-rule-telecom-no-value = The telecom has no value.
brands-rule-absent-reason = “{ $value }” may not be given as the reason for a missing value.
brands-rule-address-unsafe = People or apps cannot be sent to this address: { $value }.
brands-rule-address-http = The address { $value } is not encrypted.
brands-rule-category-missing = The organization has no category.
brands-rule-category-unknown = “{ $value }” is not one of the seven categories.
brands-rule-category-system = The category is right, but its system is “{ $value }”.
brands-rule-identifier-web-missing = No identifier is the organization’s web address.
brands-rule-identifier-web-form = The web address “{ $value }” is not written as an identifier.
brands-rule-identifier-no-value = An identifier has no value.
brands-rule-identifier-no-system = The identifier “{ $value }” does not say who gave it.
brands-rule-identifier-shared = Another organization has the identifier “{ $value }” too.
brands-rule-use-home = An organization cannot have a “home” address or telecom.
brands-rule-country = The country “{ $value }” is not a two-letter code.
brands-rule-part-unknown = The extension has no part called “{ $value }”.
brands-rule-part-twice = The part “{ $value }” stands here more than once.
brands-rule-part-type = A part of the extension does not have one value of its type ({ $value }).
brands-rule-portal-empty = A portal says nothing.
brands-rule-portal-no-url = A portal has no address.
brands-rule-logo-large = A logo inside the list has { $value } characters.
brands-rule-description-html = A portal’s description has HTML in it.
brands-rule-uab-1 = The portal names the endpoint “{ $value }”, but the organization does not list it.
brands-rule-reference-empty = A reference is empty.
brands-rule-reference-unresolved = “{ $value }” is not in the Bundle.
brands-rule-reference-loose = “{ $value }” is found by its type and id alone, not by its fullUrl.
brands-rule-part-of-deep = It is part of “{ $value }”, which is itself a part.
brands-rule-part-of-circle = It is part of itself, by way of others.
brands-rule-hti-identifier = The organization has no facility identifier.
brands-rule-hti-location = The organization has no address.
brands-rule-hti-endpoint = Neither the organization nor what it is part of has an endpoint.
brands-rule-endpoint-status = The status “{ $value }” is not one of FHIR’s.
brands-rule-endpoint-not-active = The endpoint’s status is “{ $value }”.
brands-rule-connection-type = The connection type is “{ $value }”, not FHIR over REST.
brands-rule-version-missing = The endpoint does not say its FHIR version.
brands-rule-version-unknown = “{ $value }” is not a FHIR version.
brands-rule-contact-missing = The endpoint has no contact.
brands-rule-configuration-url = No contact is an https address for developers.
brands-rule-payload-type = The payload type must be “none”, once.
brands-rule-endpoint-address-missing = The endpoint has no address.
brands-rule-endpoint-orphan = No organization lists this endpoint.
brands-rule-endpoint-twice = Another endpoint has the address { $value } too.

# How to mend it.
brands-mend-too-large = Check it with the command, which takes larger files.
brands-mend-not-json = Look at the place it names; the file may be cut off, or a web page.
brands-mend-too-deep = Write resources only as deep as the profiles show.
brands-mend-not-a-bundle = Put everything into one resource of type Bundle.
brands-mend-bundle-type = Set type to “collection”.
brands-mend-timestamp-missing = Add timestamp: when the content last changed.
brands-mend-timestamp-bad = Write it like 2026-11-26T08:00:00Z.
brands-mend-timestamp-future = Set it to when the content last changed.
brands-mend-timestamp-old = Look the list over, at least once a quarter, and say when.
brands-mend-meta-last-updated = Add meta.lastUpdated, or leave meta out.
brands-mend-total-given = Leave total out.
brands-mend-search-given = Leave search out.
brands-mend-no-entries = Add an Organization for each brand and an Endpoint for each FHIR address.
brands-mend-entry-unreadable = Give each entry a resource that is an object.
brands-mend-other-resource = Keep only Organization and Endpoint.
brands-mend-id-missing = Give it an id that never changes.
brands-mend-id-bad = Use up to 64 letters, digits, dashes and dots.
brands-mend-id-prefix = Choose ids of the same length; a test kit looks for ids inside references.
brands-mend-full-url-missing = Give each entry an absolute fullUrl; references need it.
brands-mend-full-url-relative = Begin it with https:// or urn:uuid:.
brands-mend-full-url-versioned = Cut off /_history and what follows.
brands-mend-full-url-twice = Keep one of the entries, or give the other an address of its own.
brands-mend-full-url-other-id = Let the fullUrl end with Organization/ or Endpoint/ and the id.
brands-mend-last-updated-missing = Add meta.lastUpdated if you know it.
brands-mend-name-missing = Add the name that patients know.
brands-mend-test-name = Take tests out of the published list.
brands-mend-inactive = List only organizations that patients can use.
brands-mend-telecom-count = Keep one telecom with system “url” and the public website; a phone has no place here.
brands-mend-telecom-not-url = Set system to “url”.
brands-mend-telecom-no-value = Add the address of the public website.
brands-mend-absent-reason = Only asked-declined and asked-unknown are allowed, and only if you asked.
brands-mend-address-unsafe = Give a whole https address on a public name.
brands-mend-address-http = Use the https address.
brands-mend-category-missing = Add a type with one of: prov, ins, laboratory, imaging, pharmacy, health-information-network, health-data-aggregator.
brands-mend-category-unknown = Add one of: prov, ins, laboratory, imaging, pharmacy, health-information-network, health-data-aggregator.
brands-mend-category-system = Use http://terminology.hl7.org/CodeSystem/organization-type.
brands-mend-identifier-web-missing = Add an identifier with system urn:ietf:rfc:3986 and a value such as https://example.org.
brands-mend-identifier-web-form = Write https, the name without www., and nothing behind it.
brands-mend-identifier-no-value = Add the value, or take the identifier out.
brands-mend-identifier-no-system = Add the system: the address of who gave the number.
brands-mend-identifier-shared = Give each brand one identifier that is its own; smart-configuration must name exactly one brand.
brands-mend-use-home = Leave use out, or say “work”.
brands-mend-country = Write it like US.
brands-mend-part-unknown = Look at its spelling, or take it out.
brands-mend-part-twice = Keep one; for another portal add another extension.
brands-mend-part-type = Give it exactly one value, of the type the standard names.
brands-mend-portal-empty = Add its name and address, or take it out.
brands-mend-portal-no-url = Add portalUrl: where patients sign in.
brands-mend-logo-large = Publish the logo at an address of its own.
brands-mend-description-html = Write it as plain text or Markdown.
brands-mend-uab-1 = Add the same reference, spelled alike, to Organization.endpoint.
brands-mend-reference-empty = Add the reference, or take the element out.
brands-mend-reference-unresolved = Add the entry, or spell the reference as its fullUrl: absolute, relative to the same server, or urn:uuid.
brands-mend-reference-loose = Write the fullUrl of the entry, or a relative reference below the same address.
brands-mend-part-of-deep = Let it be part of the top organization; two levels are allowed.
brands-mend-part-of-circle = Take partOf out of the top organization.
brands-mend-hti-identifier = Add an NPI, CCN, CLIA or other health system number.
brands-mend-hti-location = Add at least the city and state.
brands-mend-hti-endpoint = List its endpoint, or name with partOf the organization that has one.
brands-mend-endpoint-status = Use active, suspended, error, off, entered-in-error or test.
brands-mend-endpoint-not-active = Readers leave it out; take it out if it is gone.
brands-mend-connection-type = Use hl7-fhir-rest of http://terminology.hl7.org/CodeSystem/endpoint-connection-type.
brands-mend-version-missing = Add the extension endpoint-fhir-version with a code such as 4.0.1.
brands-mend-version-unknown = Use the number, like 4.0.1; not R4.
brands-mend-contact-missing = Add a contact with system “url” and an https page for app developers.
brands-mend-configuration-url = Add a contact with system “url” and an https page for app developers.
brands-mend-payload-type = Use one: none of http://terminology.hl7.org/CodeSystem/endpoint-payload-type.
brands-mend-endpoint-address-missing = Add the FHIR base address.
brands-mend-endpoint-orphan = List it in the endpoint of a brand.
brands-mend-endpoint-twice = Let all brands refer to one endpoint.
