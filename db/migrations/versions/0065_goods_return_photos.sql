-- Photos of goods: those that a client hands in with its request, and those of an inspection. The file's digest binds
-- what was seen; the act names it. What accepted pieces cost is stored with the decision about them, so that money that
-- is given back of their line otherwise changes it neither for the act nor for the refund.

-- What an earlier migration of the same transaction has left to its end is checked first: a table cannot be altered
-- before.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;

CREATE TABLE goods_return_photos (
    opening_id   uuid REFERENCES goods_return_openings (id),
    decision_id  uuid REFERENCES goods_return_decisions (id),
    number       integer NOT NULL CHECK (number BETWEEN 1 AND 5),
    file_id      uuid NOT NULL REFERENCES files (id),
    CONSTRAINT of_a_request_or_an_inspection CHECK (num_nonnulls(opening_id, decision_id) = 1),
    UNIQUE (opening_id, number),
    UNIQUE (decision_id, number)
);
CREATE INDEX goods_return_photos_by_file ON goods_return_photos (file_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON goods_return_photos
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON goods_return_photos
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- Open pages of a return look again when one of its photos has been scanned.
CREATE FUNCTION announce_scanned_photo() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_change('goods_return', r.id, r.client_id)
    FROM files f
    JOIN goods_return_photos p ON p.file_id = f.id
    LEFT JOIN goods_return_decisions d ON d.id = p.decision_id
    JOIN goods_returns r ON r.id = d.return_id OR r.opening_id = p.opening_id
    WHERE f.sha256 = NEW.sha256;
    RETURN NULL;
END $$;
CREATE TRIGGER announce_scanned_photo AFTER UPDATE OF status ON file_contents
    FOR EACH ROW WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION announce_scanned_photo();

ALTER TABLE goods_return_lines ADD COLUMN price_kopecks bigint CHECK (price_kopecks >= 0);
COMMENT ON COLUMN goods_return_lines.price_kopecks IS 'Of the accepted pieces, by the decision about them.';

-- Money of a return is of its own order, and what is settled by other goods or a repair has no refund.
ALTER TABLE goods_returns
    ADD CONSTRAINT goods_or_money CHECK (settlement NOT IN ('exchange', 'repair') OR money_started_at IS NULL),
    ADD CONSTRAINT return_of_its_invoice UNIQUE (id, invoice_number),
    ADD CONSTRAINT return_of_its_client UNIQUE (id, invoice_number, client_id);
ALTER TABLE refunds ADD CONSTRAINT refund_is_of_its_return
    FOREIGN KEY (goods_return_id, invoice_number, client_id) REFERENCES goods_returns (id, invoice_number, client_id);
ALTER TABLE goods_exchanges ADD CONSTRAINT exchange_is_of_its_return
    FOREIGN KEY (return_id, invoice_number) REFERENCES goods_returns (id, invoice_number);
ALTER TABLE goods_return_lines ADD CONSTRAINT line_is_of_its_return
    FOREIGN KEY (return_id, invoice_number) REFERENCES goods_returns (id, invoice_number)
    DEFERRABLE INITIALLY DEFERRED;
