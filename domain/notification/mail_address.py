"""Validates mail addresses: every registered address can be sent to."""

import re
from typing import Final

import idna

MAX_LENGTH: Final = 254
"""Characters of an address as SMTP carries it (RFC 5321, a path without its brackets)."""
MAX_LOCAL_LENGTH: Final = 64
MAX_DOMAIN_LENGTH: Final = 253

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LAST_LABEL: Final = re.compile(r"(?!.*[0-9]$)[a-z0-9-]{2,63}|xn--[a-z0-9-]{1,59}")


class AddressMalformed(ValueError):  # noqa: N818  the name says what is the matter
    """No letter can be sent to the address."""


def ascii_address(address: str) -> str:
    """The address as SMTP carries it, a domain of other letters in its ASCII form (IDNA 2008).

    Raises `AddressMalformed`: for a mailbox that is no dot-atom of RFC 5322 (a dot at an end, two
    together, quotes, letters that are not Latin, for which servers need an extension), a domain
    that no DNS holds, one without a dot, an address of a host, and what is too long.
    """
    local, at, domain = address.rpartition("@")
    if not at or len(local) > MAX_LOCAL_LENGTH or not _LOCAL.fullmatch(local):
        raise AddressMalformed("a mailbox is Latin letters, digits and signs, with dots inside")
    written = f"{local}@{_ascii_domain(domain)}"
    if len(written) > MAX_LENGTH:
        raise AddressMalformed("an address is at most 254 characters")
    return written


def _ascii_domain(domain: str) -> str:
    try:
        ascii_domain = idna.encode(domain, uts46=True, strict=True).decode().lower()
    except (idna.IDNAError, UnicodeError):
        raise AddressMalformed("the domain cannot exist") from None
    labels = ascii_domain.split(".")
    if len(labels) < 2 or not _LAST_LABEL.fullmatch(labels[-1]):
        raise AddressMalformed("the domain has no zone")
    if len(ascii_domain) > MAX_DOMAIN_LENGTH:
        raise AddressMalformed("a domain is at most 253 characters")
    return ascii_domain
