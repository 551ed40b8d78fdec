-- A refund that was paid by what the acquirer took back is not paid any more when we win that back: its payout has come
-- back, and what stands for it goes from what was taken to the promise again.
CREATE OR REPLACE FUNCTION enter_payout_in_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    promised text := 'promised/' || NEW.case_id;
    transit  text := 'transit/' || NEW.case_id || '/' || NEW.attempt;
    attempt  text := NEW.case_id || '/' || NEW.attempt;
    invoice  text;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.status = OLD.status THEN
        RETURN NULL;
    END IF;
    IF NEW.channel_reason = 'given_back_there' THEN
        SELECT t.invoice_number INTO invoice FROM taken_backs t WHERE t.id = NEW.external_id;
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM transfer('payout_begun', promised, transit, NEW.amount_kopecks, attempt);
    ELSIF NEW.status = 'rejected' THEN
        PERFORM transfer('payout_rejected', transit, promised, NEW.amount_kopecks, attempt);
    ELSIF NEW.status = 'paid' AND invoice IS NOT NULL THEN
        PERFORM transfer('payout_paid', transit, 'taken/' || invoice, NEW.amount_kopecks, attempt);
        PERFORM settle_taken_back(invoice);
    ELSIF NEW.status = 'paid' THEN
        PERFORM transfer('payout_paid', transit, cash_of(NEW.channel), NEW.amount_kopecks, attempt);
    ELSIF NEW.status = 'returned' AND invoice IS NOT NULL THEN
        PERFORM transfer('payout_returned', 'taken/' || invoice, promised, NEW.amount_kopecks, attempt);
        PERFORM settle_taken_back(invoice);
    ELSIF NEW.status = 'returned' THEN
        PERFORM transfer('payout_returned', cash_of(NEW.channel), promised, NEW.amount_kopecks, attempt);
    END IF;
    RETURN NULL;
END $$;

-- A compensation that was decided may have been sent before somebody outside was asked: it is owed until an accountant
-- records it, or says when the procedure ends that it was never sent.
ALTER TABLE dispute_decisions
    ADD COLUMN is_compensation_unsent boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT unsent_is_said_at_the_end CHECK (NOT is_compensation_unsent OR action = 'end_outside');

CREATE OR REPLACE FUNCTION owe_compensation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owed   bigint := balance_of('compensation/' || NEW.id);
    owes   bigint := CASE WHEN NEW.status = 'performing' OR NEW.status = 'outside' AND owed > 0
                          THEN NEW.compensation_kopecks ELSE 0 END;
    change text := NEW.id || '@' || NEW.version;
BEGIN
    IF OLD.compensated_on IS NOT NULL THEN
        RETURN NULL;
    END IF;
    IF owes > owed THEN
        PERFORM transfer('compensation_owed', 'expense/compensation', 'compensation/' || NEW.id, owes - owed, change);
    ELSIF owes < owed THEN
        PERFORM transfer('compensation_freed', 'compensation/' || NEW.id, 'expense/compensation', owed - owes, change);
    END IF;
    IF NEW.compensated_on IS NOT NULL THEN
        PERFORM transfer('compensation_paid', 'compensation/' || NEW.id, 'cash/bank', NEW.compensation_kopecks, NEW.id);
    END IF;
    RETURN NULL;
END $$;

-- A refund case of a return is opened while that return is open: a step that comes later, of a worker that was taken for
-- dead, stores nothing.
CREATE FUNCTION refuse_refund_of_ended_return() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM goods_returns WHERE id = NEW.goods_return_id AND closed_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the return has ended' USING ERRCODE = '23514', CONSTRAINT = 'refund_of_an_open_return';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refund_of_an_open_return BEFORE INSERT ON refunds FOR EACH ROW WHEN (NEW.goods_return_id IS NOT NULL)
    EXECUTE FUNCTION refuse_refund_of_ended_return();
