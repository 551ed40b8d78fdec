-- The address that a client names for the letters of one refund: a submission of the request, by the request's id,
-- which the case takes over when it opens. An address is personal data, so it is in no payload.
CREATE TABLE refund_contacts (
    id         uuid PRIMARY KEY,
    client_id  text NOT NULL REFERENCES clients (id),
    email      text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    at         timestamptz NOT NULL
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON refund_contacts
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON refund_contacts
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

ALTER TABLE refunds ADD COLUMN contact_email text CHECK (length(contact_email) BETWEEN 3 AND 254);
COMMENT ON COLUMN refunds.contact_email IS
    'Where letters of this case go; null: to the address of its client. One-time codes go to the latter always.';

ALTER TABLE remarks ADD COLUMN fields jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(fields) = 'array' AND fields <@
    '["recipient_name", "inn", "kpp", "bic", "account", "bank_name", "correspondent_account"]');
COMMENT ON COLUMN remarks.fields IS 'The requisites of a statement that a remark is about; none: the whole of it.';

-- A bank is looked for by its BIC: on our own accounts, and on statements by which money was paid.
CREATE INDEX statements_by_bic ON statements (bic, drawn_up_at DESC);
CREATE INDEX payouts_by_statement ON payouts (statement_id);
