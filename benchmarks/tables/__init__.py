"""Makes files that the packages read."""
