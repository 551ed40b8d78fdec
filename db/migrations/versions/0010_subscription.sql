-- Subscriptions: what is sold for a time, and the limits that clients ask to have raised.

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
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON tariffs FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- A price can be withdrawn before its first day in Moscow, once; another one may then hold from that day. What orders
-- agreed to stands in the orders.
CREATE TABLE tariff_prices (
    tariff_code        text NOT NULL,
    is_free            boolean NOT NULL DEFAULT false CHECK (NOT is_free),
    version            integer NOT NULL CHECK (version > 0),
    price_kopecks      bigint NOT NULL CHECK (price_kopecks > 0),
    valid_from         date NOT NULL,
    author             text NOT NULL,
    created_at         timestamptz NOT NULL,
    withdrawn_by       text,
    withdrawn_at       timestamptz,
    withdrawal_reason  text CHECK (length(withdrawal_reason) BETWEEN 1 AND 2000),
    PRIMARY KEY (tariff_code, version),
    FOREIGN KEY (tariff_code, is_free) REFERENCES tariffs (code, is_free),
    CONSTRAINT price_withdrawn_by_somebody CHECK (
        (withdrawn_by IS NULL) = (withdrawn_at IS NULL) AND (withdrawn_by IS NULL) = (withdrawal_reason IS NULL)),
    CONSTRAINT price_withdrawn_before_its_day CHECK (
        valid_from > (withdrawn_at AT TIME ZONE 'Europe/Moscow')::date)
);
CREATE UNIQUE INDEX one_price_from_a_day ON tariff_prices (tariff_code, valid_from) WHERE withdrawn_at IS NULL;
CREATE TRIGGER never_deleted BEFORE DELETE ON tariff_prices FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON tariff_prices FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION keep_tariff_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.withdrawn_at IS NOT NULL
       OR (OLD.tariff_code, OLD.version, OLD.is_free, OLD.price_kopecks, OLD.valid_from, OLD.author, OLD.created_at)
          IS DISTINCT FROM
          (NEW.tariff_code, NEW.version, NEW.is_free, NEW.price_kopecks, NEW.valid_from, NEW.author, NEW.created_at)
       OR OLD.valid_from <= (now() AT TIME ZONE 'Europe/Moscow')::date THEN
        RAISE EXCEPTION 'a price is only withdrawn, once, before its day'
            USING ERRCODE = '23514', CONSTRAINT = 'price_changes_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER changes_once BEFORE UPDATE ON tariff_prices FOR EACH ROW EXECUTE FUNCTION keep_tariff_price();

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
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON usage_reports FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

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
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON limit_requests FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

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

-- What a specialist wrote: a submission until the request's case takes it, with the offer that it makes.
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
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON limit_answers FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
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
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON individual_offers FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
