"""Counts a workflow's history: events, activities, and Temporal Cloud's actions."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

SKIPPING = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
    }
)
"""Events of time skipping; a real wait of the same length writes none."""

ACTIONS: Mapping[EventType.ValueType, int] = MappingProxyType(
    {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: 1,
        EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED: 2,
        EventType.EVENT_TYPE_TIMER_STARTED: 1,
        EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: 1,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 1,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED: 1,
    }
)
"""Actions of an event by Temporal Cloud's list of 2026; the rest is in `actions_in`."""


@dataclass(frozen=True)
class Counts:
    """Of one history, or of several together; a part of it where cases share one."""

    events: float = 0
    local_activities: float = 0
    regular_activities: float = 0
    upserts: float = 0
    timers: float = 0
    updates: float = 0
    actions: float = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(**{name: mine + getattr(other, name) for name, mine in vars(self).items()})

    def __truediv__(self, cases: int) -> "Counts":
        """The share of each of so many cases."""
        return Counts(**{name: mine / cases for name, mine in vars(self).items()})


def counts_of(history: Iterable[HistoryEvent]) -> Counts:
    """Counts one history; what skipping time wrote into it is left out, and workflow tasks that no
    worker answered in time: they tell how busy the machine was.
    """
    told = list(history)
    unanswered = _unanswered(told)
    events = [
        event
        for event in told
        if event.event_type not in SKIPPING and event.event_id not in unanswered
    ]
    kinds = [event.event_type for event in events]
    return Counts(
        events=len(events),
        local_activities=sum(
            event.marker_recorded_event_attributes.marker_name == "core_local_activity"
            for event in events
        ),
        regular_activities=kinds.count(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED),
        upserts=kinds.count(EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES),
        timers=kinds.count(EventType.EVENT_TYPE_TIMER_STARTED),
        updates=kinds.count(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED),
        actions=actions_in(events),
    )


def _unanswered(events: Iterable[HistoryEvent]) -> Collection[int]:
    """The ids of the events of workflow tasks that timed out."""
    ids: set[int] = set()
    for event in events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT:
            task = event.workflow_task_timed_out_event_attributes
            # A task that no worker took has not started: 0, which no event is.
            ids |= {event.event_id, task.scheduled_event_id, task.started_event_id}
    return ids


def actions_in(events: Iterable[HistoryEvent]) -> int:
    """Temporal Cloud's billable actions that a history shows; rejected updates, queries and
    heartbeats leave no event.

    A child is two actions of its parent and none of its own. Every try of an activity is one. All
    markers of a workflow task are one together, however many local activities it ran.
    """
    total, marked_tasks = 0, set()
    for event in events:
        total += ACTIONS.get(event.event_type, 0)
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
            total += event.activity_task_started_event_attributes.attempt
        elif event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED:
            marked_tasks.add(
                event.marker_recorded_event_attributes.workflow_task_completed_event_id
            )
        elif event.workflow_execution_started_event_attributes.parent_initiated_event_id:
            total -= 1
    return total + len(marked_tasks)
