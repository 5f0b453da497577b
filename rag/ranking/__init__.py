"""Which of their sentences answer it: late interaction, a vote, and what is known of the best."""
