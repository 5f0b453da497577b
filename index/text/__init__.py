"""What a text says of itself: article, date and outlet, sentences, passages, words, and what is no article's own."""
