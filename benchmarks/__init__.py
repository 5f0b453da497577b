"""Measurements of Byline as it runs: whole servers under load, over time and under attack; outside the package."""
