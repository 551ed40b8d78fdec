"""Files over HTTP: handed in before what they go with."""
