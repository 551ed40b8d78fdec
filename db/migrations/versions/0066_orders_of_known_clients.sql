-- NOT NULL is looked at before the foreign key: without this an invoice of an unknown client was
-- refused for the missing kind of its buyer, which nobody had asked for.
CREATE OR REPLACE FUNCTION keep_client_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT kind INTO NEW.client_kind FROM clients WHERE id = NEW.client_id;
        IF NOT FOUND THEN
            RAISE foreign_key_violation USING
                TABLE = 'invoices',
                CONSTRAINT = 'invoices_client_id_fkey',
                MESSAGE = 'the client of the invoice is unknown';
        END IF;
    ELSE
        NEW.client_kind := OLD.client_kind;
    END IF;
    RETURN NEW;
END $$;
