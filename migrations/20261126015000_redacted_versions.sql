-- Which versions were redacted is asked every few seconds: kept dumps must not show them.
CREATE INDEX revision_redacted ON revision (id, version) WHERE after IS NULL;
