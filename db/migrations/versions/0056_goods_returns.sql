-- Goods, sold by the piece, and their returns. What a client asks for and what a specialist decides are submissions;
-- a case takes one or refuses it. Pieces that a return keeps are counted by line, so that never more come back than
-- were bought, whatever is asked at once.

-- What an earlier migration of the same transaction has left to its end is checked first: a table cannot be altered
-- before.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
ALTER TABLE policies DROP CONSTRAINT policies_kind_check;
ALTER TABLE policies ADD CONSTRAINT policies_kind_check
    CHECK (kind IN ('refund', 'renewal', 'receipt', 'inquiry', 'file', 'dispute', 'collection', 'goods_return'));

ALTER TABLE invoice_lines
    DROP CONSTRAINT invoice_lines_kind_check,
    ADD CONSTRAINT invoice_lines_kind_check
        CHECK (kind IN ('subscription', 'support', 'licence', 'service', 'goods')),
    ADD COLUMN quantity integer NOT NULL DEFAULT 1 CHECK (quantity BETWEEN 1 AND 10000),
    ADD CONSTRAINT several_pieces_are_goods CHECK (quantity = 1 OR kind IN ('goods', 'licence')),
    ADD CONSTRAINT line_has_pieces UNIQUE (invoice_number, line_no, quantity);

CREATE TABLE goods_return_statuses (status text PRIMARY KEY);
CREATE TABLE goods_return_moves (
    from_status  text NOT NULL REFERENCES goods_return_statuses (status),
    to_status    text NOT NULL REFERENCES goods_return_statuses (status),
    PRIMARY KEY (from_status, to_status)
);
INSERT INTO goods_return_statuses VALUES
    ('requested'), ('authorised'), ('shipped'), ('received'), ('inspected'), ('accepted'), ('partly'), ('rejected'),
    ('settled'), ('lost'), ('closed'), ('refused'), ('expired'), ('withdrawn');
-- A move from a status to itself is a change that leaves it: a deadline moves, the legal day starts the money.
INSERT INTO goods_return_moves
SELECT from_status, unnest(string_to_array(targets, ' ')) FROM (VALUES
    ('requested',  'requested authorised refused withdrawn'),
    ('authorised', 'authorised shipped received expired withdrawn'),
    ('shipped',    'shipped received lost'),
    ('received',   'received inspected'),
    ('inspected',  'inspected accepted partly rejected'),
    ('accepted',   'accepted settled'),
    ('partly',     'partly settled'),
    ('rejected',   'rejected closed'),
    ('settled',    'settled closed'),
    ('lost',       'lost settled closed')
) AS allowed (from_status, targets);

CREATE TABLE goods_return_openings (
    id              uuid PRIMARY KEY,
    invoice_number  text NOT NULL REFERENCES invoices (number),
    ordinal         integer NOT NULL CHECK (ordinal > 0),
    client_id       text NOT NULL REFERENCES clients (id),
    ground          text NOT NULL CHECK (ground IN ('change_of_mind', 'wrong_goods', 'defective', 'damaged')),
    asked           jsonb NOT NULL CHECK (jsonb_typeof(asked) = 'array'),
    comment         text CHECK (length(comment) BETWEEN 1 AND 2000),
    opened_by       text NOT NULL,
    opened_at       timestamptz NOT NULL,
    UNIQUE (invoice_number, ordinal),
    UNIQUE (id, invoice_number, ordinal, client_id, ground)
);
COMMENT ON COLUMN goods_return_openings.asked IS 'Lines of the invoice, and how many pieces of each.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON goods_return_openings
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON goods_return_openings
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE goods_returns (
    id                text PRIMARY KEY,
    opening_id        uuid NOT NULL UNIQUE,
    invoice_number    text NOT NULL,
    ordinal           integer NOT NULL,
    client_id         text NOT NULL,
    ground            text NOT NULL,
    way               text NOT NULL CHECK (way IN ('shipping', 'deactivation')),
    status            text NOT NULL REFERENCES goods_return_statuses (status),
    version           integer NOT NULL,
    policy_kind       text NOT NULL DEFAULT 'goods_return' CHECK (policy_kind = 'goods_return'),
    policy_version    integer NOT NULL,
    legal_rule_id     text REFERENCES legal_rules (id),
    money_at          timestamptz,
    money_started_at  timestamptz,
    track             text CHECK (length(track) BETWEEN 1 AND 100),
    sent_track        text CHECK (length(sent_track) BETWEEN 1 AND 100),
    carriage_kopecks  bigint NOT NULL DEFAULT 0 CHECK (carriage_kopecks >= 0),
    settlement        text CHECK (settlement IN ('refund', 'exchange', 'repair', 'price_cut')),
    cut_kopecks       bigint CHECK (cut_kopecks > 0),
    settled_at        timestamptz,
    waiting_for       text,
    wait_until        timestamptz,
    entered_at        timestamptz NOT NULL,
    opened_at         timestamptz NOT NULL,
    changed_at        timestamptz NOT NULL,
    closed_at         timestamptz,
    FOREIGN KEY (opening_id, invoice_number, ordinal, client_id, ground)
        REFERENCES goods_return_openings (id, invoice_number, ordinal, client_id, ground),
    FOREIGN KEY (policy_kind, policy_version) REFERENCES policies (kind, version),
    CONSTRAINT id_says_invoice_and_ordinal CHECK (id = 'return-' || invoice_number || '-' || ordinal),
    CONSTRAINT legal_day_has_a_rule CHECK ((money_at IS NULL) = (legal_rule_id IS NULL)),
    CONSTRAINT nothing_digital_is_sent CHECK (way = 'shipping' OR track IS NULL),
    CONSTRAINT our_fault_is_our_carriage CHECK (ground = 'change_of_mind' OR carriage_kopecks = 0),
    CONSTRAINT cut_is_of_a_price CHECK ((settlement IS NOT DISTINCT FROM 'price_cut') = (cut_kopecks IS NOT NULL)),
    CONSTRAINT decided_is_settled_somehow CHECK (
        status NOT IN ('accepted', 'partly', 'settled') OR settlement IS NOT NULL),
    CONSTRAINT settled_once CHECK (status <> 'settled' OR settled_at IS NOT NULL),
    CONSTRAINT settled_by_money CHECK (
        settled_at IS NULL OR settlement NOT IN ('refund', 'price_cut') OR money_started_at IS NOT NULL),
    CONSTRAINT ended_is_closed CHECK (
        (status IN ('closed', 'refused', 'expired', 'withdrawn')) = (closed_at IS NOT NULL)),
    CONSTRAINT somebody_is_waited_for CHECK (
        (closed_at IS NOT NULL) = (wait_until IS NULL) AND (wait_until IS NULL) = (waiting_for IS NULL))
);
COMMENT ON COLUMN goods_returns.money_at IS 'When the law has a consumer''s money paid back, whatever is decided.';
COMMENT ON COLUMN goods_returns.money_started_at IS 'When its refund case was opened.';
COMMENT ON COLUMN goods_returns.carriage_kopecks IS 'What its carriage has cost us and the client bears.';
CREATE INDEX goods_returns_by_client ON goods_returns (client_id, opened_at DESC, id);
CREATE INDEX goods_returns_by_invoice ON goods_returns (invoice_number, ordinal);
CREATE INDEX goods_returns_by_deadline ON goods_returns ((coalesce(wait_until, 'infinity'::timestamptz)), id)
    WHERE closed_at IS NULL;
CREATE TRIGGER never_deleted BEFORE DELETE ON goods_returns FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON goods_returns FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE TABLE goods_return_history (
    return_id      text NOT NULL REFERENCES goods_returns (id) DEFERRABLE INITIALLY DEFERRED,
    number         integer NOT NULL CHECK (number > 0),
    previous       integer GENERATED ALWAYS AS (nullif(number - 1, 0)) STORED,
    from_status    text,
    to_status      text NOT NULL,
    at             timestamptz NOT NULL,
    by             text NOT NULL,
    reason         text,
    submission_id  uuid,
    answer         jsonb NOT NULL,
    PRIMARY KEY (return_id, number),
    UNIQUE (return_id, number, to_status),
    FOREIGN KEY (from_status, to_status) REFERENCES goods_return_moves (from_status, to_status),
    FOREIGN KEY (return_id, previous, from_status) REFERENCES goods_return_history (return_id, number, to_status),
    CONSTRAINT begins_by_requested CHECK (
        (number = 1) = (from_status IS NULL) AND (number > 1 OR to_status = 'requested'))
);
CREATE UNIQUE INDEX goods_return_takes_a_submission_once ON goods_return_history (submission_id)
    WHERE submission_id IS NOT NULL;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON goods_return_history
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON goods_return_history
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
ALTER TABLE goods_returns ADD CONSTRAINT status_is_the_last_of_history
    FOREIGN KEY (id, version, status) REFERENCES goods_return_history (return_id, number, to_status)
    DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE goods_return_decisions (
    id                uuid PRIMARY KEY,
    return_id         text NOT NULL REFERENCES goods_returns (id),
    action            text NOT NULL CHECK (action IN (
                          'ship', 'deactivate', 'withdraw', 'authorise', 'refuse', 'receive', 'lose', 'inspect',
                          'accept', 'reject', 'send')),
    reason            text CHECK (length(reason) BETWEEN 1 AND 2000),
    track             text CHECK (length(track) BETWEEN 1 AND 100),
    packing           boolean,
    labels            boolean,
    unused            boolean,
    serial            boolean,
    pieces            jsonb CHECK (jsonb_typeof(pieces) = 'object'),
    carriage_kopecks  bigint CHECK (carriage_kopecks >= 0),
    settlement        text CHECK (settlement IN ('refund', 'exchange', 'repair', 'price_cut')),
    cut_kopecks       bigint CHECK (cut_kopecks > 0),
    decided_by        text NOT NULL,
    decided_at        timestamptz NOT NULL,
    CONSTRAINT no_has_a_reason CHECK (action NOT IN ('refuse', 'lose', 'reject') OR reason IS NOT NULL),
    CONSTRAINT sent_has_a_track CHECK ((action IN ('ship', 'send')) = (track IS NOT NULL)),
    CONSTRAINT inspection_is_whole CHECK (
        num_nonnulls(packing, labels, unused, serial, pieces, carriage_kopecks)
            = CASE action WHEN 'inspect' THEN 6 ELSE 0 END),
    CONSTRAINT accepted_is_settled_somehow CHECK ((action = 'accept') = (settlement IS NOT NULL)),
    CONSTRAINT cut_has_a_sum CHECK ((settlement IS NOT DISTINCT FROM 'price_cut') = (cut_kopecks IS NOT NULL))
);
COMMENT ON COLUMN goods_return_decisions.pieces IS 'Sound pieces by the line''s number.';
CREATE INDEX goods_return_decisions_of_return ON goods_return_decisions (return_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON goods_return_decisions
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON goods_return_decisions
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- The pieces of a line that returns keep: those of open returns, and those that were paid back.
CREATE TABLE returned_pieces (
    invoice_number  text NOT NULL,
    line_no         integer NOT NULL,
    bought          integer NOT NULL,
    held            integer NOT NULL CHECK (held >= 0),
    PRIMARY KEY (invoice_number, line_no),
    FOREIGN KEY (invoice_number, line_no, bought) REFERENCES invoice_lines (invoice_number, line_no, quantity),
    CONSTRAINT pieces_at_most_bought CHECK (held <= bought)
);
CREATE TABLE goods_return_lines (
    return_id       text NOT NULL REFERENCES goods_returns (id) DEFERRABLE INITIALLY DEFERRED,
    invoice_number  text NOT NULL,
    line_no         integer NOT NULL,
    asked           integer NOT NULL CHECK (asked > 0),
    held            integer NOT NULL CHECK (held BETWEEN 0 AND asked),
    accepted        integer NOT NULL CHECK (accepted BETWEEN 0 AND asked),
    PRIMARY KEY (return_id, line_no),
    FOREIGN KEY (invoice_number, line_no) REFERENCES invoice_lines (invoice_number, line_no)
);
CREATE INDEX goods_return_lines_by_line ON goods_return_lines (invoice_number, line_no);
CREATE TRIGGER never_deleted BEFORE DELETE ON goods_return_lines FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON goods_return_lines FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION carry_pieces() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    difference integer := NEW.held;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        difference := difference - OLD.held;
    END IF;
    IF difference <> 0 THEN
        INSERT INTO returned_pieces (invoice_number, line_no, bought, held)
        SELECT invoice_number, line_no, quantity, 0 FROM invoice_lines
         WHERE invoice_number = NEW.invoice_number AND line_no = NEW.line_no
        ON CONFLICT DO NOTHING;
        UPDATE returned_pieces SET held = held + difference
         WHERE invoice_number = NEW.invoice_number AND line_no = NEW.line_no;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER carry_pieces AFTER INSERT OR UPDATE OF held ON goods_return_lines
    FOR EACH ROW EXECUTE FUNCTION carry_pieces();

-- A refund case of a return: what it asks for was decided there. One at most.
ALTER TABLE refunds ADD COLUMN goods_return_id text UNIQUE REFERENCES goods_returns (id);

-- An exchange is two transfers of one sum: goods come back, others of the same price go out.
ALTER TABLE ledger_transfers
    DROP CONSTRAINT ledger_transfers_kind_check,
    ADD CONSTRAINT ledger_transfers_kind_check CHECK (kind IN (
        'payment_received', 'payment_reversed', 'surplus_held', 'surplus_freed', 'promised', 'promise_freed',
        'payout_begun', 'payout_rejected', 'payout_paid', 'payout_returned', 'taken_back', 'taken_back_covered',
        'taken_back_freed', 'taken_back_returned', 'compensation_owed', 'compensation_freed', 'compensation_paid',
        'goods_returned', 'goods_given')),
    DROP CONSTRAINT ledger_transfers_debit_account_check,
    ADD CONSTRAINT ledger_transfers_debit_account_check CHECK (
        debit_account ~ '^(cash|invoice|surplus|promised|transit|taken|expense|compensation|exchange)/'),
    DROP CONSTRAINT ledger_transfers_credit_account_check,
    ADD CONSTRAINT ledger_transfers_credit_account_check CHECK (
        credit_account ~ '^(cash|invoice|surplus|promised|transit|taken|expense|compensation|exchange)/');
CREATE TABLE goods_exchanges (
    return_id       text PRIMARY KEY REFERENCES goods_returns (id),
    invoice_number  text NOT NULL REFERENCES invoices (number),
    amount_kopecks  bigint NOT NULL CHECK (amount_kopecks > 0),
    at              timestamptz NOT NULL
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON goods_exchanges FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON goods_exchanges FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE FUNCTION carry_exchange() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sold      text := 'invoice/' || NEW.invoice_number;
    exchange  text := 'exchange/' || NEW.return_id;
BEGIN
    PERFORM transfer('goods_returned', sold, exchange, NEW.amount_kopecks, NEW.return_id);
    PERFORM transfer('goods_given', exchange, sold, NEW.amount_kopecks, NEW.return_id);
    RETURN NULL;
END $$;
CREATE TRIGGER carry_exchange AFTER INSERT ON goods_exchanges FOR EACH ROW EXECUTE FUNCTION carry_exchange();

CREATE TRIGGER note_unheard_change AFTER INSERT OR UPDATE OF version ON goods_returns
    FOR EACH ROW EXECUTE FUNCTION note_unheard_change();
CREATE TRIGGER announce AFTER INSERT OR UPDATE ON goods_returns
    FOR EACH ROW EXECUTE FUNCTION announce_case('goods_return');
