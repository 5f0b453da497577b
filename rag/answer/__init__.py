"""What was found, told: claims with citations and who says so, or quotes that may answer, or what was looked for."""
