-- A session as its owner sees it in the list: named by an id that opens nothing, with the browser that it began in and
-- the language of its pages. The token by which an issuer knows what to log out of stays here, out of the browser.
ALTER TABLE sessions
    ADD COLUMN id         uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN language   text NOT NULL DEFAULT 'ru' CHECK (language IN ('ru', 'en')),
    ADD COLUMN user_agent text NOT NULL DEFAULT '' CHECK (length(user_agent) <= 300),
    ADD COLUMN id_token   text CHECK (length(id_token) <= 8192);
CREATE UNIQUE INDEX sessions_by_id ON sessions (id);

-- `email` and `language` are where letters go and what they are in. Who said it last wins: these two columns hold what
-- billing wrote last while its client has chosen otherwise since, so that billing's next PUT of the same changes nothing
-- and a PUT of something new does.
ALTER TABLE clients
    ADD COLUMN billing_email    text CHECK (length(billing_email) <= 254),
    ADD COLUMN billing_language text CHECK (billing_language IN ('ru', 'en'));

-- A client's wish to be written to elsewhere, proved by a one-time link to the new address; the token's SHA-256. What
-- was confirmed stays: it is the history of the address.
CREATE TABLE email_changes (
    token_hash   bytea PRIMARY KEY CHECK (length(token_hash) = 32),
    client_id    text NOT NULL REFERENCES clients (id),
    old_address  text NOT NULL CHECK (length(old_address) <= 254),
    new_address  text NOT NULL CHECK (length(new_address) <= 254),
    asked_by     text NOT NULL CHECK (length(asked_by) <= 254),
    asked_at     timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL CHECK (ends_at > asked_at),
    confirmed_by text CHECK (length(confirmed_by) <= 254),
    confirmed_at timestamptz CHECK (confirmed_at BETWEEN asked_at AND ends_at),
    CONSTRAINT confirmed_by_somebody CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL))
);
CREATE INDEX email_changes_of_client ON email_changes (client_id, asked_at DESC);
CREATE INDEX email_changes_by_end ON email_changes (ends_at) WHERE confirmed_at IS NULL;

-- A letter about an address goes to that address, whatever its reader's is by then.
ALTER TABLE notifications ADD COLUMN to_address text CHECK (length(to_address) <= 254);

-- The menu of every page counts what is not read yet.
CREATE INDEX notifications_unread ON notifications (client_id)
    WHERE channel = 'inbox' AND role = 'client' AND read_at IS NULL;
CREATE INDEX notifications_letters ON notifications (client_id, created_at DESC, id)
    WHERE channel = 'mail' AND role = 'client';
