-- Who is logged in to the pages. A browser holds a random token, the database its SHA-256: whoever reads the tables
-- cannot take a session over. Rows that have ended are removed by the next log-in.

CREATE TABLE sessions (
    token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
    login      text NOT NULL CHECK (length(login) BETWEEN 1 AND 254),
    role       text NOT NULL,
    client_ids jsonb NOT NULL CHECK (jsonb_typeof(client_ids) = 'array'),
    client_id  text REFERENCES clients (id),
    began_by   text NOT NULL CHECK (began_by IN ('issuer', 'link')),
    began_at   timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    CONSTRAINT session_of_one_of_its_clients CHECK ((role = 'client') = (client_id IS NOT NULL)
        AND (client_id IS NULL OR client_ids ? client_id)),
    CONSTRAINT session_ends_after_it_began CHECK (seen_at >= began_at AND ends_at > began_at)
);
CREATE INDEX sessions_by_login ON sessions (login, role);
CREATE INDEX sessions_by_end ON sessions (ends_at);

-- One-time links of letters: the token's SHA-256, and for which address.
CREATE TABLE login_links (
    token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
    address    text NOT NULL,
    issued_at  timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL CHECK (ends_at > issued_at),
    used_at    timestamptz CHECK (used_at BETWEEN issued_at AND ends_at)
);
CREATE INDEX login_links_by_address ON login_links (address, issued_at);
CREATE INDEX clients_by_address ON clients (lower(email));

-- Log-ins that have gone to the issuer and have not come back: what its answer is checked by.
CREATE TABLE login_attempts (
    state_hash    bytea PRIMARY KEY CHECK (length(state_hash) = 32),
    nonce         text NOT NULL,
    code_verifier text NOT NULL,
    target        text NOT NULL CHECK (target ~ '^/' AND target !~ '^//'),
    ends_at       timestamptz NOT NULL
);
