"""Commands about support tickets."""
