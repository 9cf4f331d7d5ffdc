-- What a load is kept as, and who accepted it. Blobs are files in the data folder, named by their SHA-256.

-- Its stripped rows and quarantine, zstd NDJSON; empty once retention dropped it.
ALTER TABLE load ADD COLUMN snapshot TEXT;
-- Sorted pairs of 64-bit hashes (key, body), 16 bytes a row.
ALTER TABLE load ADD COLUMN marks TEXT;
-- Rows, doors, and how many rows use each field (JSON).
ALTER TABLE load ADD COLUMN shape TEXT;
-- Rows that were there before and say something else now.
ALTER TABLE load ADD COLUMN changed BIGINT;
-- Listings that the source had when it was in.
ALTER TABLE load ADD COLUMN listings BIGINT;
-- Who said that it is right: `first`, `starter`, or a person. The newest such load of a source is its reference.
ALTER TABLE load ADD COLUMN accepted TEXT;
-- The load it applies again or undoes, and which of the three: accept, repeat, undo.
ALTER TABLE load ADD COLUMN origin BIGINT;
ALTER TABLE load ADD COLUMN purpose TEXT;
-- Why it waits, with counts and examples (JSON).
ALTER TABLE load ADD COLUMN diff TEXT;

CREATE INDEX held_door_load ON held_door (load);

-- Texts that were redacted, never the texts themselves: SHA-256 of the text as it stands in JSON, its length in bytes,
-- and a rolling sum (64 bits, read as a signed number) by which rows are looked through once.
CREATE TABLE redacted_text (
    hash TEXT PRIMARY KEY NOT NULL,
    bytes BIGINT NOT NULL,
    sum BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL
);
