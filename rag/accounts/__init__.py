"""Who tells it: articles that are copies or rewordings of each other are one account."""
