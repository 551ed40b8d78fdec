"""What is said to the acquirer: the key and the body of a refund."""

import hashlib
import json
from collections.abc import Mapping
from typing import Final

from domain.money import amount_text

CURRENCY: Final = "RUB"
MAX_KEY_LENGTH: Final = 64
MAX_DESCRIPTION_LENGTH: Final = 250
MAX_METADATA_ENTRIES: Final = 16
MAX_METADATA_NAME_LENGTH: Final = 32
MAX_METADATA_VALUE_LENGTH: Final = 512

KEY_ENTRY: Final = "kopeyka_key"
"""Name of the metadata entry that carries our key back to us."""


def idempotence_key(key: str) -> str:
    """The key itself where a header can carry it, else its SHA-256, which is as stable."""
    if (
        0 < len(key) <= MAX_KEY_LENGTH
        and key.isascii()
        and key.isprintable()
        and key == key.strip()
    ):
        return key
    return hashlib.sha256(key.encode()).hexdigest()


def refund_body(
    key: str, payment_id: str, amount_kopecks: int, description: str, metadata: Mapping[str, str]
) -> bytes:
    """Equal bytes for equal calls, as a repeat under the same key must be."""
    if amount_kopecks <= 0 or not payment_id or not key:
        raise ValueError("a refund has a key, a payment and a sum above zero")
    entries = {**metadata, KEY_ENTRY: key}
    if len(entries) > MAX_METADATA_ENTRIES or not all(map(_entry_fits, entries.items())):
        raise ValueError("more metadata than the acquirer takes")
    body = {
        "payment_id": payment_id,
        "amount": {"value": amount_text(amount_kopecks), "currency": CURRENCY},
        "description": description[:MAX_DESCRIPTION_LENGTH],
        "metadata": entries,
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True).encode()


def _entry_fits(entry: tuple[str, str]) -> bool:
    name, value = entry
    return len(name) <= MAX_METADATA_NAME_LENGTH and len(value) <= MAX_METADATA_VALUE_LENGTH
