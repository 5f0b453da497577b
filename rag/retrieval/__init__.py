"""Which passages are on it: by words and by vectors, the openings of an overview, who is quoted."""
