"""The people of the demo, the bench, the chaos run and the tests: who they are and what they say."""
