"""The page and the terminal: answers shown with the words that stand behind them."""
