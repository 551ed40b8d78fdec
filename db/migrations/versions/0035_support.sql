-- People of support answer tickets; specialists calculate refunds. Letters about the tickets of the support department
-- go to the role of its own; until it has an address, to the one that they went to.

ALTER TABLE mailboxes DROP CONSTRAINT mailboxes_role_check,
    ADD CONSTRAINT mailboxes_role_check CHECK (role IN ('specialist', 'accountant', 'support', 'operator'));
ALTER TABLE notifications DROP CONSTRAINT notifications_role_check,
    ADD CONSTRAINT notifications_role_check
        CHECK (role IN ('client', 'specialist', 'accountant', 'support', 'operator'));
ALTER TABLE departments DROP CONSTRAINT departments_role_check,
    ADD CONSTRAINT departments_role_check CHECK (role IN ('specialist', 'accountant', 'support', 'operator'));

INSERT INTO mailboxes (role, address) SELECT 'support', address FROM mailboxes WHERE role = 'specialist';

ALTER TABLE departments DISABLE TRIGGER append_only;
UPDATE departments SET role = 'support' WHERE code = 'support';
ALTER TABLE departments ENABLE TRIGGER append_only;
