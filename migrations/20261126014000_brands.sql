-- When the content of a list of brands last changed: of all, of a state, of a vendor, of one organization. The hash is that
-- of its content; it tells after a restart whether anything changed meanwhile.
CREATE TABLE brand_slice (
    name TEXT PRIMARY KEY NOT NULL,
    hash TEXT NOT NULL,
    at BIGINT NOT NULL
) /* the key is the table */;
