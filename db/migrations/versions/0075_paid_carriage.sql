-- Goods that come back for our fault come at our cost. What the client paid the carrier itself is claimed with the
-- carrier's receipt, confirmed or refused by a specialist, and paid back by an accountant, once a return. It is none of
-- the order's money, so accounts of its own have it:
--   expense/carriage   what such carriage costs us     owed: debit   freed: credit
--   carriage/<return>  confirmed of a return           owed: credit  freed, paid: debit

-- What an earlier migration of the same transaction has left to its end is checked first: a table cannot be altered
-- before.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;

-- Nothing was paid back before, so the limit holds for as long as the version that it is added to.
INSERT INTO policies (kind, version, document, valid_from, author)
SELECT kind, version + 1, document || '{"carriage_at_most_kopecks": 500000}', valid_from, 'migration 0075_paid_carriage'
  FROM policies WHERE kind = 'goods_return' ORDER BY version DESC LIMIT 1;

ALTER TABLE goods_return_decisions
    ADD COLUMN claimed_kopecks bigint CHECK (claimed_kopecks > 0),
    ADD COLUMN paid_on date,
    DROP CONSTRAINT goods_return_decisions_action_check,
    ADD CONSTRAINT goods_return_decisions_action_check CHECK (action IN (
        'ship', 'deactivate', 'withdraw', 'authorise', 'refuse', 'receive', 'lose', 'inspect', 'accept', 'reject',
        'send', 'claim_carriage', 'confirm_carriage', 'refuse_carriage', 'pay_carriage')),
    DROP CONSTRAINT no_has_a_reason,
    ADD CONSTRAINT no_has_a_reason CHECK (
        action NOT IN ('refuse', 'lose', 'reject', 'refuse_carriage') OR reason IS NOT NULL),
    ADD CONSTRAINT claim_has_a_sum CHECK ((action = 'claim_carriage') = (claimed_kopecks IS NOT NULL)),
    ADD CONSTRAINT payment_has_a_day CHECK ((action = 'pay_carriage') = (paid_on IS NOT NULL)),
    ADD CONSTRAINT claim_of_a_return UNIQUE (id, return_id, claimed_kopecks);
COMMENT ON COLUMN goods_return_decisions.claimed_kopecks IS 'What the client paid the carrier itself, by its receipt.';
ALTER TABLE goods_returns ADD CONSTRAINT return_of_its_ground UNIQUE (id, ground, way);
COMMENT ON TABLE goods_return_photos IS
    'Photos of goods, and receipts of carriers: files of a request, of an inspection, of a claim.';

CREATE TABLE goods_return_carriages (
    return_id       text PRIMARY KEY,
    ground          text NOT NULL CONSTRAINT carriage_of_our_fault CHECK (ground <> 'change_of_mind'),
    way             text NOT NULL CONSTRAINT carriage_of_what_is_sent CHECK (way = 'shipping'),
    claim_id        uuid NOT NULL,
    first_receipt   integer NOT NULL DEFAULT 1 CHECK (first_receipt = 1),
    amount_kopecks  bigint NOT NULL CHECK (amount_kopecks > 0),
    policy_kind     text NOT NULL DEFAULT 'goods_return' CHECK (policy_kind = 'goods_return'),
    policy_version  integer NOT NULL,
    status          text NOT NULL CHECK (status IN ('claimed', 'confirmed', 'refused', 'paid')),
    reason          text CHECK (length(reason) BETWEEN 1 AND 2000),
    paid_on         date,
    changed_at      timestamptz NOT NULL,
    FOREIGN KEY (return_id, ground, way) REFERENCES goods_returns (id, ground, way),
    FOREIGN KEY (policy_kind, policy_version) REFERENCES policies (kind, version),
    CONSTRAINT carriage_is_what_was_claimed FOREIGN KEY (claim_id, return_id, amount_kopecks)
        REFERENCES goods_return_decisions (id, return_id, claimed_kopecks),
    CONSTRAINT carriage_has_a_receipt FOREIGN KEY (claim_id, first_receipt)
        REFERENCES goods_return_photos (decision_id, number),
    CONSTRAINT refused_carriage_has_a_reason CHECK ((status = 'refused') = (reason IS NOT NULL)),
    CONSTRAINT paid_carriage_has_a_day CHECK ((status = 'paid') = (paid_on IS NOT NULL)),
    CONSTRAINT carriage_is_paid_by_now CHECK (paid_on <= (changed_at AT TIME ZONE 'Europe/Moscow')::date)
);
COMMENT ON COLUMN goods_return_carriages.policy_version IS 'The version whose limit the claim was within.';
CREATE INDEX goods_return_carriages_by_claim ON goods_return_carriages (claim_id);
CREATE INDEX goods_return_carriages_by_day ON goods_return_carriages (paid_on) WHERE paid_on IS NOT NULL;
CREATE TRIGGER never_deleted BEFORE DELETE ON goods_return_carriages FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON goods_return_carriages
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- A claim is within the policy's limit and stands as it was made; a refused one may be made anew, a paid one is the
-- last.
CREATE FUNCTION guard_carriage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was   text := CASE WHEN TG_OP = 'UPDATE' THEN OLD.status ELSE 'none' END;
BEGIN
    IF (was, NEW.status) NOT IN (('none', 'claimed'), ('refused', 'claimed'), ('claimed', 'confirmed'),
                                 ('claimed', 'refused'), ('confirmed', 'refused'), ('confirmed', 'paid')) THEN
        RAISE EXCEPTION 'a carriage that is % does not become %', was, NEW.status
            USING ERRCODE = '23514', CONSTRAINT = 'carriage_moves';
    END IF;
    IF NEW.status <> 'claimed' AND NEW.claim_id <> OLD.claim_id THEN
        RAISE EXCEPTION 'what is decided about is the claim that stands'
            USING ERRCODE = '23514', CONSTRAINT = 'carriage_moves';
    END IF;
    IF NEW.status = 'claimed' AND NOT EXISTS (
        SELECT FROM policies p WHERE p.kind = NEW.policy_kind AND p.version = NEW.policy_version
           AND NEW.amount_kopecks <= CAST(p.document ->> 'carriage_at_most_kopecks' AS bigint)) THEN
        RAISE EXCEPTION 'a carriage is within the limit of the policy'
            USING ERRCODE = '23514', CONSTRAINT = 'carriage_within_the_policy';
    END IF;
    IF NEW.status IN ('confirmed', 'paid') AND NOT EXISTS (
        SELECT FROM goods_returns r
         WHERE r.id = NEW.return_id AND r.settled_at IS NOT NULL AND r.closed_at IS NULL) THEN
        RAISE EXCEPTION 'a carriage is owed once the goods are settled, while the return is open'
            USING ERRCODE = '23514', CONSTRAINT = 'carriage_of_settled_goods';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_carriage BEFORE INSERT OR UPDATE ON goods_return_carriages
    FOR EACH ROW EXECUTE FUNCTION guard_carriage();

ALTER TABLE ledger_transfers
    DROP CONSTRAINT ledger_transfers_kind_check,
    ADD CONSTRAINT ledger_transfers_kind_check CHECK (kind IN (
        'payment_received', 'payment_reversed', 'surplus_held', 'surplus_freed', 'promised', 'promise_freed',
        'payout_begun', 'payout_rejected', 'payout_paid', 'payout_returned', 'taken_back', 'taken_back_covered',
        'taken_back_freed', 'taken_back_returned', 'compensation_owed', 'compensation_freed', 'compensation_paid',
        'goods_returned', 'goods_given', 'carriage_owed', 'carriage_freed', 'carriage_paid')),
    DROP CONSTRAINT ledger_transfers_debit_account_check,
    ADD CONSTRAINT ledger_transfers_debit_account_check CHECK (
        debit_account ~ '^(cash|invoice|surplus|promised|transit|taken|expense|compensation|exchange|carriage)/'),
    DROP CONSTRAINT ledger_transfers_credit_account_check,
    ADD CONSTRAINT ledger_transfers_credit_account_check CHECK (
        credit_account ~ '^(cash|invoice|surplus|promised|transit|taken|expense|compensation|exchange|carriage)/');
CREATE FUNCTION carry_carriage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    account  text := 'carriage/' || NEW.return_id;
    claim    text := NEW.return_id || '/' || NEW.claim_id;
BEGIN
    CASE
        WHEN NEW.status = 'confirmed' THEN
            PERFORM transfer('carriage_owed', 'expense/carriage', account, NEW.amount_kopecks, claim);
        WHEN NEW.status = 'refused' AND OLD.status = 'confirmed' THEN
            PERFORM transfer('carriage_freed', account, 'expense/carriage', NEW.amount_kopecks, claim);
        WHEN NEW.status = 'paid' THEN
            PERFORM transfer('carriage_paid', account, 'cash/bank', NEW.amount_kopecks, NEW.return_id);
        ELSE NULL;
    END CASE;
    RETURN NULL;
END $$;
CREATE TRIGGER carry_carriage AFTER UPDATE ON goods_return_carriages FOR EACH ROW EXECUTE FUNCTION carry_carriage();
