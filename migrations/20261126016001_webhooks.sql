-- Addresses that the operator lets be told of changes, and how far each has said that it got them. 0 = never; empty text =
-- nothing. The secrets stand here and nowhere else.
CREATE TABLE webhook (
    n BIGINT PRIMARY KEY NOT NULL,
    url TEXT NOT NULL,
    wanted TEXT NOT NULL,
    secret TEXT NOT NULL,
    -- The one before, which signs too until a moment.
    old_secret TEXT NOT NULL,
    old_until BIGINT NOT NULL,
    state TEXT NOT NULL,
    created BIGINT NOT NULL,
    -- When it answered the challenge.
    answered BIGINT NOT NULL,
    -- The last revision that it got.
    acknowledged BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    failing_since BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    last_ok BIGINT NOT NULL,
    last_error TEXT NOT NULL,
    -- The process that delivers to it, and until when that is believed without a new word.
    lease TEXT NOT NULL,
    lease_until BIGINT NOT NULL
);

-- The last requests to each, newest with the highest number.
CREATE TABLE webhook_delivery (
    webhook BIGINT NOT NULL,
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    what TEXT NOT NULL,
    after_n BIGINT NOT NULL,
    upto_n BIGINT NOT NULL,
    changes BIGINT NOT NULL,
    status BIGINT NOT NULL,
    took_ms BIGINT NOT NULL,
    error TEXT NOT NULL,
    PRIMARY KEY (webhook, n)
);
INSERT INTO counter (name, n) VALUES ('webhook', 0);
