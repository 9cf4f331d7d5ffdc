-- What was fetched of each source: by which mark the server tells versions apart, and which bytes went in.
CREATE TABLE fetch_state (
    source TEXT NOT NULL,
    url TEXT NOT NULL,
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (source, url)
);
-- How the last try at each source ended. Empty code and message = nothing
-- to say; ok_at 0 = never.
CREATE TABLE sync_state (
    source TEXT PRIMARY KEY NOT NULL,
    tried_at BIGINT NOT NULL,
    ok_at BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL
);
