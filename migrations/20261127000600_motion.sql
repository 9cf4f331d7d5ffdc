-- What a moderator would do that a second one must confirm, and that is not one organization's listing: letting a host off
-- the list, a change across many organizations, the undoing of one.
CREATE TABLE motion (
    n BIGINT PRIMARY KEY NOT NULL,
    at BIGINT NOT NULL,
    -- 'host.let_off', 'bulk.move', 'bulk.close' or 'bulk.undo'.
    kind TEXT NOT NULL,
    -- What it is about: a host, a domain, another motion.
    subject TEXT NOT NULL,
    -- Everything that would be done; JSON.
    body TEXT NOT NULL,
    -- SHA-256 of kind, subject and body: what the second one confirms.
    hash TEXT NOT NULL,
    author TEXT NOT NULL,
    -- 'waiting', 'carried' or 'refused'.
    state TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    -- What was done; JSON.
    result TEXT NOT NULL
);
CREATE INDEX motion_state ON motion (state, n);
INSERT INTO counter (name, n) VALUES ('motion', 0);
