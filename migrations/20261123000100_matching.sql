-- What organizations have in common: eight bytes of each key (the last four bits say its class), the organization it was
-- first matched to, and the source that says it. Old keys of a changed listing stay: they only make a pair be looked at.
CREATE TABLE match_key (
    short TEXT NOT NULL,
    id TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (short, id, source)
);
-- Pairs a person has to look at, and what was decided. `a` is the newer of the two.
CREATE TABLE review (
    a TEXT NOT NULL,
    b TEXT NOT NULL,
    source TEXT NOT NULL,
    reasons TEXT NOT NULL,
    load BIGINT NOT NULL,
    at BIGINT NOT NULL,
    state TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    PRIMARY KEY (a, b)
);
CREATE INDEX review_state ON review (state, at);
-- Why a listing was put where it is; empty: it is the first of its organization, or known by its key.
ALTER TABLE listing ADD COLUMN matched TEXT NOT NULL DEFAULT '';
