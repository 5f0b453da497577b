"""The tab of the articles: their list, every mention of a phrase, files to add, and a picture of them over time."""
