"""Whether a letter is from whom it says: by what our own receiving server has found out about it.

Everybody may write an `Authentication-Results` (RFC 8601); only that of our server counts, which is
the topmost with its name: what a server adds stands above whatever a letter came with.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

MAX_COMMENT_LAYERS: Final = 5
"""Comments within comments that are taken out; what has more is not understood."""

_COMMENT: Final = re.compile(r"\([^()]*\)")
_RESULT: Final = re.compile(r"([a-z0-9-]+)(?:/[0-9]+)?=([a-z]+)")
_AROUND_SIGN: Final = re.compile(r" ?([=/]) ?")
_STRANGE: Final = re.compile(r'["\\()]')
"""What lets a part of a result that its sender has chosen be taken for another result."""


def is_authenticated(sender: str, found: Sequence[str], server: str | None) -> bool:
    """Whether the address in From is its sender's. `found`: every `Authentication-Results`, the
    topmost first; `server`: the name that ours has in them, None where nobody has told.

    DMARC decides where the sender's domain has it; else SPF or DKIM has to be of that domain.
    """
    domain = sender.rpartition("@")[2]
    said = _of_server(found, server) if server else None
    if said is None or not domain:
        return False
    results = list(_results(said))
    verdicts = [one for one in results if one.method == "dmarc" and one.verdict != "none"]
    if verdicts:
        return all(one.verdict == "pass" and one.is_exactly(domain) for one in verdicts)
    return any(one.verdict == "pass" and one.is_aligned(domain) for one in results)


@dataclass(frozen=True)
class _Result:
    """One method's verdict, with what it is about."""

    method: str
    verdict: str
    about: Mapping[str, str]

    def is_exactly(self, domain: str) -> bool:
        """Whether the verdict is about this very domain of From."""
        return _domain_in(self.about.get("header.from", "")) == domain

    def is_aligned(self, domain: str) -> bool:
        """Whether it vouches for the domain, or one above or below it, as DMARC's relaxed way."""
        names = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom",)}
        said = (self.about.get(name, "") for name in names.get(self.method, ()))
        return any(_is_related(_domain_in(one), domain) for one in said)


def _of_server(found: Sequence[str], server: str) -> str | None:
    """The results of our server; None without, and for what is written strangely."""
    for one in found:
        plain = " ".join(_without_comments(one.lower()).split())
        name, _, results = plain.partition(";")
        if name.split()[:1] == [server.lower()]:
            return None if _STRANGE.search(results) else results
    return None


def _without_comments(said: str) -> str:
    for _ in range(MAX_COMMENT_LAYERS):
        said = _COMMENT.sub(" ", said)
    return said


def _results(said: str) -> Iterator[_Result]:
    for part in said.split(";"):
        words = _AROUND_SIGN.sub(r"\1", part).split()
        found = _RESULT.fullmatch(words[0]) if words else None
        if found is not None:
            pairs = (word.partition("=") for word in words[1:])
            yield _Result(found[1], found[2], {name: value for name, _, value in pairs})


def _domain_in(value: str) -> str:
    """The domain of an address, of `@domain`, or itself."""
    return value.rpartition("@")[2].rstrip(".")


def _is_related(domain: str, own: str) -> bool:
    if "." not in domain:
        return False
    return domain == own or own.endswith(f".{domain}") or domain.endswith(f".{own}")
