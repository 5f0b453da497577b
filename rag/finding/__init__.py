"""What the articles say about it: passages retrieved, sentences ranked, a vote on the answer, and how sure it is."""
