-- What people report: it waits for a person and changes nothing by itself. Empty text = nothing; decided_at 0 = not decided.
-- The e-mail address stands apart from what was said, so that a decision erases it.
CREATE TABLE submission (
    n BIGINT PRIMARY KEY NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    urgent BIGINT NOT NULL,
    body TEXT NOT NULL,
    email TEXT NOT NULL,
    state TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX submission_state ON submission (state, urgent, n);
INSERT INTO counter (name, n) VALUES ('submission', 0);

-- Words of our own vocabulary that were asked for, by day. Never what was typed.
CREATE TABLE search_word (
    day TEXT NOT NULL,
    what TEXT NOT NULL,
    word TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (day, what, word)
) /* the key is the table */;

-- Logos of organizations: made small by us, kept as a blob by the hash of its content. Empty hash = there is none, and
-- `error` says why.
CREATE TABLE logo (
    organization_id TEXT PRIMARY KEY NOT NULL,
    url TEXT NOT NULL,
    licence TEXT NOT NULL,
    hash TEXT NOT NULL,
    fetched TEXT NOT NULL,
    error TEXT NOT NULL
);
CREATE INDEX logo_hash ON logo (hash);
