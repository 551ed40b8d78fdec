"""A letter that was parked, as the reader of mail leaves it."""

import hashlib
from uuid import uuid4

from tests.books import Books
from tests.starter.mail_in.post import SUPPORT, written


def parked_letter(books: Books, sender: str, reason: str = "automatic", **changes: str) -> int:
    """Its number."""
    content = written(sender, **changes).as_bytes()
    (row,) = books.rows(
        "INSERT INTO incoming_letters (mailbox, uid_validity, uid, content, is_whole, sha256,"
        " sender, received_at, done_at, outcome, reason) VALUES (%(m)s, 1, %(u)s, %(c)s, true,"
        " %(h)s, %(s)s, now(), now(), 'parked', %(r)s) RETURNING id",
        m=SUPPORT,
        u=uuid4().int % 2**62,
        c=content,
        h=hashlib.sha256(content).digest(),
        s=sender,
        r=reason,
    )
    return int(row.id)
