-- The ledger: every kopeck that came, was promised, left or came back is a transfer between two accounts.
-- A transfer has one sum and two accounts, so it cannot be out of balance; it is written by triggers beside the
-- row it tells of, so no code path can forget it; it is never changed.
--
--   cash/acquirer, cash/bank   what we hold             payment in: debit       payout out: credit
--   invoice/<number>           paid and not promised    payment in: credit      promise: debit
--   surplus/<number>           paid above what is due   held: credit            freed, promise: debit
--   promised/<case>            owed to the client       promise: credit         payout begins: debit
--   transit/<case>/<attempt>   on its way               payout begins: credit   paid: debit

CREATE TABLE ledger_transfers (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind            text NOT NULL CHECK (kind IN (
                        'payment_received', 'payment_reversed', 'surplus_held', 'surplus_freed', 'promised',
                        'promise_freed', 'payout_begun', 'payout_rejected', 'payout_paid', 'payout_returned')),
    debit_account   text NOT NULL CHECK (debit_account ~ '^(cash|invoice|surplus|promised|transit)/'),
    credit_account  text NOT NULL CHECK (credit_account ~ '^(cash|invoice|surplus|promised|transit)/'),
    amount_kopecks  bigint NOT NULL CHECK (amount_kopecks > 0),
    reference       text NOT NULL,
    recorded_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT two_accounts CHECK (debit_account <> credit_account),
    CONSTRAINT recorded_once UNIQUE (kind, reference)
);
CREATE INDEX ledger_by_debit ON ledger_transfers (debit_account) INCLUDE (amount_kopecks);
CREATE INDEX ledger_by_credit ON ledger_transfers (credit_account) INCLUDE (amount_kopecks);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_transfers FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ledger_transfers FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION balance_of(account text) RETURNS bigint STABLE LANGUAGE sql AS $$
    SELECT coalesce((SELECT sum(amount_kopecks) FROM ledger_transfers WHERE credit_account = account), 0)
         - coalesce((SELECT sum(amount_kopecks) FROM ledger_transfers WHERE debit_account = account), 0)
$$;
COMMENT ON FUNCTION balance_of IS 'Credit minus debit: positive for what is owed or free, negative for cash held.';

CREATE VIEW ledger_balances AS
    SELECT account, sum(amount)::bigint AS balance_kopecks
      FROM (SELECT credit_account AS account, amount_kopecks AS amount FROM ledger_transfers
            UNION ALL
            SELECT debit_account, -amount_kopecks FROM ledger_transfers) AS sides
     GROUP BY account;

-- Nothing is promised twice, paid twice or sent twice: an account that stands for somebody's money never goes below
-- zero. Cash is held by others; its balance is checked against their statements, not here.
CREATE FUNCTION refuse_overdraft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.debit_account NOT LIKE 'cash/%' AND balance_of(NEW.debit_account) < 0 THEN
        RAISE EXCEPTION 'account would be overdrawn' USING ERRCODE = '23514', CONSTRAINT = 'ledger_never_overdrawn';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER never_overdrawn AFTER INSERT ON ledger_transfers FOR EACH ROW EXECUTE FUNCTION refuse_overdraft();

CREATE FUNCTION transfer(kind text, debit text, credit text, amount bigint, reference text) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO ledger_transfers (kind, debit_account, credit_account, amount_kopecks, reference)
    VALUES (kind, debit, credit, amount, reference)
$$;

CREATE FUNCTION cash_of(method_or_channel text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE WHEN method_or_channel IN ('bank_transfer', 'bank') THEN 'cash/bank' ELSE 'cash/acquirer' END
$$;
