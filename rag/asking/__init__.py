"""What is asked: the question taken apart, completed from the conversation, divided, and limited to articles."""
