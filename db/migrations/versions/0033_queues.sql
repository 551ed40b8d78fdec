-- The first page of the desk counts what waits for a person: few rows beside many that are done. Their lists begin with
-- the latest.

CREATE INDEX bank_entries_unmatched ON bank_entries (day DESC, id DESC) WHERE status = 'unmatched';
CREATE INDEX receipts_failed ON receipts (prepared_at DESC, id DESC) WHERE status = 'failed';
