-- Own accounts can be closed, never while money waits on one, and nothing goes out from a closed one. Accounts and
-- mailboxes keep who wrote what of them. Runs, receipts and differences are announced to open pages.

ALTER TABLE own_accounts ADD closed_at timestamptz;
ALTER TABLE own_accounts ADD reason text CHECK (length(reason) BETWEEN 1 AND 2000);
ALTER TABLE own_accounts ADD CONSTRAINT closed_with_reason CHECK (closed_at IS NULL OR reason IS NOT NULL);
COMMENT ON COLUMN own_accounts.reason IS 'Why it was closed, or opened again; none of what was merely written.';

CREATE TABLE own_account_history (
    id                     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account                text NOT NULL REFERENCES own_accounts (account),
    kind                   text NOT NULL CHECK (kind IN ('written', 'closed', 'opened')),
    bic                    text NOT NULL,
    bank_name              text NOT NULL,
    correspondent_account  text,
    name                   text NOT NULL,
    inn                    text NOT NULL,
    kpp                    text,
    address                text,
    reason                 text,
    author                 text NOT NULL,
    at                     timestamptz NOT NULL,
    CONSTRAINT only_writing_needs_no_reason CHECK ((kind = 'written') = (reason IS NULL))
);
CREATE INDEX own_account_history_by_account ON own_account_history (account, id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON own_account_history FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON own_account_history
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

INSERT INTO own_account_history (account, kind, bic, bank_name, correspondent_account, name, inn, kpp, address, author, at)
SELECT account, 'written', bic, bank_name, correspondent_account, name, inn, kpp, address, written_by, updated_at
  FROM own_accounts ORDER BY created_at, account;

CREATE FUNCTION keep_own_account_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    what text := 'written';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (OLD.closed_at IS NULL) <> (NEW.closed_at IS NULL) THEN
            what := CASE WHEN NEW.closed_at IS NULL THEN 'opened' ELSE 'closed' END;
        ELSIF (OLD.bic, OLD.bank_name, OLD.correspondent_account, OLD.name, OLD.inn, OLD.kpp, OLD.address)
              IS NOT DISTINCT FROM
              (NEW.bic, NEW.bank_name, NEW.correspondent_account, NEW.name, NEW.inn, NEW.kpp, NEW.address) THEN
            RETURN NULL;
        END IF;
    END IF;
    INSERT INTO own_account_history (account, kind, bic, bank_name, correspondent_account, name, inn, kpp, address,
                                     reason, author, at)
    VALUES (NEW.account, what, NEW.bic, NEW.bank_name, NEW.correspondent_account, NEW.name, NEW.inn, NEW.kpp,
            NEW.address, CASE WHEN what <> 'written' THEN NEW.reason END, NEW.written_by, NEW.updated_at);
    RETURN NULL;
END $$;
CREATE TRIGGER history AFTER INSERT OR UPDATE ON own_accounts FOR EACH ROW EXECUTE FUNCTION keep_own_account_history();

CREATE FUNCTION refuse_closed_account_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a closed account is only opened again'
        USING ERRCODE = '23514', CONSTRAINT = 'closed_account_stays';
END $$;
CREATE TRIGGER closed_stays BEFORE UPDATE ON own_accounts FOR EACH ROW
    WHEN (OLD.closed_at IS NOT NULL AND NEW.closed_at IS NOT NULL) EXECUTE FUNCTION refuse_closed_account_change();

-- What waits on an account: a run that is neither dissolved nor carried out to its last order, an entry that nobody has
-- decided about. A run takes the account's row for itself while it is put down, so that of a run and a closing that
-- come at once the later one sees the earlier; of several closings, too.
CREATE FUNCTION money_waits_on(which text) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT EXISTS (SELECT FROM payment_runs
                    WHERE own_account = which AND handed_over_at IS NULL AND dissolved_at IS NULL)
        OR EXISTS (SELECT FROM payment_runs r JOIN payment_orders o ON o.run_id = r.id
                     JOIN payouts p ON p.case_id = o.case_id AND p.attempt = o.attempt
                    WHERE r.own_account = which AND r.dissolved_at IS NULL
                      AND p.status IN ('prepared', 'sent', 'unknown'))
        OR EXISTS (SELECT FROM bank_entries WHERE account = which AND status = 'unmatched')
$$;

CREATE FUNCTION check_own_account_closing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF money_waits_on(NEW.account) THEN
        RAISE EXCEPTION 'money waits on the account'
            USING ERRCODE = '23514', CONSTRAINT = 'closed_account_has_nothing_waiting';
    END IF;
    PERFORM pg_advisory_xact_lock(7060503);
    IF NOT EXISTS (SELECT FROM own_accounts WHERE closed_at IS NULL) THEN
        RAISE EXCEPTION 'the last account stays open' USING ERRCODE = '23514', CONSTRAINT = 'an_account_stays_open';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER closed_with_nothing_waiting AFTER UPDATE OF closed_at ON own_accounts FOR EACH ROW
    WHEN (OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL) EXECUTE FUNCTION check_own_account_closing();

CREATE FUNCTION check_run_from_open_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM own_accounts WHERE account = NEW.own_account AND closed_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'nothing goes out from a closed account'
            USING ERRCODE = '23514', CONSTRAINT = 'run_from_open_account';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER from_open_account BEFORE INSERT ON payment_runs
    FOR EACH ROW EXECUTE FUNCTION check_run_from_open_account();

ALTER TABLE mailboxes ADD written_by text;
ALTER TABLE mailboxes ADD updated_at timestamptz;
COMMENT ON COLUMN mailboxes.written_by IS 'NULL with its moment: written before anybody kept it.';
ALTER TABLE mailboxes ADD CONSTRAINT written_by_somebody CHECK ((written_by IS NULL) = (updated_at IS NULL));

CREATE TABLE mailbox_history (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    role     text NOT NULL REFERENCES mailboxes (role),
    address  text NOT NULL,
    earlier  text,
    author   text NOT NULL,
    at       timestamptz NOT NULL
);
COMMENT ON COLUMN mailbox_history.earlier IS 'The address before; NULL of the first.';
CREATE INDEX mailbox_history_by_role ON mailbox_history (role, id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON mailbox_history FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON mailbox_history FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

CREATE FUNCTION keep_mailbox_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO mailbox_history (role, address, earlier, author, at)
    VALUES (NEW.role, NEW.address, CASE WHEN TG_OP = 'UPDATE' THEN OLD.address END, NEW.written_by, NEW.updated_at);
    RETURN NULL;
END $$;
CREATE TRIGGER history_of_new AFTER INSERT ON mailboxes FOR EACH ROW EXECUTE FUNCTION keep_mailbox_history();
CREATE TRIGGER history_of_changed AFTER UPDATE ON mailboxes FOR EACH ROW
    WHEN (OLD.address <> NEW.address) EXECUTE FUNCTION keep_mailbox_history();

-- Open pages of the money: a run with its orders, a receipt, a difference. The payouts of a run are announced as their
-- cases are.
CREATE FUNCTION announce_money() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_change(TG_ARGV[0], to_jsonb(NEW) ->> TG_ARGV[1], NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER announce AFTER INSERT OR UPDATE ON payment_runs
    FOR EACH ROW EXECUTE FUNCTION announce_money('run', 'id');
CREATE TRIGGER announce AFTER INSERT OR UPDATE ON payment_orders
    FOR EACH ROW EXECUTE FUNCTION announce_money('run', 'run_id');
CREATE FUNCTION announce_ordered_payout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_change('run', run_id::text, NULL)
       FROM payment_orders WHERE case_id = NEW.case_id AND attempt = NEW.attempt;
    RETURN NULL;
END $$;
CREATE TRIGGER announce_ordered AFTER UPDATE OF status ON payouts FOR EACH ROW
    WHEN (NEW.channel = 'bank') EXECUTE FUNCTION announce_ordered_payout();
CREATE TRIGGER announce AFTER INSERT OR UPDATE ON receipts
    FOR EACH ROW EXECUTE FUNCTION announce_money('receipt', 'id');
CREATE TRIGGER announce AFTER INSERT ON acquirer_differences
    FOR EACH ROW EXECUTE FUNCTION announce_money('difference', 'id');
CREATE TRIGGER announce AFTER INSERT ON acquirer_difference_decisions
    FOR EACH ROW EXECUTE FUNCTION announce_money('difference', 'difference_id');
