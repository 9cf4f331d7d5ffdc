-- How many organizations a motion is about: what the queue weighs it by without reading all of it.
ALTER TABLE motion ADD COLUMN organizations BIGINT NOT NULL DEFAULT 0;
