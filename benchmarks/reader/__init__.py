"""Trains the reader that comes with Byline: its data, the training, its card."""
