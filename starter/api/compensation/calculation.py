"""Interest, penalties, court fees and legal days over HTTP; nothing is stored of them."""

from enum import StrEnum
from typing import Annotated

from fastapi import Query
from pydantic import Field

from db.compensation.legal_rule import all_rules
from db.facts import load
from domain.compensation.interest import MAX_MOVEMENTS, Debt, Movement
from domain.compensation.legal_deadline import LegalEvent
from domain.compensation.legal_rule import RuleKind
from starter.api.http.models import Body, Day, Kopecks, Lax, Shown
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    ServicesDep,
    router,
)
from starter.commands.compensation import calculate as command
from starter.commands.compensation.calculate import (
    InterestAsked,
    PenaltyAsked,
    fees_by,
    law_of,
    legal_day_by,
)
from starter.commands.refusal import Refusal
from starter.presentation.compensation.calculation import (
    CalculationShown,
    DeadlineShown,
    FeeShown,
    PenaltyShown,
    RuleShown,
    calculation_shown,
    deadline_shown,
    fee_shown,
    penalty_shown,
    rules_shown,
)

routes = router("compensation")


class PenaltyKind(StrEnum):
    """Penalties that the law on consumers' rights gives."""

    GOODS = RuleKind.PENALTY_GOODS
    PREPAID = RuleKind.PENALTY_PREPAID
    SERVICE = RuleKind.PENALTY_SERVICE


class MovementBody(Body):
    """A sum and its day: of a sum owed the first day of delay, of a payment the day of paying."""

    day: Day
    amount: Kopecks

    @property
    def movement(self) -> Movement:
        """The same in the domain."""
        return Movement(self.day, self.amount)


Movements = Annotated[list[MovementBody], Field(max_length=MAX_MOVEMENTS // 2)]


class InterestBody(Body):
    """A debt; without `first_day` interest is from the first sum owed on."""

    owed: Annotated[Movements, Field(min_length=1)]
    paid: Movements = Field(default_factory=list)
    first_day: Day | None = None
    last_day: Day
    with_moratorium: bool = Field(
        default=False,
        description="The days of the moratorium on bankruptcy bear none: it applied to the debtor.",
    )

    @property
    def asked(self) -> InterestAsked:
        """The same as the command's argument."""
        debt = Debt([one.movement for one in self.owed], [one.movement for one in self.paid])
        return InterestAsked(debt, self.last_day, self.first_day, self.with_moratorium)


class PenaltyBody(Body):
    """A price or a prepayment, and the day from which its delay is counted."""

    kind: Annotated[PenaltyKind, Lax]
    amount: Kopecks
    asked_on: Day = Field(description="Of goods the day of the demand, else the day it was due.")
    last_day: Day

    @property
    def asked(self) -> PenaltyAsked:
        """The same as the command's argument."""
        return PenaltyAsked(RuleKind(self.kind), self.amount, self.asked_on, self.last_day)


class FeesShown(Shown):
    """The fee of each court whose fee is known for the sum."""

    items: list[FeeShown]


class RulesShown(Shown):
    """Every row of the law."""

    items: list[RuleShown]


@routes.post("/v1/compensation/interest", summary="Interest under article 395 of the Civil Code")
async def calculate_interest(
    body: InterestBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> CalculationShown:
    """Line by line, with the rows of the law and of the key rate. Changes nothing.

    422 `key_rate_not_covered` for a day whose rate is not known.
    """
    found = await command.calculate_interest(services, caller, command_id, body.asked)
    return calculation_shown(found.calculation, language, found.key_rate)


@routes.post("/v1/compensation/penalty", summary="A penalty of the law on consumers' rights")
async def calculate_penalty(
    body: PenaltyBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> PenaltyShown:
    """By each rule that held while the delay lasted. Changes nothing."""
    found = await command.calculate_penalty(services, caller, command_id, body.asked)
    return penalty_shown(found.first, found.penalty, language)


@routes.get("/v1/compensation/court-fees", summary="The fees of courts for a claim")
async def list_court_fees(
    database: DatabaseDep,
    _caller: CurrentCaller,
    language: LanguageDep,
    amount: Annotated[Kopecks, Query()],
    day: Annotated[Day, Query(description="When the claim is brought.")],
) -> FeesShown:
    """Fees that are not known for the sum or the day are left out; 422 where none is known."""
    found = fees_by(await law_of(database), amount, day)
    known = [one for one in found if not isinstance(one, Refusal)]
    if not known:
        raise next(one for one in found if isinstance(one, Refusal))
    return FeesShown(items=[fee_shown(one, language) for one in known])


@routes.get("/v1/compensation/legal-days", summary="A day that the law counts from another")
async def count_legal_day(
    database: DatabaseDep,
    _caller: CurrentCaller,
    language: LanguageDep,
    event: LegalEvent,
    day: Annotated[Day, Query()],
) -> DeadlineShown:
    """In calendar days; a day off at the end moves it nowhere."""
    found = legal_day_by(await law_of(database), event, day)
    return deadline_shown(event, day, found, language)


@routes.get("/v1/legal-rules", summary="The rows of the law that calculations are made by")
async def list_legal_rules(
    database: DatabaseDep, _caller: CurrentCaller, language: LanguageDep
) -> RulesShown:
    """By kind, the earliest first. A row that no lawyer has checked has no `checked_by`."""
    rules = await load(database, all_rules())
    return RulesShown(items=rules_shown(rules.rules, language))
