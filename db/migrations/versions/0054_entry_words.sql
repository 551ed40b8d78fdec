-- The words of bank entries are noted once they are matched: as an index of the entries' own table they were half of
-- what an import cost PostgreSQL, while money waited for it.

CREATE TABLE bank_entry_words (
    entry_id  uuid PRIMARY KEY REFERENCES bank_entries (id),
    day       date NOT NULL,
    words     text NOT NULL
);
COMMENT ON TABLE bank_entry_words IS 'What an entry is found by: words of its purpose and of its counterparty''s name, folded.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON bank_entry_words FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON bank_entry_words FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

INSERT INTO bank_entry_words
SELECT id, day, folded(purpose || ' ' || counterparty_name) FROM bank_entries;
-- An index of what has to be computed: the planner, which expects one row in fifty of the beginning of any word, would
-- read all of a column of finished words for it.
CREATE INDEX bank_entry_words_found ON bank_entry_words USING gin (to_tsvector('simple', words));
DROP INDEX bank_entries_by_words;
