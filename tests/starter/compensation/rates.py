"""The key rate imported as an accountant does it."""

from typing import Any

from domain.access.roles import Role
from tests.domain.compensation.law import COVERED_UNTIL, FILE
from tests.starter.caller import Api

CSV = {"Content-Type": "text/csv"}


async def preview(api: Api, content: bytes, covered_until: str, **how: Any) -> Any:
    return await api.call(
        "POST",
        f"/v1/key-rate/import-preview?covered_until={covered_until}",
        content=content,
        headers=CSV,
        **{"role": Role.ACCOUNTANT, **how},
    )


async def import_rates(
    api: Api, content: bytes, covered_until: str, digest: str, **how: Any
) -> Any:
    return await api.call(
        "POST",
        f"/v1/key-rate/import?covered_until={covered_until}&digest={digest}",
        content=content,
        headers=CSV,
        **{"role": Role.ACCOUNTANT, **how},
    )


async def known_rates(api: Api) -> None:
    """The rates of the stack, as far as they were looked up."""
    until = COVERED_UNTIL.isoformat()
    seen = (await preview(api, FILE.read_bytes(), until)).json()
    done = await import_rates(api, FILE.read_bytes(), until, seen["digest"])
    assert done.status_code in {200, 409}, done.text
