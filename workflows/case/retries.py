"""How long a step is tried: the options of an activity, by what the step does."""

from datetime import timedelta
from typing import Any

from temporalio.common import RetryPolicy

NEVER_RETRIED = [
    "CaseDiverged",
    "CalendarNotCovered",
    "OutcomeUnknown",
    "EarlierAttemptExecuted",
    "AcquirerCredentialsRefused",
]
"""Errors that a repeat cannot mend."""

LOCAL: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=15),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(milliseconds=200),
        maximum_attempts=2,
        non_retryable_error_types=NEVER_RETRIED,
    ),
}
"""The first, cheap tries of a database step, inside the workflow task."""
DATABASE: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=15),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1),
        backoff_coefficient=2.0,
        maximum_interval=timedelta(minutes=1),
        maximum_attempts=30,
        non_retryable_error_types=NEVER_RETRIED,
    ),
}
"""A database step that did not go at once: about twenty-five minutes of retries that an operator
can see.
"""
OUTSIDE: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=120),
    "heartbeat_timeout": timedelta(seconds=20),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=2),
        backoff_coefficient=2.0,
        maximum_interval=timedelta(minutes=5),
        maximum_attempts=20,
        non_retryable_error_types=NEVER_RETRIED,
    ),
}
"""A request to the outside: about an hour of retries. Its activities tell that they live
(`activities/case/alive.py`), so a try whose worker died is another worker's after the heartbeat's
time.
"""
ONCE: dict[str, Any] = {**OUTSIDE, "retry_policy": RetryPolicy(maximum_attempts=1)}
"""The first request of something that is asked for once; whoever repeats it looks first."""
SIGNALLING: dict[str, Any] = {
    "start_to_close_timeout": timedelta(minutes=30),
    "heartbeat_timeout": timedelta(seconds=60),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1),
        maximum_interval=timedelta(minutes=1),
        maximum_attempts=20,
        non_retryable_error_types=NEVER_RETRIED,
    ),
}
"""Signalling thousands of cases, some of which may still be beginning, and notifying clients."""
ROUND_AGAIN = timedelta(minutes=5)
"""When a round that a schedule begins is tried again after its step has used up its tries: as long
as it waits for the operator, no other round begins.
"""
LONG: dict[str, Any] = {**SIGNALLING, "start_to_close_timeout": timedelta(hours=2)}
"""A step over a file of any size that we take; it tells by heartbeats that it goes on."""
