"""The mail catcher's process: SMTP in; a page, IMAP and a journal out."""
