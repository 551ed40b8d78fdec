"""The errors of requests to the acquirer."""

import re
from typing import Final

import httpx2

UNKNOWN_CODE: Final = "unexplained"
"""Used for a code that is empty, or contains what no code would."""

_CODE: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class AcquirerError(Exception):
    """The base of these errors. No message contains personal data or secrets."""


class AcquirerUnavailable(AcquirerError):  # noqa: N818 - a state of the acquirer, not a mistake
    """No usable answer: refused connection, time-out, 429, 5xx, or content that cannot be read.

    `outcome_unknown` is False only if nothing was sent: only then is it certain that this request
    did not move money.
    """

    def __init__(self, what: str, *, outcome_unknown: bool) -> None:
        super().__init__(what)
        self.outcome_unknown = outcome_unknown


class AcquirerRefused(AcquirerError):  # noqa: N818 - the acquirer's word, not a mistake
    """A final refusal (4xx). `description` is the acquirer's own text, for operators only.

    `words` are all of it in one line. `is_unknown_there`: the acquirer has nothing with that id.
    `key_reused`: the key belongs to another request already, so look up what that one did.
    """

    def __init__(
        self, http_status: int, code: str, description: str, parameter: str | None
    ) -> None:
        place = f" ({parameter})" if parameter else ""
        super().__init__(f"acquirer refused: {http_status} {code}{place}")
        self.code = code if _CODE.fullmatch(code) else UNKNOWN_CODE
        self.description = description
        self.parameter = parameter
        self.words = f"{http_status} {self.code}{place}: {description}"
        self.is_unknown_there = http_status == httpx2.codes.NOT_FOUND
        self.key_reused = parameter == "Idempotence-Key"


class AcquirerCredentialsRefused(AcquirerError):  # noqa: N818 - as above
    """401 or 403: shop id, secret key or rights are wrong, which only an operator can correct."""
