"""The network a request comes from, for callers that have no token.

uvicorn's `ProxyHeadersMiddleware` does not do: to it an IPv4 address inside IPv6 is in no IPv4
network, it bounds no list of hops, and it lets `X-Forwarded-Proto` change every request's scheme.
"""

import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address

import structlog
from fastapi import Request

from settings import Network
from starter.api.http.problems import Problem

FORWARDED = "x-forwarded-for"
MAX_HOPS = 20
"""Proxies of ours that a request may have passed; whatever stands before them is not believed."""

Address = IPv4Address | IPv6Address

_WITH_PORT = re.compile(
    r"(?P<four>[0-9]{1,3}(?:\.[0-9]{1,3}){3}):[0-9]{1,5}"
    r"|\[(?P<six>[0-9A-Fa-f:.]+(?:%[0-9A-Za-z]+)?)\](?::[0-9]{1,5})?"
)
"""An address as it stands before a port; one of IPv6 needs brackets there, and may have them
without.
"""

log = structlog.get_logger()


def check_acquirer(request: Request) -> None:
    """Refuses, before the body is read, requests from outside the acquirer's networks."""
    settings = request.app.state.services.settings
    peer = request.client.host if request.client else ""
    sender = sender_of(peer, request.headers.getlist(FORWARDED), settings.trusted_proxies)
    if sender is None or not _is_in(sender, settings.acquirer_networks):
        log.warning("webhook.stranger", sender=str(sender))
        raise Problem("forbidden", HTTPStatus.FORBIDDEN)


def sender_of(
    peer: str, forwarded: Sequence[str], trusted_proxies: Iterable[Network]
) -> Address | None:
    """The address that sent a request: the peer, or what our last proxy recorded; None if invalid.

    Only what a trusted proxy wrote counts: anybody may send the header.
    """
    hops = [hop.strip() for line in forwarded for hop in line.split(",")][-MAX_HOPS:]
    trusted = tuple(trusted_proxies)
    sender = _address(peer)
    while hops and sender is not None and _is_in(sender, trusted):
        sender = _address(_without_port(hops.pop()))
    return sender


def _without_port(hop: str) -> str:
    """The address of a hop without a port, which some proxies add."""
    written = _WITH_PORT.fullmatch(hop)
    return hop if written is None else written["four"] or written["six"]


def _address(text: str) -> Address | None:
    """An address; an IPv4 address mapped into IPv6 becomes IPv4."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)
