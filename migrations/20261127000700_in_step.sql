-- When somebody was last told by mail what notices they have, and up to which.
CREATE TABLE digest (
    person_id TEXT PRIMARY KEY NOT NULL,
    sent_at BIGINT NOT NULL,
    upto BIGINT NOT NULL
);
-- Up to where notices were made: of the log, of the audit log, of reports and of claims. And the last day whose year-old
-- words were merged again, counted from 1970.
INSERT INTO counter (name, n) VALUES
    ('notice.revision', 0), ('notice.audit', 0), ('notice.submission', 0), ('notice.claim', 0), ('owners.aged', 0);
