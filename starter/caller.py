"""Who may call: a login, a role, a client; and the tokens of development that say so."""

import re
import time
from dataclasses import dataclass
from typing import Any

import jwt

from domain.access.roles import SYSTEM, Role, is_same_person
from domain.text import one_line

DEVELOPMENT_ALGORITHM = "HS256"
CALLING_ROLES = frozenset(Role) - {Role.BANK}
MAX_LOGIN_LENGTH = 254
"""An address of e-mail, which an issuer may name people by, is no longer (RFC 5321)."""

BY_LETTER = "letter-"
"""Begins such a login; the client's id follows."""

_LOGIN = re.compile(rf"[^\s\x00-\x1f\x7f\ud800-\udfff]{{1,{MAX_LOGIN_LENGTH}}}")
_CLIENT_ID = re.compile(r"[A-Za-z0-9-]{1,40}")


@dataclass(frozen=True)
class Caller:
    """Who calls: `client_id` is set for clients and for nobody else."""

    login: str
    role: Role
    client_id: str | None = None

    @property
    def name(self) -> str:
        """Tells callers apart: the same login in two roles, or for two clients, is two callers."""
        parts = (self.role, self.client_id, self.login)
        return ":".join(part for part in parts if part is not None)


def caller_of(login: str, role: Role, client_id: object) -> Caller:
    """The caller of this login; only a client's client is looked at.

    Raises ValueError, whose text says what is wrong, where nobody calls like this.
    """
    login = one_line(login)
    if not _LOGIN.fullmatch(login) or is_same_person(login, SYSTEM):
        raise ValueError(f"a login is one word of {MAX_LOGIN_LENGTH} signs at most, not {SYSTEM}")
    if role not in CALLING_ROLES:
        raise ValueError(f"nobody calls as {role}")
    if role is not Role.CLIENT:
        return Caller(login, role)
    if not isinstance(client_id, str) or not _CLIENT_ID.fullmatch(client_id):
        raise ValueError("a client's id is Latin letters, digits and hyphens, 40 at most")
    return Caller(login, role, client_id)


def letter_login(client_id: str) -> str:
    """The login of whoever came by a letter's link. The address itself would come into the
    histories of processes with every command.
    """
    return f"{BY_LETTER}{client_id}"


def is_letter_login(login: str) -> bool:
    """Whether somebody came by a letter's link: known by the address alone."""
    return login.startswith(BY_LETTER)


def development_token(key: str, caller: Caller, lifetime_seconds: int) -> str:
    """A token that a development installation believes."""
    claims: dict[str, Any] = {
        "sub": caller.login,
        "role": caller.role,
        "exp": int(time.time()) + lifetime_seconds,
    }
    if caller.client_id is not None:
        claims["client_id"] = caller.client_id
    return jwt.encode(claims, key, DEVELOPMENT_ALGORITHM)
