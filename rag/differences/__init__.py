"""What they tell differently: numbers, dates, names, quotes, yes and no."""
