"""How far the clock of another system may be ahead of ours."""

from datetime import timedelta

MAX_CLOCK_DIFFERENCE = timedelta(minutes=5)
"""What another system writes may be so far ahead of our clock."""
