-- Commands taken once, and reference data that can be taken back.

-- Letters leave in the order in which their changes queued them: a case's changes are stored one after another, so
-- the number grows with them.

ALTER TABLE notifications ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;
CREATE INDEX notifications_in_order ON notifications (number) WHERE status = 'queued';
CREATE INDEX notifications_of_case_in_order ON notifications (case_id, number) WHERE status = 'queued';
