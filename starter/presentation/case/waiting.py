"""Why a case stands, as staff are shown it: in words and as data."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import Field

from db.database import Database
from db.notification import failed_step
from domain.access.roles import Role
from domain.case.waiting_reason import STEP_FAILED, FailedStep, TimerKind, WaitingReason, WaitsFor
from starter.commands.cases import Cases
from starter.presentation.models import Shown
from texts import Language, deadline, moment, translate
from texts.step_failure import failure_in_words


class TimerShown(Shown):
    """What the case does next by itself."""

    kind: TimerKind
    title: str = Field(description="The same as text.")
    at: datetime


class FailureShown(Shown):
    """The last step that used up its tries."""

    process: str = Field(description="The id of the process, where an operator decides about it.")
    step: str
    kind: str = Field(description="The kind of the error.")
    detail: str = Field(description="The error in words.")
    at: datetime
    waits_for_operator: bool | None = Field(
        description="Whether it still waits for an operator; null: Temporal did not answer."
    )


class AllowedShown(Shown):
    """What a role may do now."""

    action: str
    title: str


class MayShown(Shown):
    """A role that may do something now."""

    role: Role
    role_title: str
    actions: list[AllowedShown]


class WaitingShown(Shown):
    """Why a case stands."""

    code: str = Field(description="The reason, by its name within the process.")
    reason: str = Field(description="The reason in words.")
    waits_for: WaitsFor
    waits_for_title: str
    since: datetime
    until: datetime | None = Field(description="The deadline; null: none.")
    next_timer: TimerShown | None = Field(
        description="What happens next unless somebody acts; null: nothing is set for a moment."
    )
    failure: FailureShown | None
    allowed: list[MayShown] = Field(description="Who may do what now.")

    @property
    def allowed_together(self) -> list[tuple[str, list[str]]]:
        """The roles that may do the same, in words, and what."""
        roles: dict[tuple[str, ...], list[str]] = {}
        for one in self.allowed:
            titles = tuple(action.title for action in one.actions)
            roles.setdefault(titles, []).append(one.role_title)
        return [(", ".join(who), list(titles)) for titles, who in roles.items()]


def waiting_shown(
    process: str,
    told: WaitingReason,
    language: Language,
    details: Mapping[str, str | int] | None = None,
) -> WaitingShown:
    """An answer in the caller's language; `process` is the first part of its texts' names and
    `details` are the parameters of the reason's text, ready to be read.
    """
    place = "case" if told.code == STEP_FAILED else process
    return WaitingShown(
        code=told.code,
        reason=translate(f"waiting.{place}.{told.code}", language, **(details or {})),
        waits_for=told.waits_for,
        waits_for_title=translate(f"waiting.for.{told.waits_for}", language),
        since=told.since,
        until=told.until,
        next_timer=_timer(told, language),
        failure=_failure(told.failure, language),
        allowed=[_may(role, actions, language) for role, actions in told.allowed.items()],
    )


async def failed_step_of(
    database: Database, cases: Cases, workflow_id: str, changed_at: datetime
) -> FailedStep | None:
    """The last failed step of a case that was changed last at an instant; None where none failed
    since. Only such a step makes us ask Temporal whether it is still open.
    """
    found = await database.row(failed_step.latest(workflow_id))
    if found is None or found.at < changed_at:
        return None
    is_open = await cases.needs_operator(workflow_id)
    return FailedStep(workflow_id, found.step, found.failure, found.at, is_open)


def _timer(told: WaitingReason, language: Language) -> TimerShown | None:
    if told.timer is None:
        return None
    kind, at = told.timer.kind, told.timer.at
    said = deadline(at, language) if kind is TimerKind.END else moment(at, language)
    return TimerShown(kind=kind, at=at, title=translate(f"waiting.timer.{kind}", language, at=said))


def _failure(failure: FailedStep | None, language: Language) -> FailureShown | None:
    if failure is None:
        return None
    return FailureShown(
        process=failure.process,
        step=failure.step,
        kind=failure.kind,
        detail=failure_in_words(failure.kind, language),
        at=failure.at,
        waits_for_operator=failure.is_open,
    )


def _may(role: Role, actions: tuple[str, ...], language: Language) -> MayShown:
    return MayShown(
        role=role,
        role_title=translate(f"role.{role}", language),
        actions=[
            AllowedShown(action=one, title=translate(f"action.{one}", language)) for one in actions
        ],
    )
