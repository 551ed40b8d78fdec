"""One-time codes: creating them, storing only their hash, checking an entered code."""

import hashlib
import hmac
import secrets
from datetime import datetime
from uuid import UUID

from db.refund.rows import CodeRow, TriedCode
from domain.refund.statement import CODE_ATTEMPTS, CODE_DIGITS
from starter.commands.refusal import Refusal, unprocessable


def draw() -> str:
    """A new random code; every code is equally likely."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def hash_of(key: str, code_id: UUID, code: str) -> str:
    """HMAC-SHA-256 (hex) of a code; keyed, because six digits could be guessed from a plain hash.

    The code's id is hashed too, so equal codes have different hashes in the database.
    """
    return hmac.new(key.encode(), f"{code_id}:{code}".encode(), hashlib.sha256).hexdigest()


def is_right(key: str, stored: CodeRow, code: str) -> bool:
    """Compares an entered code with the hash in constant time."""
    return hmac.compare_digest(stored.code_hash, hash_of(key, stored.id, code))


def refusal_of(tried: TriedCode, now: datetime) -> Refusal | None:
    """The refusal of a counted attempt, or None when the code was right."""
    if tried.signed:
        return None
    if tried.used_before is not None:
        return unprocessable("code_used")
    if tried.attempts >= CODE_ATTEMPTS:
        return unprocessable("code_exhausted")
    if tried.expires_at <= now:
        return unprocessable("code_expired")
    left = CODE_ATTEMPTS - tried.attempts
    return unprocessable("code_wrong", details={"attempts_left": left}, attempts_left=left)


def not_issued() -> Refusal:
    """The refusal when no code was requested for this statement."""
    return unprocessable("code_not_issued")
