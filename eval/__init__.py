"""Known facts, asked and measured."""
