-- Subscriptions: what is sold for a time, the terms that were bought, and the cases that renew them.
-- A term never overlaps another one of its subscription; a paid case has its next term; our own invoices are numbered
-- without gaps, because the number is taken in the transaction that puts the invoice down.

CREATE EXTENSION IF NOT EXISTS btree_gist;

ALTER TABLE policies DROP CONSTRAINT policies_kind_check;
ALTER TABLE policies ADD CONSTRAINT policies_kind_check CHECK (kind IN ('refund', 'renewal'));

CREATE TABLE tariffs (
    code        text PRIMARY KEY CHECK (code ~ '^[a-z0-9-]{1,20}$'),
    title       text NOT NULL CHECK (length(title) BETWEEN 1 AND 100),
    units       integer NOT NULL CHECK (units >= 0),
    data_set    text NOT NULL CHECK (data_set IN ('basic', 'extended')),
    months      integer NOT NULL CHECK (months BETWEEN 1 AND 36),
    is_free     boolean NOT NULL,
    vat_mode    text NOT NULL CHECK (vat_mode IN ('exempt', 'standard', 'simplified5', 'simplified7')),
    is_offered  boolean NOT NULL,
    written_by  text NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    UNIQUE (code, is_free)
);
COMMENT ON COLUMN tariffs.units IS 'How many records may be unloaded in a term: the tariff''s size.';
COMMENT ON COLUMN tariffs.is_offered IS 'A tariff that is offered no more still runs where it was bought.';
CREATE TRIGGER never_deleted BEFORE DELETE ON tariffs FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TABLE tariff_prices (
    tariff_code    text NOT NULL,
    is_free        boolean NOT NULL DEFAULT false CHECK (NOT is_free),
    version        integer NOT NULL CHECK (version > 0),
    price_kopecks  bigint NOT NULL CHECK (price_kopecks > 0),
    valid_from     date NOT NULL,
    author         text NOT NULL,
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (tariff_code, version),
    UNIQUE (tariff_code, valid_from),
    FOREIGN KEY (tariff_code, is_free) REFERENCES tariffs (code, is_free)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON tariff_prices FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TABLE subscriptions (
    id          text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9-]{1,40}$'),
    client_id   text NOT NULL REFERENCES clients (id),
    title       text NOT NULL CHECK (length(title) BETWEEN 1 AND 160),
    created_at  timestamptz NOT NULL,
    UNIQUE (id, client_id)
);
CREATE INDEX subscriptions_by_client ON subscriptions (client_id, id);

CREATE TABLE usage_reports (
    subscription_id  text NOT NULL REFERENCES subscriptions (id),
    reported_at      timestamptz NOT NULL,
    units_used       integer NOT NULL CHECK (units_used >= 0),
    PRIMARY KEY (subscription_id, reported_at)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON usage_reports FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TABLE terms (
    id               uuid PRIMARY KEY,
    subscription_id  text NOT NULL REFERENCES subscriptions (id),
    tariff_code      text NOT NULL REFERENCES tariffs (code),
    units            integer NOT NULL CHECK (units >= 0),
    starts_on        date NOT NULL,
    ends_on          date NOT NULL,
    invoice_number   text REFERENCES invoices (number),
    stopped_on       date,
    withdrawn_at     timestamptz,
    created_at       timestamptz NOT NULL,
    UNIQUE (id, subscription_id, ends_on),
    CONSTRAINT term_is_whole CHECK (starts_on <= ends_on),
    CONSTRAINT stopped_within CHECK (stopped_on BETWEEN starts_on AND ends_on),
    CONSTRAINT terms_never_overlap EXCLUDE USING gist (
        subscription_id WITH =, daterange(starts_on, coalesce(stopped_on, ends_on + 1)) WITH &&)
        WHERE (withdrawn_at IS NULL)
);
COMMENT ON COLUMN terms.starts_on IS 'Both days are Moscow days and belong to the term.';
COMMENT ON COLUMN terms.stopped_on IS 'The first day that is no longer used: the rest was refunded.';
COMMENT ON COLUMN terms.withdrawn_at IS 'The money was taken back before the term had begun.';
CREATE UNIQUE INDEX one_term_of_an_invoice ON terms (invoice_number) WHERE withdrawn_at IS NULL;
CREATE TRIGGER never_deleted BEFORE DELETE ON terms FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE FUNCTION keep_term() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.subscription_id, OLD.tariff_code, OLD.units, OLD.starts_on, OLD.ends_on, OLD.invoice_number)
       IS DISTINCT FROM
       (NEW.id, NEW.subscription_id, NEW.tariff_code, NEW.units, NEW.starts_on, NEW.ends_on, NEW.invoice_number)
       OR OLD.withdrawn_at IS NOT NULL OR OLD.stopped_on <= NEW.stopped_on THEN
        RAISE EXCEPTION 'a term is only stopped or withdrawn' USING ERRCODE = '23514', CONSTRAINT = 'term_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER term_stays BEFORE UPDATE ON terms FOR EACH ROW EXECUTE FUNCTION keep_term();

CREATE TABLE limit_requests (
    id               uuid PRIMARY KEY,
    subscription_id  text NOT NULL,
    client_id        text NOT NULL,
    units_wanted     integer NOT NULL CHECK (units_wanted > 0),
    text             text NOT NULL CHECK (length(text) BETWEEN 1 AND 2000),
    asked_by         text NOT NULL,
    asked_at         timestamptz NOT NULL,
    answer_id        uuid,
    answered_at      timestamptz,
    CONSTRAINT answered_whole CHECK ((answer_id IS NULL) = (answered_at IS NULL)),
    UNIQUE (id, subscription_id),
    FOREIGN KEY (subscription_id, client_id) REFERENCES subscriptions (id, client_id)
);
CREATE INDEX limit_requests_by_moment ON limit_requests (asked_at, id);
CREATE INDEX limit_requests_open ON limit_requests (asked_at, id) WHERE answered_at IS NULL;
CREATE UNIQUE INDEX one_open_limit_request ON limit_requests (subscription_id) WHERE answered_at IS NULL;
CREATE TRIGGER never_deleted BEFORE DELETE ON limit_requests FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE FUNCTION keep_limit_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.answer_id IS NOT NULL
       OR (OLD.id, OLD.subscription_id, OLD.client_id, OLD.units_wanted, OLD.text, OLD.asked_by, OLD.asked_at)
          IS DISTINCT FROM
          (NEW.id, NEW.subscription_id, NEW.client_id, NEW.units_wanted, NEW.text, NEW.asked_by, NEW.asked_at) THEN
        RAISE EXCEPTION 'a request for a higher limit is only answered, and once'
            USING ERRCODE = '23514', CONSTRAINT = 'limit_request_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER limit_request_stays BEFORE UPDATE ON limit_requests FOR EACH ROW EXECUTE FUNCTION keep_limit_request();

-- What a specialist wrote: a paper until the request's case takes it, with the offer that it makes.
CREATE TABLE limit_answers (
    id                uuid PRIMARY KEY,
    limit_request_id  uuid NOT NULL REFERENCES limit_requests (id),
    text              text NOT NULL CHECK (length(text) BETWEEN 1 AND 2000),
    tariff_code       text REFERENCES tariffs (code),
    units             integer CHECK (units > 0),
    price_kopecks     bigint CHECK (price_kopecks > 0),
    valid_until       date,
    written_by        text NOT NULL,
    written_at        timestamptz NOT NULL,
    UNIQUE (id, limit_request_id),
    CONSTRAINT offer_is_whole CHECK (num_nulls(tariff_code, units, price_kopecks, valid_until) IN (0, 4))
);
CREATE INDEX limit_answers_by_request ON limit_answers (limit_request_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON limit_answers FOR EACH ROW EXECUTE FUNCTION forbid_change();
ALTER TABLE limit_requests ADD FOREIGN KEY (answer_id, id) REFERENCES limit_answers (id, limit_request_id);

CREATE TABLE individual_offers (
    id                uuid PRIMARY KEY,
    subscription_id   text NOT NULL REFERENCES subscriptions (id),
    tariff_code       text NOT NULL REFERENCES tariffs (code),
    units             integer NOT NULL CHECK (units > 0),
    price_kopecks     bigint NOT NULL CHECK (price_kopecks > 0),
    valid_until       date NOT NULL,
    reason            text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
    limit_request_id  uuid UNIQUE,
    author            text NOT NULL,
    created_at        timestamptz NOT NULL,
    UNIQUE (id, subscription_id),
    FOREIGN KEY (limit_request_id, subscription_id) REFERENCES limit_requests (id, subscription_id)
);
CREATE INDEX individual_offers_by_subscription ON individual_offers (subscription_id, valid_until);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON individual_offers FOR EACH ROW EXECUTE FUNCTION forbid_change();

-- The case.
CREATE TABLE renewal_statuses (status text PRIMARY KEY);
CREATE TABLE renewal_moves (
    from_status  text NOT NULL REFERENCES renewal_statuses (status),
    to_status    text NOT NULL REFERENCES renewal_statuses (status),
    PRIMARY KEY (from_status, to_status)
);
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
    CONSTRAINT waited_for_by_invoice CHECK (status NOT IN ('awaiting_payment', 'checking_payment') OR order_id IS NOT NULL),
    CONSTRAINT paid_has_a_term CHECK ((status IN ('paid', 'renewed')) = (next_term_id IS NOT NULL)),
    CONSTRAINT ended_is_closed CHECK ((status IN ('renewed', 'closed')) = (closed_at IS NOT NULL))
);
COMMENT ON COLUMN renewals.term_id IS 'The term that the case renews; none for a first purchase.';
COMMENT ON COLUMN renewals.claimed_until IS 'The client says that the payment is on its way: no reminders until then.';
COMMENT ON COLUMN renewals.seen_kopecks IS 'What the case knew to be paid of its invoice when it last looked.';
CREATE INDEX renewals_by_status ON renewals (status, id);
CREATE INDEX renewals_by_client ON renewals (client_id, id);
CREATE INDEX renewals_by_subscription ON renewals (subscription_id, id);
-- Partial, so that no foreign key can lean on it: then news of money never waits for an order of the same case.
CREATE UNIQUE INDEX renewals_by_invoice ON renewals (invoice_number) WHERE invoice_number IS NOT NULL;
CREATE TRIGGER never_deleted BEFORE DELETE ON renewals FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE TABLE renewal_history (
    renewal_id   text NOT NULL REFERENCES renewals (id) DEFERRABLE INITIALLY DEFERRED,
    number       integer NOT NULL CHECK (number > 0),
    previous     integer GENERATED ALWAYS AS (nullif(number - 1, 0)) STORED,
    from_status  text,
    to_status    text NOT NULL,
    at           timestamptz NOT NULL,
    by           text NOT NULL,
    reason       text,
    submission_id     uuid,
    answer       jsonb NOT NULL,
    PRIMARY KEY (renewal_id, number),
    UNIQUE (renewal_id, number, to_status),
    FOREIGN KEY (from_status, to_status) REFERENCES renewal_moves (from_status, to_status),
    FOREIGN KEY (renewal_id, previous, from_status) REFERENCES renewal_history (renewal_id, number, to_status),
    CONSTRAINT begins_by_watching CHECK ((number = 1) = (from_status IS NULL) AND (number > 1 OR to_status = 'watching'))
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON renewal_history FOR EACH ROW EXECUTE FUNCTION forbid_change();
ALTER TABLE renewals ADD CONSTRAINT status_is_the_last_of_history
    FOREIGN KEY (id, version, status) REFERENCES renewal_history (renewal_id, number, to_status) DEFERRABLE INITIALLY DEFERRED;

-- Papers: what the client ordered and wrote, put down once.
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
    agreed               jsonb NOT NULL,
    agreed_sha256        text NOT NULL CHECK (agreed_sha256 ~ '^[0-9a-f]{64}$'),
    placed_by            text NOT NULL,
    placed_at            timestamptz NOT NULL,
    UNIQUE (id, price_kopecks),
    CONSTRAINT individual_offer_is_named CHECK ((offer = 'individual') = (individual_offer_id IS NOT NULL)),
    FOREIGN KEY (individual_offer_id, subscription_id) REFERENCES individual_offers (id, subscription_id)
);
COMMENT ON COLUMN orders.renewal_id IS 'No foreign key: a first order is written before its case is opened.';
COMMENT ON COLUMN orders.agreed IS 'What the client saw and agreed to: offer, tariff, price, terms, requisites.';
CREATE INDEX orders_by_renewal ON orders (renewal_id, placed_at);
CREATE INDEX orders_by_payer ON orders (payer_inn);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON orders FOR EACH ROW EXECUTE FUNCTION forbid_change();

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

-- Our own invoices, beside those that the billing system writes.
CREATE TABLE invoice_counters (
    year  integer PRIMARY KEY CHECK (year BETWEEN 2020 AND 2199),
    last  integer NOT NULL CHECK (last BETWEEN 0 AND 999999)
);
CREATE TABLE issued_invoices (
    invoice_number  text PRIMARY KEY REFERENCES invoices (number),
    year            integer NOT NULL REFERENCES invoice_counters (year),
    sequence        integer NOT NULL CHECK (sequence BETWEEN 1 AND 999999),
    order_id        uuid NOT NULL UNIQUE REFERENCES orders (id),
    renewal_id      text NOT NULL REFERENCES renewals (id),
    recipient       jsonb NOT NULL,
    valid_until     date NOT NULL,
    UNIQUE (year, sequence),
    UNIQUE (invoice_number, order_id),
    CONSTRAINT number_says_year_and_sequence CHECK (
        invoice_number = 'KP-' || year || '-' || lpad(sequence::text, 6, '0'))
);
COMMENT ON COLUMN issued_invoices.recipient IS 'Our requisites as they were: the invoice reads the same for ever.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON issued_invoices FOR EACH ROW EXECUTE FUNCTION forbid_change();
ALTER TABLE renewals
    ADD FOREIGN KEY (invoice_number, order_id) REFERENCES issued_invoices (invoice_number, order_id),
    ADD FOREIGN KEY (next_term_id) REFERENCES terms (id);
