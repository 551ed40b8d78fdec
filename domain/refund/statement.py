"""The statement (заявление): its content, and the digest that a signature signs."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

MAX_SCAN_BYTES = 10 * 1024 * 1024
"""A scanned statement's size limit."""
CODE_DIGITS = 6
CODE_MINUTES = 10
"""How long a one-time code is valid."""
CODE_ATTEMPTS = 5
"""Wrong tries after which a code is invalid; the database refuses a sixth."""
CODES_PER_STATEMENT = 5
"""The most one-time codes for one statement."""


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a statement's content as canonical JSON: sum, lines and requisites
    included.
    """
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
