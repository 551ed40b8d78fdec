"""External systems for the demo and the tests: own processes, real protocols, faults on request."""
