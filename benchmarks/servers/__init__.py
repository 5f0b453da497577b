"""Whole servers: many people at once, weeks in minutes, attacks."""
