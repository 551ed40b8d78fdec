"""What the fire of schemathesis and the tests around it both know: to be loaded without it."""

from pathlib import Path

HOOKS = Path(__file__).with_name("fuzzing.py")
"""What schemathesis loads itself, in a process of its own."""
DONE = Path("done.txt")
"""In the folder where it runs: the operations that were answered 2xx, as often as they were."""
YEAR_OF_FILE = 2033
"""Of the calendar file that is uploaded."""
