"""What is indexed: one SQLite file that is the truth, how it is laid out and packed, and what it lists."""
