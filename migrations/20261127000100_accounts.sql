-- People who manage profiles or look after the directory, and what they may do. 0 = never, empty text = nothing.
-- Secrets never stand here: what a person holds (a session, a link, a token) is kept as its SHA-256.
CREATE TABLE person (
    id TEXT PRIMARY KEY NOT NULL,
    email TEXT NOT NULL,
    -- As it is compared: lower case. Empty once the account is closed.
    email_key TEXT NOT NULL,
    name TEXT NOT NULL,
    lang TEXT NOT NULL,
    -- '', 'moderator' or 'administrator'.
    site_role TEXT NOT NULL,
    -- 'active' or 'closed'.
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX person_email ON person (email_key);
CREATE TABLE passkey (
    -- The credential's id, in hex.
    id TEXT PRIMARY KEY NOT NULL,
    person_id TEXT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL
);
CREATE INDEX passkey_person ON passkey (person_id);
-- Who somebody is at a provider of OpenID Connect.
CREATE TABLE identity (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    person_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE TABLE session (
    hash TEXT PRIMARY KEY NOT NULL,
    -- What it is called in the list of one's sessions.
    id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    -- 'passkey', 'link' or 'oidc'.
    how TEXT NOT NULL,
    device TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- When a passkey was last shown in it.
    fresh_at BIGINT NOT NULL
);
CREATE INDEX session_person ON session (person_id);
-- What is good for one use and a short time: links in mails, invitations, challenges of ceremonies.
CREATE TABLE ticket (
    hash TEXT PRIMARY KEY NOT NULL,
    purpose TEXT NOT NULL,
    -- Whom it is for, or what it is counted by.
    holder TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL
);
CREATE INDEX ticket_holder ON ticket (purpose, holder);
-- Keys of programs.
CREATE TABLE api_token (
    hash TEXT PRIMARY KEY NOT NULL,
    id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Words separated by spaces.
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX api_token_organization ON api_token (organization_id);

-- Who may do what with an organization (or an app). `proof` is the claim by which an owner showed control; 0 = invited.
CREATE TABLE member (
    subject_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    -- 'owner', 'editor', 'viewer' or 'delegate'.
    role TEXT NOT NULL,
    proof BIGINT NOT NULL,
    invited_by TEXT NOT NULL,
    since BIGINT NOT NULL,
    -- 0 = without an end.
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (subject_id, person_id)
);
CREATE INDEX member_person ON member (person_id);
-- Somebody says that an organization (or an app) is theirs, and how that was shown.
CREATE TABLE claim (
    n BIGINT PRIMARY KEY NOT NULL,
    subject_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    -- 'dns', 'file', 'email' or 'documents'.
    method TEXT NOT NULL,
    domain TEXT NOT NULL,
    -- What is to be published: it is shown to the claimant, and is worth nothing to others.
    proof_value TEXT NOT NULL,
    -- What the person said of themselves, for a moderator.
    note TEXT NOT NULL,
    -- 'open', 'waiting' (for a moderator), 'proved', 'lost', 'refused' or 'withdrawn'.
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    proved_at BIGINT NOT NULL,
    checked_at BIGINT NOT NULL,
    -- Since when the proof is not found any more.
    failing_since BIGINT NOT NULL,
    decided_by TEXT NOT NULL,
    answer TEXT NOT NULL
);
CREATE INDEX claim_subject ON claim (subject_id, state);
CREATE INDEX claim_person ON claim (person_id);
-- Nobody edits these until a moderator lifts it: two who claim one, a proof that was lost. Doors stay as they were.
CREATE TABLE frozen (
    subject_id TEXT PRIMARY KEY NOT NULL,
    why TEXT NOT NULL,
    since BIGINT NOT NULL,
    by_whom TEXT NOT NULL
);

-- Forms that are not sent yet.
CREATE TABLE draft (
    id TEXT PRIMARY KEY NOT NULL,
    person_id TEXT NOT NULL,
    -- Empty for an organization that is not in the directory yet.
    subject_id TEXT NOT NULL,
    body TEXT NOT NULL,
    -- The listing it began from; a hash.
    base TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX draft_person ON draft (person_id, subject_id);
-- What somebody would have a source of people's words say: an owner's edit, a suggestion, a moderator's change.
CREATE TABLE proposal (
    n BIGINT PRIMARY KEY NOT NULL,
    at BIGINT NOT NULL,
    -- 'owners', 'suggestions' or 'moderators'.
    source TEXT NOT NULL,
    -- Empty for what is not in the directory yet.
    subject_id TEXT NOT NULL,
    -- 'per-…', or empty when nobody signed in.
    author TEXT NOT NULL,
    -- 'form', 'file', 'in_step', 'delegate', 'suggestion', 'revert', 'moderator' or 'attest'.
    kind TEXT NOT NULL,
    -- The source's listing when the author began, and as it would be; JSON.
    before_body TEXT NOT NULL,
    after_body TEXT NOT NULL,
    -- Version of the merged thing that the author saw.
    base BIGINT NOT NULL,
    -- SHA-256 of what would be said, to whom, and from when: what an approval is bound to.
    hash TEXT NOT NULL,
    -- Why it waits for a second person; JSON.
    risks TEXT NOT NULL,
    -- 'waiting', 'asked', 'scheduled', 'published', 'rejected' or 'withdrawn'.
    state TEXT NOT NULL,
    -- Not before this moment.
    publish_at BIGINT NOT NULL,
    -- Why, and how the author knows; for people who decide.
    why TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    -- Final addresses of its doors as they were when it was approved; JSON.
    finals TEXT NOT NULL,
    -- What the author is told.
    answer TEXT NOT NULL,
    load BIGINT NOT NULL,
    published_at BIGINT NOT NULL
);
CREATE INDEX proposal_state ON proposal (state, publish_at);
CREATE INDEX proposal_subject ON proposal (subject_id, n);
CREATE INDEX proposal_author ON proposal (author, n);
-- Who has a thing of the queue before them.
CREATE TABLE desk (
    item TEXT PRIMARY KEY NOT NULL,
    person_id TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL
);

-- What was decided and done by people, each entry chained to the one before.
CREATE TABLE audit (
    n BIGINT PRIMARY KEY NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    before_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX audit_subject ON audit (subject, n);
CREATE INDEX audit_action ON audit (action, n);

-- Mails on their way out. What was sent is emptied.
CREATE TABLE mail (
    n BIGINT PRIMARY KEY NOT NULL,
    at BIGINT NOT NULL,
    address TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    -- 'waiting', 'sent' or 'failed'.
    state TEXT NOT NULL,
    tries BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    error TEXT NOT NULL
);
CREATE INDEX mail_state ON mail (state, next_at);
-- What a person is told when they come back.
CREATE TABLE notice (
    n BIGINT PRIMARY KEY NOT NULL,
    at BIGINT NOT NULL,
    person_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    read_at BIGINT NOT NULL
);
CREATE INDEX notice_person ON notice (person_id, n);
-- How often a page was opened or a door was taken, by day; nothing of who did it.
CREATE TABLE day_count (
    day TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    what TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (day, subject_id, what)
) /* the key is the table */;
-- Lists at the organization's own address that its profile is kept in step with.
CREATE TABLE in_step (
    subject_id TEXT PRIMARY KEY NOT NULL,
    url TEXT NOT NULL,
    -- The resource of the list that is this organization.
    brand TEXT NOT NULL,
    person_id TEXT NOT NULL,
    -- SHA-256 of what was read last.
    hash TEXT NOT NULL,
    checked_at BIGINT NOT NULL,
    error TEXT NOT NULL
);
INSERT INTO counter (name, n) VALUES ('claim', 0), ('proposal', 0), ('audit', 0), ('mail', 0), ('notice', 0);
