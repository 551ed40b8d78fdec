"""A person's decision about a bank entry that matched no payout, over HTTP."""

from http import HTTPStatus
from typing import Annotated

from pydantic import Field, model_validator

from domain.banking.entry_decision import NAMES_PAYOUT, POSTPONED_DAYS, DecidedAs
from domain.payout.payout import PayoutRequest
from starter.api.banking.entry import EntryPath, read_bank_entry
from starter.api.http.models import Body, Day, Lax, Note, refused
from starter.api.http.problems import documented
from starter.api.http.route import CommandId, CurrentCaller, LanguageDep, ServicesDep, router
from starter.commands.banking import decide as command
from starter.commands.banking.decide import DecisionAsked
from starter.presentation.banking.entry import EntryShown

CASE_PATTERN = r"^refund-[A-Za-z0-9-]{1,40}-[1-9][0-9]{0,8}$"
MAX_ATTEMPT = 1_000

routes = router("bank statements")


class DecisionBody(Body):
    """A payout attempt for `payout` and `return`, with `postponed` the day on which the entry waits
    for a person again, if there is one; only the reason for `ignored` and `resumed`.
    """

    decided_as: Annotated[DecidedAs, Lax] = Field(alias="as", examples=["payout"])
    case_id: str | None = Field(None, pattern=CASE_PATTERN, examples=["refund-2026-000117-1"])
    attempt: int | None = Field(None, ge=1, le=MAX_ATTEMPT)
    reason: Note
    until: Day | None = Field(None, description=f"In Moscow, at most {POSTPONED_DAYS} days away.")

    @model_validator(mode="after")
    def _names_a_payout(self) -> "DecisionBody":
        named = (self.case_id is not None, self.attempt is not None)
        wanted = self.decided_as in NAMES_PAYOUT
        if named != (wanted, wanted):
            raise refused("decision_names_no_payout")
        if self.until is not None and self.decided_as is not DecidedAs.POSTPONED:
            raise refused("decision_until_not_postponed")
        return self

    @property
    def asked(self) -> DecisionAsked:
        """The same as the command's argument."""
        payout = None
        if self.case_id is not None and self.attempt is not None:
            payout = PayoutRequest(self.case_id, self.attempt)
        return DecisionAsked(self.decided_as, payout, self.reason, self.until)


@routes.post(
    "/v1/bank-entries/{entry_id}/decision",
    summary="Decide what an entry is",
    responses=documented(HTTPStatus.ACCEPTED),
)
async def decide_bank_entry(
    entry_id: EntryPath,
    body: DecisionBody,
    caller: CurrentCaller,
    command_id: CommandId,
    services: ServicesDep,
    language: LanguageDep,
) -> EntryShown:
    """An import never overwrites a person's decision; a matched entry stays matched. A decision
    that is `postponed` is none yet: the entry may still be matched by better evidence.

    The decision is stored first, then the payout is signalled; a repeat changes nothing.
    """
    await command.decide_bank_entry(services, caller, command_id, entry_id, body.asked)
    return await read_bank_entry(entry_id, services.database, caller, language)
