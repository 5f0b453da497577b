"""How likely what was found is to be right, and so what may be said of it."""
