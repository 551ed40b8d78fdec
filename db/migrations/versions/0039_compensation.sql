-- What interest, penalties and legal days are counted by: law as dated rows, and the key rate of the Bank of Russia.
-- A calculation names the rows that it was made of, so a new row changes none that was made.

CREATE TABLE legal_rules (
    id          text PRIMARY KEY CHECK (id ~ '^[a-z0-9-]{1,40}$'),
    kind        text NOT NULL CHECK (kind IN (
        'interest', 'moratorium', 'claim_period', 'fee_commercial', 'fee_court_order', 'fee_general', 'penalty_goods',
        'penalty_prepaid', 'penalty_service', 'distance_refusal', 'limitation')),
    first_day   date NOT NULL,
    last_day    date CHECK (last_day >= first_day),
    numbers     jsonb NOT NULL CHECK (jsonb_typeof(numbers) = 'object'),
    source      text NOT NULL CHECK (length(source) BETWEEN 1 AND 500),
    checked_on  date,
    checked_by  text CHECK (length(checked_by) BETWEEN 1 AND 200),
    CONSTRAINT legal_rule_checked_whole CHECK (num_nulls(checked_on, checked_by) IN (0, 2)),
    CONSTRAINT legal_rules_never_overlap EXCLUDE USING gist (
        kind WITH =, daterange(first_day, last_day, '[]') WITH &&)
);
COMMENT ON COLUMN legal_rules.checked_by IS
    'The lawyer who compared the row with the text of the law; null: nobody has, which every calculation by it says.';
CREATE TRIGGER never_deleted BEFORE DELETE ON legal_rules FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON legal_rules FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- A rule ends when the law changes and is checked by a lawyer; each happens once, and nothing else does.
CREATE FUNCTION keep_legal_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.kind, OLD.first_day, OLD.numbers, OLD.source)
       IS DISTINCT FROM (NEW.id, NEW.kind, NEW.first_day, NEW.numbers, NEW.source)
       OR (OLD.last_day IS NOT NULL AND OLD.last_day IS DISTINCT FROM NEW.last_day)
       OR (OLD.checked_by IS NOT NULL
           AND (OLD.checked_on, OLD.checked_by) IS DISTINCT FROM (NEW.checked_on, NEW.checked_by)) THEN
        RAISE EXCEPTION 'a legal rule is only ended and checked, each once'
            USING ERRCODE = '23514', CONSTRAINT = 'legal_rule_is_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER kept BEFORE UPDATE ON legal_rules FOR EACH ROW EXECUTE FUNCTION keep_legal_rule();

-- Rules that held before our books begin are stated from the first day of 2020; before it they are not covered.
INSERT INTO legal_rules (id, kind, first_day, last_day, numbers, source) VALUES
('gk-395-2016', 'interest', '2016-08-01', NULL, '{}', 'ст. 395 ГК РФ'),
('moratorium-2022', 'moratorium', '2022-04-01', '2022-10-01', '{}',
 'постановление Правительства РФ от 28.03.2022 № 497'),
('apk-4-5', 'claim_period', '2020-01-01', NULL, '{"days": 30}', 'ч. 5 ст. 4 АПК РФ'),
('nk-333-21-2024', 'fee_commercial', '2024-09-09', NULL,
 '{"steps": [{"up_to_kopecks": 10000000, "fixed_kopecks": 1000000},
             {"up_to_kopecks": 100000000, "fixed_kopecks": 1000000, "rate_bp": 500},
             {"up_to_kopecks": 1000000000, "fixed_kopecks": 5500000, "rate_bp": 300}]}', 'ст. 333.21 НК РФ'),
('nk-333-21-order-2024', 'fee_court_order', '2024-09-09', NULL,
 '{"share_bp": 5000, "at_least_kopecks": 800000,
   "steps": [{"up_to_kopecks": 10000000, "fixed_kopecks": 1000000},
             {"up_to_kopecks": 100000000, "fixed_kopecks": 1000000, "rate_bp": 500},
             {"up_to_kopecks": 1000000000, "fixed_kopecks": 5500000, "rate_bp": 300}]}', 'ст. 333.21 НК РФ'),
('nk-333-19-2024', 'fee_general', '2024-09-09', NULL,
 '{"steps": [{"up_to_kopecks": 10000000, "fixed_kopecks": 400000},
             {"up_to_kopecks": 30000000, "fixed_kopecks": 400000, "rate_bp": 300},
             {"up_to_kopecks": 50000000, "fixed_kopecks": 1000000, "rate_bp": 250},
             {"up_to_kopecks": 100000000, "fixed_kopecks": 1500000, "rate_bp": 200},
             {"up_to_kopecks": 300000000, "fixed_kopecks": 2500000, "rate_bp": 100}]}', 'ст. 333.19 НК РФ'),
('zozpp-23', 'penalty_goods', '2020-01-01', '2026-01-31', '{"days": 10, "rate_bp": 100}',
 'ст. 22, 23 Закона РФ «О защите прав потребителей»'),
('zozpp-23-2026', 'penalty_goods', '2026-02-01', NULL, '{"days": 10, "rate_bp": 100, "capped": true}',
 'ст. 22, 23 Закона РФ «О защите прав потребителей» в ред. ФЗ-500'),
('zozpp-23-1', 'penalty_prepaid', '2020-01-01', NULL, '{"rate_bp": 50, "capped": true}',
 'ст. 23.1 Закона РФ «О защите прав потребителей»'),
('zozpp-28', 'penalty_service', '2020-01-01', NULL, '{"rate_bp": 300, "capped": true}',
 'ст. 28, 31 Закона РФ «О защите прав потребителей»'),
('zozpp-26-1', 'distance_refusal', '2020-01-01', NULL, '{"days": 7, "months": 3}',
 'ст. 26.1 Закона РФ «О защите прав потребителей»'),
('gk-196', 'limitation', '2020-01-01', NULL, '{"years": 3, "days": 30}', 'ст. 196, 202 ГК РФ');

-- An import is a whole table of rates, confirmed by a person; the present one is that which none replaces.
CREATE TABLE key_rate_imports (
    id             uuid PRIMARY KEY,
    replaces       uuid UNIQUE REFERENCES key_rate_imports (id),
    covered_until  date NOT NULL,
    digest         text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    imported_by    text NOT NULL,
    imported_at    timestamptz NOT NULL,
    UNIQUE (id, covered_until),
    CONSTRAINT key_rate_import_replaces_another CHECK (replaces <> id)
);
CREATE UNIQUE INDEX one_first_key_rate_import ON key_rate_imports ((replaces IS NULL)) WHERE replaces IS NULL;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON key_rate_imports
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON key_rate_imports
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- Each rate but the first begins on the day after another one of its import, and none has two successors: so there is
-- no hole and no overlap. The last day of all is the day up to which the import is covered.
CREATE TABLE key_rates (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    import_id      uuid NOT NULL,
    first_day      date NOT NULL,
    last_day       date NOT NULL CHECK (last_day >= first_day),
    rate_bp        integer NOT NULL CHECK (rate_bp BETWEEN 1 AND 10000),
    follows        date,
    covered_until  date NOT NULL,
    FOREIGN KEY (import_id, covered_until) REFERENCES key_rate_imports (id, covered_until),
    CONSTRAINT key_rates_one_end UNIQUE (import_id, last_day),
    CONSTRAINT key_rates_one_successor UNIQUE (import_id, follows),
    CONSTRAINT key_rates_without_hole FOREIGN KEY (import_id, follows) REFERENCES key_rates (import_id, last_day)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT key_rate_follows_the_day_before CHECK (follows = first_day - 1),
    CONSTRAINT key_rate_within_cover CHECK (last_day <= covered_until),
    CONSTRAINT key_rates_never_overlap EXCLUDE USING gist (
        import_id WITH =, daterange(first_day, last_day, '[]') WITH &&)
);
CREATE UNIQUE INDEX key_rates_one_beginning ON key_rates (import_id) WHERE follows IS NULL;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON key_rates FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON key_rates FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

ALTER TABLE key_rate_imports ADD CONSTRAINT key_rate_import_covered FOREIGN KEY (id, covered_until)
    REFERENCES key_rates (import_id, last_day) DEFERRABLE INITIALLY DEFERRED;
