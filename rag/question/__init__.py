"""What is asked: completed from the conversation, limited to articles, divided, and read once into queries."""
