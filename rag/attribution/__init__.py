"""Whose words they are: names in brackets, from the article's own text."""
