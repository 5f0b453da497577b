"""The server: the page and the API for programs, over an assistant that is opened behind them."""
