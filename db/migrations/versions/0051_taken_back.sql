-- Money that the acquirer took back without us, by a chargeback or by a refund in its own cabinet, is booked as soon as it
-- is found. It covers itself from what is free of the invoice; what is not free is promised or on its way to somebody
-- already, so it would be paid a second time: nothing of that invoice leaves by the bank before a person has decided.
--
--   taken/<number>        taken back and not covered    taken back: debit       covered: credit
--   expense/compensation  what we owe beyond a price    owed: debit             freed: credit
--   compensation/<id>     owed in a dispute             owed: credit            paid: debit

ALTER TABLE ledger_transfers DROP CONSTRAINT ledger_transfers_kind_check;
ALTER TABLE ledger_transfers ADD CONSTRAINT ledger_transfers_kind_check CHECK (kind IN (
    'payment_received', 'payment_reversed', 'surplus_held', 'surplus_freed', 'promised', 'promise_freed', 'payout_begun',
    'payout_rejected', 'payout_paid', 'payout_returned', 'taken_back', 'taken_back_covered', 'taken_back_freed',
    'taken_back_returned', 'compensation_owed', 'compensation_freed', 'compensation_paid'));
ALTER TABLE ledger_transfers DROP CONSTRAINT ledger_transfers_debit_account_check;
ALTER TABLE ledger_transfers ADD CONSTRAINT ledger_transfers_debit_account_check CHECK (
    debit_account ~ '^(cash|invoice|surplus|promised|transit|taken|expense|compensation)/');
ALTER TABLE ledger_transfers DROP CONSTRAINT ledger_transfers_credit_account_check;
ALTER TABLE ledger_transfers ADD CONSTRAINT ledger_transfers_credit_account_check CHECK (
    credit_account ~ '^(cash|invoice|surplus|promised|transit|taken|expense|compensation)/');

CREATE OR REPLACE FUNCTION refuse_overdraft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.debit_account NOT SIMILAR TO '(cash|taken|expense)/%' AND balance_of(NEW.debit_account) < 0 THEN
        RAISE EXCEPTION 'account would be overdrawn' USING ERRCODE = '23514', CONSTRAINT = 'ledger_never_overdrawn';
    END IF;
    RETURN NULL;
END $$;

ALTER TABLE acquirer_differences DROP CONSTRAINT acquirer_differences_invariant_check;
ALTER TABLE acquirer_differences ADD CONSTRAINT acquirer_differences_invariant_check CHECK (invariant IN (
    'not_rejected', 'settled', 'same_sum', 'once', 'ours', 'charged_back', 'listed', 'known', 'recorded'));

-- What covers itself counts as promised: nobody can promise or refund it again.
ALTER TABLE invoices
    ADD COLUMN taken_back_kopecks         bigint NOT NULL DEFAULT 0,
    ADD COLUMN surplus_taken_back_kopecks bigint NOT NULL DEFAULT 0,
    ADD COLUMN taken_back_changes         integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT taken_back_is_promised CHECK (taken_back_kopecks BETWEEN 0 AND promised_kopecks),
    ADD CONSTRAINT taken_back_surplus_is_promised CHECK (
        surplus_taken_back_kopecks BETWEEN 0 AND least(surplus_promised_kopecks, taken_back_kopecks));
COMMENT ON COLUMN invoices.taken_back_kopecks IS 'Of what is promised: taken back by the acquirer and covered.';

CREATE TABLE taken_backs (
    id              text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 300),
    difference_id   uuid NOT NULL UNIQUE REFERENCES acquirer_differences (id),
    kind            text NOT NULL CHECK (kind IN ('chargeback', 'refund')),
    payment_id      text NOT NULL REFERENCES payments (id),
    invoice_number  text NOT NULL REFERENCES invoices (number),
    amount_kopecks  bigint NOT NULL CHECK (amount_kopecks > 0),
    happened_on     date NOT NULL,
    found_at        timestamptz NOT NULL
);
COMMENT ON TABLE taken_backs IS 'What the acquirer took back without us; the id is the acquirer''s.';
CREATE INDEX taken_backs_by_invoice ON taken_backs (invoice_number, found_at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON taken_backs FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON taken_backs FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- A chargeback that we won: the acquirer gave the money back.
CREATE TABLE taken_back_returns (
    taken_back_id  text PRIMARY KEY REFERENCES taken_backs (id),
    returned_on    date NOT NULL,
    stored_by      text NOT NULL,
    stored_at      timestamptz NOT NULL
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON taken_back_returns FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON taken_back_returns
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION move_taken_back(invoice text, lines bigint, surplus bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    change integer;
BEGIN
    IF lines = 0 AND surplus = 0 THEN
        RETURN;
    END IF;
    UPDATE invoices
       SET promised_kopecks = promised_kopecks + lines + surplus,
           surplus_promised_kopecks = surplus_promised_kopecks + surplus,
           taken_back_kopecks = taken_back_kopecks + lines + surplus,
           surplus_taken_back_kopecks = surplus_taken_back_kopecks + surplus,
           taken_back_changes = taken_back_changes + 1
     WHERE number = invoice RETURNING taken_back_changes INTO change;
    IF surplus > 0 THEN
        PERFORM transfer('taken_back_covered', 'surplus/' || invoice, 'taken/' || invoice, surplus,
                         'surplus/' || invoice || '@' || change);
    ELSIF surplus < 0 THEN
        PERFORM transfer('taken_back_freed', 'taken/' || invoice, 'surplus/' || invoice, -surplus,
                         'surplus/' || invoice || '@' || change);
    END IF;
    IF lines > 0 THEN
        PERFORM transfer('taken_back_covered', 'invoice/' || invoice, 'taken/' || invoice, lines,
                         'invoice/' || invoice || '@' || change);
    ELSIF lines < 0 THEN
        PERFORM transfer('taken_back_freed', 'taken/' || invoice, 'invoice/' || invoice, -lines,
                         'invoice/' || invoice || '@' || change);
    END IF;
END $$;

-- Covers what was taken back from what is free, the surplus first; frees what is covered by more than was taken.
CREATE FUNCTION settle_taken_back(invoice text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    held    invoices%ROWTYPE;
    open    bigint;
    surplus bigint;
    lines   bigint;
BEGIN
    SELECT * INTO STRICT held FROM invoices WHERE number = invoice FOR UPDATE;
    open := -balance_of('taken/' || invoice);
    IF open > 0 THEN
        surplus := least(open, held.surplus_kopecks - held.surplus_promised_kopecks);
        lines := least(open - surplus, held.paid_kopecks - held.surplus_kopecks
                                       - (held.promised_kopecks - held.surplus_promised_kopecks));
    ELSE
        lines := -least(-open, held.taken_back_kopecks - held.surplus_taken_back_kopecks);
        surplus := greatest(open - lines, -held.surplus_taken_back_kopecks);
    END IF;
    PERFORM move_taken_back(invoice, lines, surplus);
END $$;

CREATE FUNCTION book_taken_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM invoices WHERE number = NEW.invoice_number FOR UPDATE;
    PERFORM transfer('taken_back', 'taken/' || NEW.invoice_number, 'cash/acquirer', NEW.amount_kopecks, NEW.id);
    PERFORM settle_taken_back(NEW.invoice_number);
    RETURN NULL;
END $$;
CREATE TRIGGER enter_in_ledger AFTER INSERT ON taken_backs FOR EACH ROW EXECUTE FUNCTION book_taken_back();

CREATE FUNCTION book_taken_back_return() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    taken taken_backs%ROWTYPE;
BEGIN
    SELECT * INTO STRICT taken FROM taken_backs WHERE id = NEW.taken_back_id;
    PERFORM FROM invoices WHERE number = taken.invoice_number FOR UPDATE;
    PERFORM transfer('taken_back_returned', 'cash/acquirer', 'taken/' || taken.invoice_number, taken.amount_kopecks,
                     taken.id);
    PERFORM settle_taken_back(taken.invoice_number);
    RETURN NULL;
END $$;
CREATE TRIGGER enter_in_ledger AFTER INSERT ON taken_back_returns
    FOR EACH ROW EXECUTE FUNCTION book_taken_back_return();

-- Whoever finds it stores the difference with the acquirer's books; the same transaction books it.
CREATE FUNCTION find_taken_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO taken_backs
    SELECT NEW.subject, NEW.id, CASE NEW.invariant WHEN 'charged_back' THEN 'chargeback' ELSE 'refund' END, p.id,
           p.invoice_number, NEW.amount_kopecks, NEW.happened_on, NEW.found_at
      FROM payments p WHERE p.acquirer_payment_id = NEW.acquirer_payment_id
        ON CONFLICT (id) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER find_taken_back AFTER INSERT ON acquirer_differences FOR EACH ROW
    WHEN (NEW.invariant IN ('ours', 'charged_back') AND NEW.happened_on IS NOT NULL AND NEW.amount_kopecks IS NOT NULL)
    EXECUTE FUNCTION find_taken_back();
-- What was found before and nobody has decided about.
INSERT INTO taken_backs
SELECT d.subject, d.id, 'refund', p.id, p.invoice_number, d.amount_kopecks, d.happened_on, d.found_at
  FROM acquirer_differences d JOIN payments p ON p.acquirer_payment_id = d.acquirer_payment_id
 WHERE d.invariant = 'ours' AND d.happened_on IS NOT NULL AND d.amount_kopecks IS NOT NULL
   AND NOT EXISTS (SELECT FROM acquirer_difference_decisions x WHERE x.difference_id = d.id);

-- A promise that is freed covers what was taken back; triggers of one event run in the order of their names.
CREATE FUNCTION cover_by_freed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF balance_of('taken/' || NEW.invoice_number) < 0 THEN
        PERFORM settle_taken_back(NEW.invoice_number);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER then_cover_taken_back AFTER UPDATE OF status, sum_kopecks ON refunds FOR EACH ROW
    WHEN (promise_of(NEW.status, NEW.sum_kopecks) < promise_of(OLD.status, OLD.sum_kopecks))
    EXECUTE FUNCTION cover_by_freed();

-- An accountant takes what the acquirer took back for a case's payout: no cash leaves again.
CREATE OR REPLACE FUNCTION enter_payout_in_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    promised text := 'promised/' || NEW.case_id;
    transit  text := 'transit/' || NEW.case_id || '/' || NEW.attempt;
    attempt  text := NEW.case_id || '/' || NEW.attempt;
    invoice  text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM transfer('payout_begun', promised, transit, NEW.amount_kopecks, attempt);
    ELSIF NEW.status = OLD.status THEN
        RETURN NULL;
    ELSIF NEW.status = 'rejected' THEN
        PERFORM transfer('payout_rejected', transit, promised, NEW.amount_kopecks, attempt);
    ELSIF NEW.status = 'paid' AND NEW.channel_reason = 'given_back_there' THEN
        SELECT t.invoice_number INTO invoice FROM taken_backs t WHERE t.id = NEW.external_id;
        IF invoice IS NULL THEN
            PERFORM transfer('payout_paid', transit, cash_of(NEW.channel), NEW.amount_kopecks, attempt);
        ELSE
            PERFORM transfer('payout_paid', transit, 'taken/' || invoice, NEW.amount_kopecks, attempt);
            PERFORM settle_taken_back(invoice);
        END IF;
    ELSIF NEW.status = 'paid' THEN
        PERFORM transfer('payout_paid', transit, cash_of(NEW.channel), NEW.amount_kopecks, attempt);
    ELSIF NEW.status = 'returned' THEN
        PERFORM transfer('payout_returned', cash_of(NEW.channel), promised, NEW.amount_kopecks, attempt);
    END IF;
    RETURN NULL;
END $$;

-- Nothing of an invoice whose money the acquirer took back leaves by the bank until a person has decided: with the
-- invoice locked, so that of a chargeback and an order that come at once the second sees the first.
CREATE FUNCTION refuse_second_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    invoice text;
BEGIN
    SELECT invoice_number INTO STRICT invoice FROM refunds WHERE id = NEW.case_id;
    PERFORM FROM invoices WHERE number = invoice FOR UPDATE;
    IF balance_of('taken/' || invoice) < 0 AND EXISTS (
        SELECT FROM taken_backs t
         WHERE t.invoice_number = invoice AND NOT EXISTS (
            SELECT FROM acquirer_difference_decisions x WHERE x.difference_id = t.difference_id)) THEN
        RAISE EXCEPTION 'the acquirer took this money back' USING ERRCODE = '23514', CONSTRAINT = 'never_paid_twice';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER never_paid_twice BEFORE INSERT ON payment_orders
    FOR EACH ROW EXECUTE FUNCTION refuse_second_payment();
CREATE TRIGGER never_paid_twice BEFORE UPDATE OF cleared_at ON payouts
    FOR EACH ROW WHEN (NEW.cleared_at IS NOT NULL AND OLD.cleared_at IS NULL) EXECUTE FUNCTION refuse_second_payment();

-- Disputes: when the stage began, and the day on which a compensation was paid.
ALTER TABLE disputes
    ADD COLUMN stage_at timestamptz,
    ADD COLUMN compensated_on date,
    ADD COLUMN taken_back_id text UNIQUE REFERENCES taken_backs (id),
    DROP CONSTRAINT money_is_decided,
    ADD CONSTRAINT money_is_decided CHECK (
        awarded_kopecks + compensation_kopecks = 0 OR decision_id IS NOT NULL OR looks > 0),
    ADD CONSTRAINT compensated_is_owed CHECK (compensated_on IS NULL OR compensation_kopecks > 0);
UPDATE disputes SET stage_at = changed_at;
ALTER TABLE disputes ALTER COLUMN stage_at SET NOT NULL;
COMMENT ON COLUMN disputes.taken_back_id IS 'The chargeback that it is about.';
ALTER TABLE dispute_decisions ADD CONSTRAINT performed_on_a_day CHECK (action <> 'perform' OR until_on IS NOT NULL);

CREATE FUNCTION owe_compensation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owed   bigint := CASE WHEN OLD.status = 'performing' THEN OLD.compensation_kopecks ELSE 0 END;
    owes   bigint := CASE WHEN NEW.status IN ('performing', 'outside', 'closed') AND OLD.status = 'performing'
                            OR NEW.status = 'performing' THEN NEW.compensation_kopecks ELSE 0 END;
    change text := NEW.id || '@' || NEW.version;
BEGIN
    IF OLD.compensated_on IS NULL AND owes > owed THEN
        PERFORM transfer('compensation_owed', 'expense/compensation', 'compensation/' || NEW.id, owes - owed, change);
    ELSIF OLD.compensated_on IS NULL AND owes < owed THEN
        PERFORM transfer('compensation_freed', 'compensation/' || NEW.id, 'expense/compensation', owed - owes, change);
    END IF;
    IF OLD.compensated_on IS NULL AND NEW.compensated_on IS NOT NULL THEN
        PERFORM transfer('compensation_paid', 'compensation/' || NEW.id, 'cash/bank', NEW.compensation_kopecks, NEW.id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER enter_in_ledger AFTER UPDATE ON disputes FOR EACH ROW EXECUTE FUNCTION owe_compensation();

-- A refund that has ended has its dispute look: the change that it makes is not known to its process yet.
CREATE FUNCTION tell_dispute() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO unheard_changes (case_id, number)
    SELECT id, version + 1 FROM disputes WHERE refund_id = NEW.id AND status = 'performing'
        ON CONFLICT (case_id) DO UPDATE SET number = EXCLUDED.number, at = now();
    RETURN NULL;
END $$;
CREATE TRIGGER tell_dispute AFTER UPDATE OF status ON refunds FOR EACH ROW
    WHEN (NEW.status IN ('completed', 'declined', 'cancelled', 'expired') AND NEW.status <> OLD.status)
    EXECUTE FUNCTION tell_dispute();
CREATE INDEX disputes_by_refund ON disputes (refund_id) WHERE refund_id IS NOT NULL;

