-- What somebody asks to become by a claim: 'owner', or 'delegate' for the company behind a portal that many share.
ALTER TABLE claim ADD COLUMN role TEXT NOT NULL DEFAULT 'owner';
-- Who brought them in, when an owner asked another person to be an owner too.
ALTER TABLE claim ADD COLUMN invited_by TEXT NOT NULL DEFAULT '';
