-- Whose webhook it is: an organization or app whose owners added it themselves; empty = the operator's.
ALTER TABLE webhook ADD COLUMN subject_id TEXT NOT NULL DEFAULT '';
