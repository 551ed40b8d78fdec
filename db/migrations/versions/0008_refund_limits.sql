-- Limits of refunds over an invoice and over a client.

-- When an invoice was last paid is told by the payments that stand: a payment that was taken back counts no more.
CREATE FUNCTION last_payment_of(invoice text) RETURNS timestamptz STABLE LANGUAGE sql AS $$
    SELECT max(p.received_at) FROM payments p
     WHERE p.invoice_number = invoice
       AND NOT EXISTS (SELECT FROM payment_reversals r WHERE r.payment_id = p.id)
$$;

CREATE OR REPLACE FUNCTION reverse_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    payment payments%ROWTYPE;
BEGIN
    SELECT * INTO STRICT payment FROM payments WHERE id = NEW.payment_id;
    UPDATE invoices
       SET paid_kopecks = paid_kopecks - payment.amount_kopecks,
           last_paid_at = last_payment_of(payment.invoice_number)
     WHERE number = payment.invoice_number;
    PERFORM transfer('payment_reversed', 'invoice/' || payment.invoice_number, cash_of(payment.method),
                     payment.amount_kopecks, payment.id);
    RETURN NULL;
END $$;
UPDATE invoices SET last_paid_at = last_payment_of(number) WHERE last_paid_at IS DISTINCT FROM last_payment_of(number);

-- VAT of a part that goes back, by the rate recorded when its money came: the parts of a line add up to the line's own.
ALTER TABLE calculation_lines
    ADD COLUMN vat_rate text CHECK (vat_rate IN ('none', 'vat5', 'vat7', 'vat10', 'vat20', 'vat22')),
    ADD COLUMN vat_kopecks bigint;
ALTER TABLE calculation_lines DISABLE TRIGGER append_only;
UPDATE calculation_lines l
   SET vat_rate = line ->> 'vat_rate', vat_kopecks = least(l.sum_kopecks, CAST(line ->> 'vat_kopecks' AS bigint))
  FROM calculations c, jsonb_array_elements(c.trace -> 'lines') AS line
 WHERE c.id = l.calculation_id AND CAST(line ->> 'line_no' AS integer) = l.line_no;
ALTER TABLE calculation_lines ENABLE TRIGGER append_only;
ALTER TABLE calculation_lines
    ALTER COLUMN vat_rate SET NOT NULL,
    ALTER COLUMN vat_kopecks SET NOT NULL,
    ADD CONSTRAINT vat_is_inside CHECK (
        vat_kopecks BETWEEN 0 AND sum_kopecks AND (vat_rate <> 'none' OR vat_kopecks = 0));

-- The limits of a client: what is on its way and what was paid out in so many days, over all of its invoices.
INSERT INTO policies (kind, version, document, valid_from, author)
    SELECT kind, version + 1,
           document || '{"client_limits": {"days": 30, "automatic_kopecks": 10000000, "approval_kopecks": 20000000}}',
           valid_from, 'migration 0008'
      FROM policies WHERE kind = 'refund' ORDER BY version DESC LIMIT 1;

-- A signed statement may be sent back to a calculation: in the review a person judges the sum too.
INSERT INTO refund_moves VALUES ('under_review', 'awaiting_specialist');

-- VAT as the code finds it, for the check of the books.
CREATE FUNCTION vat_inside(gross_kopecks bigint, rate text) RETURNS bigint IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE rate WHEN 'none' THEN 0 ELSE
        (2 * gross_kopecks * percent + 100 + percent) / (2 * (100 + percent)) END
      FROM (SELECT coalesce(CAST(substring(rate FROM '[0-9]+') AS bigint), 0) AS percent) AS rated
$$;
COMMENT ON FUNCTION vat_inside IS 'VAT inside a gross sum, half up once: vat_inside in domain/money.py.';
