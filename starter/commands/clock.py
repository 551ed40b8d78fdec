"""How far other clocks are believed."""

from datetime import timedelta

MAX_CLOCK_DIFFERENCE = timedelta(minutes=5)
"""What another system writes may be so far ahead of our clock."""
