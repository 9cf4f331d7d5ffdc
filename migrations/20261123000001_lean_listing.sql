-- A listing carries its own marks (one a line): only the few listings that vanish are ever compared by them, so a table
-- with two indexes cost more than it gave. Which rows a load contained is known while it runs and nowhere else.
ALTER TABLE listing ADD COLUMN marks TEXT NOT NULL DEFAULT '';
UPDATE listing SET marks = COALESCE((SELECT string_agg(m.mark, '
') FROM listing_mark m WHERE m.source = listing.source AND m.key = listing.key), '');
DROP TABLE listing_mark;
DROP INDEX listing_seen;
ALTER TABLE listing DROP COLUMN seen_load;
DROP INDEX listing_group;
CREATE INDEX listing_group ON listing (source, grp) WHERE grp <> '';
