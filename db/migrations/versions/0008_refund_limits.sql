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
