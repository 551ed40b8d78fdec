"""Reads a mailbox by IMAP, and letters of any shape; it changes nothing there."""

from gateways.mailbox.letter import ReadLetter, key_of, sender_of
from gateways.mailbox.reader import LetterReader
from gateways.mailbox.reading import FetchedLetter, Mailbox, MailboxAway

__all__ = [
    "FetchedLetter",
    "LetterReader",
    "Mailbox",
    "MailboxAway",
    "ReadLetter",
    "key_of",
    "sender_of",
]
