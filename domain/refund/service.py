"""What becomes of the service whose money is refunded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.billing.invoice import Invoice, SoldTerm
from domain.money import unused_share
from domain.refund.line import LineTrace, SpecialistReason


@dataclass(frozen=True)
class ServiceOutcome:
    """What becomes of the service whose money is refunded. Both days of its term are served;
    `stops_on` is the first day without service, None: it is served to the last.
    """

    starts_on: date
    ends_on: date
    stops_on: date | None

    @property
    def content(self) -> dict[str, str | None]:
        """The same as JSON, as it is signed in a statement."""
        stops_on = None if self.stops_on is None else self.stops_on.isoformat()
        return {
            "starts_on": self.starts_on.isoformat(),
            "ends_on": self.ends_on.isoformat(),
            "stops_on": stops_on,
        }

    @classmethod
    def of(cls, content: Mapping[str, str | None]) -> "ServiceOutcome":
        """Reads `content`; raises ValueError where it has no term."""
        stops_on = content["stops_on"]
        return cls(
            date.fromisoformat(content["starts_on"] or ""),
            date.fromisoformat(content["ends_on"] or ""),
            None if stops_on is None else date.fromisoformat(stops_on),
        )


def term_of(invoice: Invoice) -> SoldTerm | None:
    """The term that we serve for an invoice."""
    return next((line.term for line in invoice.lines if line.term is not None), None)


def service_of(
    invoice: Invoice, traces: Sequence[LineTrace], stopped_on: date
) -> ServiceOutcome | None:
    """The service outcome of a refund: one of all that is left of a term ends it on the first
    refunded day; one of a part of the money corresponds to no days, so the term goes on.
    """
    terms = {line.line_no: line.term for line in invoice.lines}
    sold = [(term, trace) for trace in traces if (term := terms[trace.line_no]) is not None]
    if not sold:
        return None
    term = sold[0][0]
    day = max(term.starts_on, stopped_on)
    whole = all(_is_whole(trace) for _, trace in sold)
    return ServiceOutcome(
        term.starts_on, term.ends_on, day if whole and day <= term.ends_on else None
    )


def _is_whole(trace: LineTrace) -> bool:
    """Whether the request is for all that the rule gives for a line."""
    given = trace.price_kopecks
    if trace.unused_days is not None and trace.total_days is not None:
        given = unused_share(given, trace.unused_days, trace.total_days)
    asked = trace.asked_kopecks
    return asked is None or asked >= given - trace.earlier_kopecks


def reason_of_service(service: ServiceOutcome | None, total: int) -> SpecialistReason | None:
    """No rule can calculate money that is refunded while the service goes on."""
    goes_on = service is not None and service.stops_on is None
    return SpecialistReason.TERM_IN_PART if goes_on and total > 0 else None
