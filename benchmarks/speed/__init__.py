"""How long questions, starts and indexing take."""
