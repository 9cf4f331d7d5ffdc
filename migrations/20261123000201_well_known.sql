-- What an endpoint's own .well-known/smart-configuration said last, by the endpoint's address.
CREATE TABLE well_known (
    address_key TEXT PRIMARY KEY NOT NULL,
    host TEXT NOT NULL,
    checked_at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    message TEXT NOT NULL
);
-- What is remembered of each host of endpoints, to notice when somebody else answers after a long outage.
-- Empty = not known; down_since 0 = it answered the last time.
CREATE TABLE endpoint_host (
    host TEXT PRIMARY KEY NOT NULL,
    certificate TEXT NOT NULL,
    name_servers TEXT NOT NULL,
    software TEXT NOT NULL,
    ok_at BIGINT NOT NULL,
    down_since BIGINT NOT NULL,
    state TEXT NOT NULL,
    since BIGINT NOT NULL,
    why TEXT NOT NULL
);
