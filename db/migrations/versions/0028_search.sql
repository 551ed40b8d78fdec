-- What the search at the desk finds: by the beginning of a number, by a sum, by the words of a bank entry. Within one
-- sum or one payer the latest come first, and no more than are shown are read.

CREATE INDEX invoices_by_beginning ON invoices (number text_pattern_ops);
CREATE INDEX invoices_by_sum ON invoices (total_kopecks, issued_on DESC, number DESC);
CREATE INDEX refunds_by_sum ON refunds (sum_kopecks, opened_at DESC, id DESC) WHERE sum_kopecks > 0;
CREATE INDEX bank_entries_by_sum ON bank_entries (amount_kopecks, day DESC, id DESC);
CREATE INDEX bank_entries_by_payer ON bank_entries (counterparty_inn, day DESC, id DESC)
    WHERE counterparty_inn IS NOT NULL;
CREATE INDEX bank_entries_by_words ON bank_entries
    USING gin (to_tsvector('simple', folded(purpose || ' ' || counterparty_name)));

-- Why a case stands names the last step that failed, by the letter about it.
CREATE INDEX notifications_of_failed_steps ON notifications ((params ->> 'process'), created_at DESC)
    WHERE template = 'staff_step_failed';
