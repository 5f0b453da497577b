"""Which passages hold words, are near a vector, or are within limits."""
