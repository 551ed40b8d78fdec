"""What the other side does not read of personal data and requisites."""

import json
import re
from typing import Any, Final

KEPT_SIGNS: Final = 4
"""The end of a number by which its owner knows it."""
HIDDEN: Final = "…"

_AT_HOST: Final = re.compile(r"@[\w-]++(?:\.[\w-]++)+")
_OF_MAILBOX: Final = frozenset("_.+-")
_PHONE: Final = re.compile(
    r"(?<![0-9A-Fa-f-])(?:\+7|8)[\s(-]{0,2}\d{3}[\s)-]{0,2}\d{3}[\s-]?\d{2}[\s-]?\d{2}(?!\d)"
)
# A UUID or a digest, which is kept; an INN or an account: ten digits together; a card: twelve with
# spaces or dashes between them; a passport; a SNILS. No day with an hour.
_NUMBER: Final = re.compile(
    r"(?<![0-9A-Za-z])(?P<kept>[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
    r"|(?=[0-9]*[a-f])(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}))(?![0-9A-Za-z])"
    r"|\d{10,}"
    r"|(?<![0-9A-Fa-f-])\d(?:[ \u00a0-]?\d){11,}(?![0-9A-Fa-f-])"
    r"|(?<!\d)\d{2}[ \u00a0]?\d{2}[ \u00a0](?:№[ \u00a0]?)?\d{6}(?!\d)"
    r"|(?<!\d)\d{3}-\d{3}-\d{3}[ \u00a0-]\d{2}(?!\d)"
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
    text = _without_addresses(text)
    text = _PHONE.sub(HIDDEN, text)
    return _NUMBER.sub(lambda found: found["kept"] or masked_number(found[0]), text)


def _without_addresses(text: str) -> str:
    """Each mailbox is read backwards from its sign: an expression that begins at the mailbox takes
    the square of the length of a long word.
    """
    kept, done = list[str](), 0
    for found in _AT_HOST.finditer(text):
        begins = found.start()
        while begins > done and (text[begins - 1].isalnum() or text[begins - 1] in _OF_MAILBOX):
            begins -= 1
        if begins < found.start():
            kept += [text[done:begins], HIDDEN]
            done = found.end()
    return "".join([*kept, text[done:]])


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
    masked = masked_data(told)
    if masked == told:
        return content
    return (json.dumps(masked, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def masked_data(told: Any) -> Any:
    """Rows as JSON has them, with every text masked."""
    if isinstance(told, str):
        return masked_text(told)
    if isinstance(told, list):
        return [masked_data(one) for one in told]
    if isinstance(told, dict):
        return {name: masked_data(one) for name, one in told.items()}
    return told
