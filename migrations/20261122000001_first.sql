-- One schema for SQLite and PostgreSQL: TEXT, BIGINT and DOUBLE PRECISION only; times are microseconds UTC;
-- JSON is TEXT; ids are made by the program. Never edited once landed: add a new file.

CREATE TABLE source (
    id TEXT PRIMARY KEY NOT NULL,
    body TEXT NOT NULL
);

-- One dated set of files of one source: committed, held or skipped together.
CREATE TABLE load (
    id BIGINT PRIMARY KEY NOT NULL,
    source TEXT NOT NULL,
    date TEXT NOT NULL,
    mode TEXT NOT NULL,
    state TEXT NOT NULL,
    at BIGINT NOT NULL,
    files TEXT NOT NULL,
    counts TEXT NOT NULL
);
CREATE INDEX load_source ON load (source, state, date);

-- What a source says of one organization or app.
CREATE TABLE listing (
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    -- The organization it was first matched to: a merge moves subject_id, a split gives home_id back.
    home_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    body TEXT NOT NULL,
    grp TEXT NOT NULL,
    present BIGINT NOT NULL,
    changed_load BIGINT NOT NULL,
    seen_load BIGINT NOT NULL,
    PRIMARY KEY (source, key)
);
CREATE INDEX listing_subject ON listing (subject_id);
CREATE INDEX listing_group ON listing (source, grp);
CREATE INDEX listing_seen ON listing (source, seen_load);

-- What survives a change of key: numbers and addresses only one listing of a source has.
CREATE TABLE listing_mark (
    source TEXT NOT NULL,
    mark TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (source, mark, key)
);
CREATE INDEX listing_mark_key ON listing_mark (source, key);

-- Rows and parts of rows that must not be published, with the reason; of the last load of a source.
CREATE TABLE quarantine (
    load BIGINT NOT NULL,
    source TEXT NOT NULL,
    file TEXT NOT NULL,
    line BIGINT NOT NULL,
    key TEXT NOT NULL,
    field TEXT NOT NULL,
    code TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX quarantine_source ON quarantine (source, load);

CREATE TABLE organization (
    id TEXT PRIMARY KEY NOT NULL,
    slug TEXT NOT NULL,
    status TEXT NOT NULL,
    kind TEXT NOT NULL,
    listed BIGINT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX organization_count ON organization (status, kind, listed);

CREATE TABLE app (
    id TEXT PRIMARY KEY NOT NULL,
    slug TEXT NOT NULL,
    status TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL
);

CREATE TABLE location (
    id TEXT PRIMARY KEY NOT NULL,
    organization_id TEXT NOT NULL,
    key TEXT NOT NULL,
    present BIGINT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE UNIQUE INDEX location_key ON location (organization_id, key);

-- Portals and endpoints are shared: one row an address, linked to many organizations.
CREATE TABLE portal (
    id TEXT PRIMARY KEY NOT NULL,
    address_key TEXT NOT NULL UNIQUE,
    version BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE TABLE endpoint (
    id TEXT PRIMARY KEY NOT NULL,
    address_key TEXT NOT NULL UNIQUE,
    version BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE TABLE link (
    organization_id TEXT NOT NULL,
    thing_id TEXT NOT NULL,
    PRIMARY KEY (organization_id, thing_id)
);
CREATE INDEX link_thing ON link (thing_id);

-- Numbers, domains, phones and parents by which an organization is found.
CREATE TABLE lookup (
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (kind, value, id)
);
CREATE INDEX lookup_id ON lookup (id);

-- Readable addresses; old ones stay and redirect.
CREATE TABLE slug (
    space TEXT NOT NULL,
    slug TEXT NOT NULL,
    id TEXT NOT NULL,
    current BIGINT NOT NULL,
    PRIMARY KEY (space, slug)
);
CREATE INDEX slug_id ON slug (id);

-- Merged organizations: where the id leads now.
CREATE TABLE redirect (
    id TEXT PRIMARY KEY NOT NULL,
    target TEXT NOT NULL
);

-- The log of every change.
CREATE TABLE revision (
    n BIGINT PRIMARY KEY NOT NULL,
    at BIGINT NOT NULL,
    thing TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    event TEXT NOT NULL,
    actor TEXT NOT NULL,
    load BIGINT,
    after TEXT,
    digest TEXT NOT NULL
);
CREATE INDEX revision_id ON revision (id, n);

CREATE TABLE counter (
    name TEXT PRIMARY KEY NOT NULL,
    n BIGINT NOT NULL
);
INSERT INTO counter (name, n) VALUES ('revision', 0), ('load', 0);

-- Doors that would have changed the domain of a live door: they wait for a person.
CREATE TABLE held_door (
    subject_id TEXT NOT NULL,
    role TEXT NOT NULL,
    trust_key TEXT NOT NULL,
    url TEXT NOT NULL,
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    load BIGINT NOT NULL,
    at BIGINT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (subject_id, role, trust_key)
);
-- Domains that were ever live at an organization or app.
CREATE TABLE trusted_door (
    subject_id TEXT NOT NULL,
    role TEXT NOT NULL,
    trust_key TEXT NOT NULL,
    PRIMARY KEY (subject_id, role, trust_key)
);
-- Sources that ever gave a live endpoint of an organization.
CREATE TABLE endpoint_source (
    subject_id TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (subject_id, source)
);
-- Items a better source withdrew.
CREATE TABLE tombstone (
    subject_id TEXT NOT NULL,
    item TEXT NOT NULL,
    tier BIGINT NOT NULL,
    PRIMARY KEY (subject_id, item)
);
-- Hosts nobody is sent to.
CREATE TABLE hostile_host (
    host TEXT PRIMARY KEY NOT NULL,
    since BIGINT NOT NULL
);
