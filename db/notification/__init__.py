"""The outbox, the inboxes and the mailboxes."""
