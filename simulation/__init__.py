"""People, API client and data set shared by the demo, the bench, the chaos run and the tests."""
