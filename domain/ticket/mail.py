"""Letters to support: their limits, the address that answers a ticket, and what is no question."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import timedelta

LETTER_BYTES = 25 * 1024 * 1024
"""A larger letter is known by its header only, and parked."""
LETTERS_AN_HOUR = 20
"""Of one sender; more are parked."""
RATE_WINDOW = timedelta(hours=1)
UNCONFIRMED_A_DAY = 10
"""Tickets that letters of senders whom nobody vouches for open in a client's name; more are parked,
so that nobody takes from a client the files of its day and the requests that it may have open.
"""
UNCONFIRMED_WINDOW = timedelta(days=1)
NAMES_AT_MOST = 20
"""Names of attachments that a message lists."""
DELIMITER = "⸻ ✂ ⸻"
"""Begins our letters about a ticket: what a reply has below its line is our own text."""
MAC_BYTES = 10

_REPLY = re.compile(r".+\+t(?P<number>[0-9]{1,18})\.(?P<mac>[a-z2-7]{16})@.+", re.IGNORECASE)
_IN_SUBJECT = re.compile(r"\[#(?P<number>[1-9][0-9]{0,11})\]")
_QUOTED = re.compile(r"^\s*>")


def reply_address(support: str, key: str, number: int) -> str:
    """The address that answers a ticket: `support+t<number>.<mac>@…`, which only the key makes."""
    local, _, domain = support.rpartition("@")
    return f"{local}+t{number}.{_mac(key, number)}@{domain}"


def ticket_number_in(address: str, key: str) -> int | None:
    """The ticket that an address answers; None for an address that we did not make."""
    found = _REPLY.fullmatch(address)
    if found is None:
        return None
    number = int(found["number"])
    return number if hmac.compare_digest(found["mac"].lower(), _mac(key, number)) else None


def number_in_subject(subject: str) -> int | None:
    """The ticket that a subject names as `[#117]`; whoever wrote it has to take part in it."""
    found = _IN_SUBJECT.search(subject)
    return None if found is None else int(found["number"])


def why_parked(headers: Mapping[str, str], sender: str, own: frozenset[str]) -> str | None:
    """Why a letter is no question of a person's (RFC 3834, 2369); None for one that may be.

    `headers` by lower-case name.
    """
    said = {name: value.strip().lower() for name, value in headers.items()}
    if not sender:
        return "no sender"
    if sender in own:
        return "our own address"
    if said.get("auto-submitted", "no").split(";")[0].strip() != "no":
        return "automatic"
    if said.get("return-path") == "<>":
        return "null return path"
    if any(name.startswith("list-") for name in said):
        return "mailing list"
    if said.get("precedence") in {"bulk", "junk", "list"} or "x-auto-response-suppress" in said:
        return "bulk"
    return None


def own_words(text: str) -> str:
    """What a reply says itself: all before our delimiter, without the quote that ends it and the
    line that introduces it.
    """
    lines = text.split(DELIMITER)[0].rstrip().split("\n")
    quoted = 0
    while lines and (_QUOTED.match(lines[-1]) or not lines[-1].strip()):
        quoted += bool(lines[-1].strip())
        lines.pop()
    is_introduced = len(lines) > 1 and lines[-1].rstrip().endswith(":")
    if is_introduced and (quoted or DELIMITER in text):
        lines.pop()
    return "\n".join(lines).strip()


def _mac(key: str, number: int) -> str:
    made = hmac.digest(key.encode(), f"ticket-mail {number}".encode(), hashlib.sha256)
    return base64.b32encode(made[:MAC_BYTES]).decode().lower()
