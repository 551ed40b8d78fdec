-- Parked letters are looked at by an operator: each becomes a ticket, or is dismissed.

ALTER TABLE incoming_letters
    ADD COLUMN handled_at timestamptz,
    ADD COLUMN handled_by text,
    ADD COLUMN handled_ticket text REFERENCES tickets (id),
    ADD CONSTRAINT handled_by_somebody CHECK ((handled_at IS NULL) = (handled_by IS NULL)),
    ADD CONSTRAINT only_parked_is_handled CHECK (handled_at IS NULL OR outcome = 'parked'),
    ADD CONSTRAINT handled_ticket_is_handled CHECK (handled_ticket IS NULL OR handled_at IS NOT NULL);
COMMENT ON COLUMN incoming_letters.handled_ticket IS 'What an operator made of a parked letter; null: it was dismissed.';
CREATE INDEX incoming_letters_parked ON incoming_letters (id) WHERE outcome = 'parked' AND handled_at IS NULL;
