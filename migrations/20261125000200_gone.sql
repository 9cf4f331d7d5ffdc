-- Listings that went, by source: a new row that is called like one of them is looked at.
CREATE INDEX listing_gone ON listing (source, key) WHERE present = 0;
