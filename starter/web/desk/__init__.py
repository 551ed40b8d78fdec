"""The staff's desk: so far the page of a case that a letter leads to."""
