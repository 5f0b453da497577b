"""What is learned about language from examples written for it."""
