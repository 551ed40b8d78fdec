"""Events and actions, counted from histories made by hand."""

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from bench.history import actions_in, counts_of

E = EventType


def _event(kind: E.ValueType) -> HistoryEvent:
    return HistoryEvent(event_type=kind)


def _marker(task: int, name: str = "core_local_activity") -> HistoryEvent:
    event = _event(E.EVENT_TYPE_MARKER_RECORDED)
    event.marker_recorded_event_attributes.marker_name = name
    event.marker_recorded_event_attributes.workflow_task_completed_event_id = task
    return event


def _activity(attempt: int) -> HistoryEvent:
    event = _event(E.EVENT_TYPE_ACTIVITY_TASK_STARTED)
    event.activity_task_started_event_attributes.attempt = attempt
    return event


def _started(parent_event: int = 0) -> HistoryEvent:
    event = _event(E.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED)
    event.workflow_execution_started_event_attributes.parent_initiated_event_id = parent_event
    return event


@pytest.mark.parametrize(
    ("history", "actions"),
    [
        ([_started()], 1),
        ([_started(parent_event=7)], 0),
        ([_event(E.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED)], 2),
        ([_event(E.EVENT_TYPE_TIMER_STARTED), _event(E.EVENT_TYPE_TIMER_CANCELED)], 1),
        ([_event(E.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES)] * 2, 2),
        ([_event(E.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED)], 1),
        ([_event(E.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED)], 1),
        ([_event(E.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED)], 0),
        ([_event(E.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED), _activity(1)], 1),
        ([_activity(3)], 3),
        ([_marker(4), _marker(4)], 1),
        ([_marker(4), _marker(9)], 2),
        ([_event(E.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)], 0),
    ],
)
def test_actions_are_counted_as_temporal_cloud_bills_them(
    history: list[HistoryEvent], actions: int
) -> None:
    assert actions_in(history) == actions


def test_skipped_time_leaves_the_counts_as_they_were() -> None:
    history = [_started(), _event(E.EVENT_TYPE_TIMER_STARTED), _marker(3)]
    skipped = [
        _event(E.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED),
        _event(E.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED),
    ]
    assert counts_of([*history, *skipped]) == counts_of(history)
    assert counts_of(history).events == 3


def _numbered(events: list[HistoryEvent]) -> list[HistoryEvent]:
    for number, event in enumerate(events, 1):
        event.event_id = number
    return events


@pytest.mark.parametrize("was_taken", [True, False])
def test_a_workflow_task_that_a_busy_machine_did_not_answer_is_not_counted(was_taken: bool) -> None:
    answered = [
        _event(E.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED),
        _event(E.EVENT_TYPE_WORKFLOW_TASK_STARTED),
        _event(E.EVENT_TYPE_WORKFLOW_TASK_COMPLETED),
    ]
    taken = [_event(E.EVENT_TYPE_WORKFLOW_TASK_STARTED)] if was_taken else []
    timed_out = _event(E.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT)
    lost = timed_out.workflow_task_timed_out_event_attributes
    lost.scheduled_event_id, lost.started_event_id = 2, 3 if was_taken else 0
    history = [_started(), _event(E.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED), *taken, timed_out]
    assert counts_of(_numbered([*history, *answered])) == counts_of(
        _numbered([_started(), *answered])
    )


def test_a_marker_of_a_patch_is_no_local_activity() -> None:
    assert counts_of([_marker(3), _marker(3, "core_patch")]).local_activities == 1


def test_a_case_of_several_workflows_is_counted_together() -> None:
    total = counts_of([_started()]) + counts_of([_started(parent_event=2), _activity(1)])
    assert (total.events, total.actions) == (3, 2)
