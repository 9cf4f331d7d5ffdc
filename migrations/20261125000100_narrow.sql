-- Narrow tables are written once instead of twice: SQLite keeps a table with a key of text as a table and an index
-- unless it is told that the key is the table. `/* the key is the table */` stands for that; elsewhere it is a comment.

-- Matching keys by number: which organization a source speaks of, numbered; then key -> numbers. A listing that joins another
-- organization changes one row here and none of its keys. `short` is the key's eight bytes read as a signed number.
CREATE TABLE match_org (
    n BIGINT PRIMARY KEY NOT NULL,
    id TEXT NOT NULL,
    source TEXT NOT NULL
);
CREATE INDEX match_org_id ON match_org (id, source);
DROP TABLE match_key;
CREATE TABLE match_key (
    short BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (short, n)
) /* the key is the table */;
INSERT INTO counter (name, n) VALUES ('match_org', 0);

CREATE TABLE narrow_link (
    organization_id TEXT NOT NULL,
    thing_id TEXT NOT NULL,
    PRIMARY KEY (organization_id, thing_id)
) /* the key is the table */;
INSERT INTO narrow_link SELECT organization_id, thing_id FROM link ORDER BY organization_id, thing_id;
DROP TABLE link;
ALTER TABLE narrow_link RENAME TO link;
CREATE INDEX link_thing ON link (thing_id);

CREATE TABLE narrow_lookup (
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (kind, value, id)
) /* the key is the table */;
INSERT INTO narrow_lookup SELECT kind, value, id FROM lookup ORDER BY kind, value, id;
DROP TABLE lookup;
ALTER TABLE narrow_lookup RENAME TO lookup;
CREATE INDEX lookup_id ON lookup (id);

CREATE TABLE narrow_slug (
    space TEXT NOT NULL,
    slug TEXT NOT NULL,
    id TEXT NOT NULL,
    current BIGINT NOT NULL,
    PRIMARY KEY (space, slug)
) /* the key is the table */;
INSERT INTO narrow_slug SELECT space, slug, id, current FROM slug ORDER BY space, slug;
DROP TABLE slug;
ALTER TABLE narrow_slug RENAME TO slug;
CREATE INDEX slug_id ON slug (id);

CREATE TABLE narrow_trusted_door (
    subject_id TEXT NOT NULL,
    role TEXT NOT NULL,
    trust_key TEXT NOT NULL,
    PRIMARY KEY (subject_id, role, trust_key)
) /* the key is the table */;
INSERT INTO narrow_trusted_door SELECT subject_id, role, trust_key FROM trusted_door ORDER BY subject_id, role, trust_key;
DROP TABLE trusted_door;
ALTER TABLE narrow_trusted_door RENAME TO trusted_door;

CREATE TABLE narrow_endpoint_source (
    subject_id TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (subject_id, source)
) /* the key is the table */;
INSERT INTO narrow_endpoint_source SELECT subject_id, source FROM endpoint_source ORDER BY subject_id, source;
DROP TABLE endpoint_source;
ALTER TABLE narrow_endpoint_source RENAME TO endpoint_source;
