-- Whether a letter to support is its sender's own: our receiving server vouches for the address in From, or the letter
-- answers one of ours by what only ours has. Of other channels, and of letters that came before, nothing is said.

ALTER TABLE ticket_messages
    ADD COLUMN sender_confirmed boolean,
    ADD CONSTRAINT confirmed_is_of_a_letter CHECK (sender_confirmed IS NULL OR channel = 'mail' AND NOT is_ours);
COMMENT ON COLUMN ticket_messages.sender_confirmed IS 'False: anybody may have written it in the client''s name.';
