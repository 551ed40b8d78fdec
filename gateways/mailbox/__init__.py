"""Reads a mailbox by IMAP, and letters of any shape; it changes nothing there."""

from gateways.mailbox.letter import ReadLetter, key_of, read_letter, sender_of
from gateways.mailbox.reading import FetchedLetter, Mailbox, MailboxAway

__all__ = [
    "FetchedLetter",
    "Mailbox",
    "MailboxAway",
    "ReadLetter",
    "key_of",
    "read_letter",
    "sender_of",
]
