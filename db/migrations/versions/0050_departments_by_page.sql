-- Departments are written by an operator: how many files a message has and how large, whose address leads there, who of
-- ours answers, and why a version was written.

ALTER TABLE department_rules
    ADD COLUMN files_limit integer NOT NULL DEFAULT 5 CHECK (files_limit BETWEEN 0 AND 5),
    ADD COLUMN file_bytes_limit integer NOT NULL DEFAULT 20971520
        CHECK (file_bytes_limit BETWEEN 1048576 AND 20971520),
    ADD COLUMN mail_address text CHECK (length(mail_address) <= 254 AND mail_address = lower(mail_address)),
    ADD COLUMN staff jsonb NOT NULL DEFAULT '[]'
        CHECK (jsonb_typeof(staff) = 'array' AND jsonb_array_length(staff) <= 100),
    ADD COLUMN reason text CHECK (length(reason) BETWEEN 1 AND 2000);
COMMENT ON COLUMN department_rules.mail_address IS 'A letter that was sent to it opens a ticket of this department.';
COMMENT ON COLUMN department_rules.staff IS 'The logins of those who answer; none: everybody of ours.';
