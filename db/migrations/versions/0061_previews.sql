-- A picture that was found clean has a preview: decoded, made small and encoded anew, with nothing of the original but
-- what one sees. It is erased with its content. domain/file/preview.py has the limits.

ALTER TABLE file_contents
    ADD COLUMN preview         bytea CHECK (octet_length(preview) BETWEEN 1 AND 524288),
    ADD COLUMN preview_width   integer CHECK (preview_width BETWEEN 1 AND 480),
    ADD COLUMN preview_height  integer CHECK (preview_height BETWEEN 1 AND 480),
    ADD CONSTRAINT previewed_while_clean CHECK (preview IS NULL OR status = 'clean'),
    ADD CONSTRAINT preview_with_its_size CHECK ((preview IS NULL) = (preview_width IS NULL)
        AND (preview IS NULL) = (preview_height IS NULL));
ALTER TABLE file_contents ALTER COLUMN preview SET STORAGE EXTERNAL;
COMMENT ON COLUMN file_contents.preview IS 'A JPEG; null for what is no picture, or cannot be decoded.';
