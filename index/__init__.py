"""The index of a folder of articles: files in, passages with vectors out."""
