"""Refunds and renewals against a real Temporal server and database, ended with their test."""

from tests.workflows.race import Race
from tests.workflows.renewal_race import RenewalRace
from tests.workflows.status_race import race_of

refunds = race_of(Race)
renewals = race_of(RenewalRace)
