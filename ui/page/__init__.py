"""The page: a conversation about the articles, and the article that a citation comes from."""
