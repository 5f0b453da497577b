"""How good answers are, on several sets, and what they are judged by."""
