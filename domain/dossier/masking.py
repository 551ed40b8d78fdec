"""What the other side does not read of personal data and requisites."""

import json
import re
from typing import Any, Final

KEPT_SIGNS: Final = 4
"""The end of a number by which its owner knows it."""
HIDDEN: Final = "…"

_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE: Final = re.compile(
    r"(?<![0-9A-Fa-f-])(?:\+7|8)[\s(-]{0,2}\d{3}[\s)-]{0,2}\d{3}[\s-]?\d{2}[\s-]?\d{2}(?!\d)"
)
# An INN, an account or a card: ten digits together, or twelve with spaces or dashes between them,
# as cards are written; not a part of a UUID, nor a day with an hour.
_NUMBER: Final = re.compile(
    r"(?<![0-9A-Fa-f-])(?:\d{10,}|\d(?:[ \u00a0-]?\d){11,})(?![0-9A-Fa-f-])"
)
_INITIAL: Final = re.compile(r"[^\W\d_]")


def masked_number(number: str) -> str:
    """The end of an account, a card or an INN; nothing of a short one."""
    kept = number.strip()
    return HIDDEN + (kept[-KEPT_SIGNS:] if len(kept) > 2 * KEPT_SIGNS else "")


def initials(name: str) -> str:
    """«А. К.» of a person's name."""
    found = [_INITIAL.search(word) for word in name.split()]
    return " ".join(f"{one[0].upper()}." for one in found if one is not None) or HIDDEN


def masked_text(text: str) -> str:
    """What somebody wrote, without addresses, telephones and numbers of accounts in it."""
    text = _EMAIL.sub(HIDDEN, text)
    text = _PHONE.sub(HIDDEN, text)
    return _NUMBER.sub(lambda found: masked_number(found[0]), text)


def masked_content(content: bytes) -> bytes:
    """A paper that is text, or texts in JSON, masked; any other as it is."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return content
    try:
        told = json.loads(text)
    except ValueError:
        return masked_text(text).encode()
    masked = _masked(told)
    if masked == told:
        return content
    return (json.dumps(masked, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _masked(told: Any) -> Any:
    if isinstance(told, str):
        return masked_text(told)
    if isinstance(told, list):
        return [_masked(one) for one in told]
    if isinstance(told, dict):
        return {name: _masked(one) for name, one in told.items()}
    return told
