"""The people of the demo, the bench, the chaos run and the tests, and what they say to the API."""
