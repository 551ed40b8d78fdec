-- Renewals: the cases that renew terms, what clients order and write, and the invoices that we issue for it. A paid
-- case has its next term; our own invoices are numbered without gaps, because the number is taken in the transaction
-- that puts the invoice down.

CREATE TABLE renewal_statuses (status text PRIMARY KEY);
CREATE TABLE renewal_moves (
    from_status  text NOT NULL REFERENCES renewal_statuses (status),
    to_status    text NOT NULL REFERENCES renewal_statuses (status),
    PRIMARY KEY (from_status, to_status)
);
-- A move from a status to itself is a change of the case that leaves its status: money came in part, a claim was made,
-- a date moved. A next term that is refunded before it begins leaves its case as if it had never been paid; an order
-- whose payment is undone after its term began waits for its money again; a case whose id comes again watches the new
-- term.
INSERT INTO renewal_statuses VALUES
    ('watching'), ('awaiting_payment'), ('checking_payment'), ('paid'), ('lapsed'), ('closed'), ('renewed');
INSERT INTO renewal_moves
SELECT from_status, unnest(string_to_array(targets, ' ')) FROM (VALUES
    ('watching',         'awaiting_payment lapsed closed watching'),
    ('awaiting_payment', 'paid checking_payment watching lapsed closed awaiting_payment'),
    ('checking_payment', 'paid lapsed closed checking_payment'),
    ('paid',             'renewed awaiting_payment lapsed paid watching closed'),
    ('lapsed',           'awaiting_payment paid closed lapsed'),
    ('closed',           'awaiting_payment paid closed watching'),
    ('renewed',          'awaiting_payment paid')
) AS allowed (from_status, targets);

CREATE TABLE renewals (
    id                text PRIMARY KEY,
    subscription_id   text NOT NULL,
    client_id         text NOT NULL,
    term_id           uuid,
    term_ends_on      date,
    status            text NOT NULL REFERENCES renewal_statuses (status),
    version           integer NOT NULL,
    policy_version    integer NOT NULL,
    order_id          uuid,
    invoice_number    text,
    next_term_id      uuid,
    claimed_until     timestamptz,
    seen_kopecks      bigint NOT NULL DEFAULT 0 CHECK (seen_kopecks >= 0),
    reason            text,
    waiting_for       text,
    wait_until        timestamptz,
    opened_at         timestamptz NOT NULL,
    changed_at        timestamptz NOT NULL,
    closed_at         timestamptz,
    FOREIGN KEY (subscription_id, client_id) REFERENCES subscriptions (id, client_id),
    FOREIGN KEY (term_id, subscription_id, term_ends_on) REFERENCES terms (id, subscription_id, ends_on),
    CONSTRAINT term_has_an_end CHECK ((term_id IS NULL) = (term_ends_on IS NULL)),
    CONSTRAINT id_says_subscription_and_term CHECK (
        id = 'renewal-' || subscription_id || '-' || coalesce(to_char(term_ends_on, 'YYYY-MM-DD'), 'first')),
    CONSTRAINT invoice_by_order CHECK ((order_id IS NULL) = (invoice_number IS NULL)),
    CONSTRAINT waited_for_by_invoice CHECK (
        status NOT IN ('awaiting_payment', 'checking_payment') OR order_id IS NOT NULL),
    CONSTRAINT paid_has_a_term CHECK ((status IN ('paid', 'renewed')) = (next_term_id IS NOT NULL)),
    CONSTRAINT ended_is_closed CHECK ((status IN ('renewed', 'closed')) = (closed_at IS NOT NULL))
);
COMMENT ON COLUMN renewals.term_id IS 'The term that the case renews; none for a first purchase.';
COMMENT ON COLUMN renewals.claimed_until IS 'The client says that the payment is on its way: no reminders until then.';
COMMENT ON COLUMN renewals.seen_kopecks IS 'What the case knew to be paid of its invoice when it last looked.';
CREATE INDEX renewals_by_status ON renewals (status, id);
CREATE INDEX renewals_by_client ON renewals (client_id, id);
CREATE INDEX renewals_by_subscription ON renewals (subscription_id, id);
CREATE INDEX renewals_open ON renewals (status, waiting_for, wait_until) WHERE closed_at IS NULL;
-- Partial, so that no foreign key can lean on it: then news of money never waits for an order of the same case.
CREATE UNIQUE INDEX renewals_by_invoice ON renewals (invoice_number) WHERE invoice_number IS NOT NULL;
-- A case that waits for no moment comes after all that do.
CREATE INDEX renewals_by_deadline ON renewals ((coalesce(wait_until, 'infinity'::timestamptz)), id);
CREATE INDEX renewals_by_status_and_deadline ON renewals (status, (coalesce(wait_until, 'infinity'::timestamptz)), id);
CREATE INDEX renewals_by_turn ON renewals (waiting_for, (coalesce(wait_until, 'infinity'::timestamptz)), id)
    WHERE waiting_for IS NOT NULL;
CREATE TRIGGER never_deleted BEFORE DELETE ON renewals FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON renewals FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE renewal_history (
    renewal_id   text NOT NULL REFERENCES renewals (id) DEFERRABLE INITIALLY DEFERRED,
    number       integer NOT NULL CHECK (number > 0),
    previous     integer GENERATED ALWAYS AS (nullif(number - 1, 0)) STORED,
    from_status  text,
    to_status    text NOT NULL,
    at           timestamptz NOT NULL,
    by           text NOT NULL,
    reason       text,
    submission_id  uuid,
    answer       jsonb NOT NULL,
    PRIMARY KEY (renewal_id, number),
    UNIQUE (renewal_id, number, to_status),
    FOREIGN KEY (from_status, to_status) REFERENCES renewal_moves (from_status, to_status),
    FOREIGN KEY (renewal_id, previous, from_status) REFERENCES renewal_history (renewal_id, number, to_status),
    CONSTRAINT begins_by_watching CHECK (
        (number = 1) = (from_status IS NULL) AND (number > 1 OR to_status = 'watching'))
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON renewal_history FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON renewal_history FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
ALTER TABLE renewals ADD CONSTRAINT status_is_the_last_of_history
    FOREIGN KEY (id, version, status) REFERENCES renewal_history (renewal_id, number, to_status)
    DEFERRABLE INITIALLY DEFERRED;

-- Submissions: what the client ordered and wrote, put down once.
CREATE TABLE orders (
    id                   uuid PRIMARY KEY,
    renewal_id           text NOT NULL,
    subscription_id      text NOT NULL REFERENCES subscriptions (id),
    client_id            text NOT NULL REFERENCES clients (id),
    offer                text NOT NULL CHECK (offer IN ('same', 'bigger', 'individual', 'another', 'resume', 'first')),
    tariff_code          text NOT NULL REFERENCES tariffs (code),
    units                integer NOT NULL CHECK (units >= 0),
    months               integer NOT NULL CHECK (months BETWEEN 1 AND 36),
    individual_offer_id  uuid,
    price_kopecks        bigint NOT NULL CHECK (price_kopecks > 0),
    vat_mode             text NOT NULL,
    method               text NOT NULL CHECK (method IN ('bank_transfer', 'bank_card')),
    payer_name           text NOT NULL CHECK (length(payer_name) BETWEEN 1 AND 160),
    payer_inn            text CHECK (payer_inn ~ '^(\d{10}|\d{12})$'),
    payer_kpp            text,
    payer_address        text CHECK (length(payer_address) BETWEEN 1 AND 300),
    agreed               jsonb NOT NULL,
    agreed_sha256        text NOT NULL CHECK (agreed_sha256 ~ '^[0-9a-f]{64}$'),
    placed_by            text NOT NULL,
    placed_at            timestamptz NOT NULL,
    UNIQUE (id, price_kopecks),
    FOREIGN KEY (individual_offer_id, subscription_id) REFERENCES individual_offers (id, subscription_id),
    CONSTRAINT individual_offer_is_named CHECK ((offer = 'individual') = (individual_offer_id IS NOT NULL)),
    CONSTRAINT payer_is_as_seen CHECK (payer_name = one_line(payer_name))
);
COMMENT ON COLUMN orders.renewal_id IS 'No foreign key: a first order is written before its case is opened.';
COMMENT ON COLUMN orders.agreed IS 'What the client saw and agreed to: offer, tariff, price, terms, requisites.';
CREATE INDEX orders_by_renewal ON orders (renewal_id, placed_at);
CREATE INDEX orders_by_payer ON orders (payer_inn);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON orders FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON orders FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE payment_claims (
    id          uuid PRIMARY KEY,
    renewal_id  text NOT NULL REFERENCES renewals (id),
    claimed_by  text NOT NULL,
    media_type  text CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png')),
    sha256      text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    content     bytea,
    claimed_at  timestamptz NOT NULL,
    CONSTRAINT file_is_whole CHECK ((content IS NULL) = (media_type IS NULL) AND (content IS NULL) = (sha256 IS NULL))
);
COMMENT ON TABLE payment_claims IS '«Платёж в пути»: the client says it is paid, and may show the payment order.';
CREATE INDEX payment_claims_by_renewal ON payment_claims (renewal_id, claimed_at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON payment_claims FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON payment_claims FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- Our own invoices, beside those that the billing system writes.
CREATE TABLE invoice_counters (
    year  integer PRIMARY KEY CHECK (year BETWEEN 2020 AND 2199),
    last  integer NOT NULL CHECK (last BETWEEN 0 AND 999999)
);
CREATE TABLE issued_invoices (
    invoice_number    text PRIMARY KEY REFERENCES invoices (number),
    year              integer NOT NULL REFERENCES invoice_counters (year),
    sequence          integer NOT NULL CHECK (sequence BETWEEN 1 AND 999999),
    order_id          uuid NOT NULL UNIQUE REFERENCES orders (id),
    renewal_id        text NOT NULL REFERENCES renewals (id),
    recipient         jsonb NOT NULL,
    supplier_address  text CHECK (length(supplier_address) BETWEEN 1 AND 300),
    valid_until       date NOT NULL,
    UNIQUE (year, sequence),
    UNIQUE (invoice_number, order_id),
    CONSTRAINT number_says_year_and_sequence CHECK (
        invoice_number = 'KP-' || year || '-' || lpad(sequence::text, 6, '0'))
);
COMMENT ON COLUMN issued_invoices.recipient IS 'Our requisites as they were: the invoice reads the same for ever.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON issued_invoices FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON issued_invoices FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
ALTER TABLE renewals
    ADD FOREIGN KEY (invoice_number, order_id) REFERENCES issued_invoices (invoice_number, order_id),
    ADD FOREIGN KEY (next_term_id) REFERENCES terms (id);

-- Whoever waits for an invoice is told to look again, until it has heard.
CREATE TABLE recheck_outbox (
    renewal_id   text PRIMARY KEY REFERENCES renewals (id),
    at           timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE recheck_outbox IS
    'Cases whose invoice was paid, reversed or whose card was refused, and which have not been told.';
CREATE FUNCTION note_recheck_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO recheck_outbox (renewal_id)
        SELECT renewal_id FROM issued_invoices WHERE invoice_number = NEW.number
        ON CONFLICT (renewal_id) DO UPDATE SET at = now();
    RETURN NULL;
END $$;
CREATE TRIGGER note_recheck_outbox AFTER UPDATE OF paid_kopecks ON invoices
    FOR EACH ROW WHEN (OLD.paid_kopecks <> NEW.paid_kopecks) EXECUTE FUNCTION note_recheck_outbox();
