-- Surpluses that are open: money above what is due that no case gives back yet, or that an open case does.

CREATE INDEX invoices_with_surplus ON invoices (number) WHERE surplus_kopecks > surplus_promised_kopecks;
CREATE INDEX refunds_of_surplus_open ON refunds (invoice_number) WHERE kind = 'surplus' AND closed_at IS NULL;
