"""The outside world of the demo and the tests: own processes, real protocols, faults on request."""
