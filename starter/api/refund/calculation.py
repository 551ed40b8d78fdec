"""A specialist's calculation over HTTP."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from domain.money import AmountError, parse_amount
from domain.refund.calculation import MAX_DEDUCTION_REASON, MAX_LINES, Deduction
from domain.refund.manual_calculation import MAX_DEDUCTIONS, EnteredLine, ServiceDecision
from starter.api.http.models import AMOUNT_PATTERN, Body, Day, Kopecks, Line, Note, refused
from starter.api.http.problems import UNKNOWN
from starter.api.http.route import router
from starter.api.refund.case import AskedOfCase
from starter.commands.refund import calculate as command
from starter.commands.refund.calculate import CalculationEntered
from starter.presentation.refund.state import CaseState

routes = router("refunds")


def _kopecks_or_nothing(value: Any) -> int:
    try:
        return parse_amount(value)
    except AmountError as error:
        if error.code == "amount_not_positive" and not str(value).startswith("-"):
            return 0
        raise refused(error.code) from None


KopecksOrNothing = Annotated[
    int,
    BeforeValidator(_kopecks_or_nothing),
    WithJsonSchema({"type": "string", "pattern": AMOUNT_PATTERN, "examples": ["0.00"]}),
]
"""A sum of a line, which may be nothing."""


class EnteredLineBody(Body):
    """The sum to refund of an invoice line; `0.00` refunds nothing of it."""

    line_no: int = Field(ge=1, le=MAX_LINES)
    amount: KopecksOrNothing


class DeductionBody(Body):
    """Actual expenses that are withheld."""

    amount: Kopecks
    reason: Line = Field(min_length=1, max_length=MAX_DEDUCTION_REASON, pattern=r"\S")


class CalculationBody(Body):
    """A specialist's calculation: every line of the invoice, deductions, and the reason. A surplus
    has no lines: all of it is refunded, less the deductions.
    """

    lines: list[EnteredLineBody] = Field(default_factory=list, max_length=MAX_LINES)
    deductions: list[DeductionBody] = Field(default_factory=list, max_length=MAX_DEDUCTIONS)
    reason: Note
    service_stops_on: Day | None = Field(
        default=None,
        description=(
            "The first day without service of the subscription's term; null: the service goes on."
            " Required where the invoice sold a term that is served here."
        ),
    )

    @property
    def entered(self) -> CalculationEntered:
        """The same as the domain knows it; no word on the service where not even null is said."""
        has_service = "service_stops_on" in self.model_fields_set
        return CalculationEntered(
            lines=tuple(EnteredLine(line.line_no, line.amount) for line in self.lines),
            deductions=tuple(Deduction(one.amount, one.reason) for one in self.deductions),
            reason=self.reason,
            service=ServiceDecision(self.service_stops_on) if has_service else None,
        )


@routes.post(
    "/v1/refunds/{refund_id}/calculation",
    summary="Store a specialist's calculation",
    responses=UNKNOWN,
)
async def calculate_refund(body: CalculationBody, asked: AskedOfCase) -> CaseState:
    """Every version of a calculation is kept."""
    return await asked.by(command.calculate_refund, body.entered)
