-- Organizations with a door that opens or closes on a day: the first and the last day (counted from 1970) on which the states
-- of their doors are right as they are written in the document.
CREATE TABLE dated (
    id TEXT PRIMARY KEY NOT NULL,
    first_day BIGINT NOT NULL,
    last_day BIGINT NOT NULL
);
