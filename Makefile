# GNU make 3.81 and later, which macOS has. Nothing is installed outside .venv.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
# Where the articles for measuring lie (corpus.jsonl.gz, queries.jsonl), and the stock pipeline: make bench-index DATA=...
DATA ?= bench/news2022
BASELINE ?= bench/baseline_llamaindex.py

.PHONY: help setup chat test slow check bench bench-index growth processors first-seconds load kills hostile soak hostile-client screenshots clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: $(STAMP) ## Create .venv and install what constraints.txt pins (several minutes, once)

chat: setup ## Index the articles and serve the chat page on http://127.0.0.1:7860
	@$(BIN)/byline chat --reader packaged

test: setup ## Run the tests and the facts
	@$(BIN)/python -m pytest

slow: setup ## Run the slow tests: the rest of the page in a browser, load and whole processes
	@$(BIN)/python -m pytest -m slow
	@MORE_EXAMPLES=4 $(BIN)/python -m pytest -n 0 -m 'not slow' tests/test_invariants.py

check: setup ## Check format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: setup ## Time Byline beside a stock LlamaIndex pipeline
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[bench]"
	@$(BIN)/python -m benchmarks.speed.questions

bench-index: setup ## Index 1,000 news articles beside the stock pipeline (DATA=..., BASELINE=...; 15 minutes)
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[bench]"
	@$(BIN)/python -m benchmarks.speed.index --data $(DATA) --baseline $(BASELINE) --fp32

growth: setup ## Index and ask 1,000, 10,000 and 100,000 articles, and plot it (DATA=...; over an hour)
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[bench]"
	@$(BIN)/python -m benchmarks.speed.growth --data $(DATA) --json docs/growth.json --plot docs/growth.png

processors: setup ## Ask the facts with models that round as other processors do; none may fail
	@$(BIN)/python -m benchmarks.speed.processors

kills: setup ## Kill an indexing process 60 times, at random, and compare what is left with a clean build
	@KILLS=60 $(BIN)/python -m pytest -n 0 -m slow -s tests/test_kills.py

hostile: setup ## Index folders of 200 damaged and hostile files
	@HOSTILE_FILES=200 HOSTILE_SEEDS=5 $(BIN)/python -m pytest -n 0 -m slow -s tests/test_hostile_files.py

first-seconds: setup ## Time the page's first byte and first answer beside an empty Gradio page
	@$(BIN)/python -m benchmarks.speed.first_seconds

load: setup ## Fifty people ask the page's API over 1,000 articles (DATA=...; 5 minutes)
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[bench]"
	@$(BIN)/python -m benchmarks.servers.load --data $(DATA)

soak: setup ## A server for 20 minutes over a folder that changes, and one with 256 handles beside it; a plot
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[bench]"
	@$(BIN)/python -m benchmarks.servers.soak --handles 0 --handles 256 --plot docs/soak.png

hostile-client: setup ## Attack a server on loopback, and time honest people beside it (10 minutes)
	@$(BIN)/python -m benchmarks.servers.hostile_client

screenshots: setup ## Take the pictures of the page in docs/ anew, with Debian's chromium
	@$(BIN)/python -m ui.screenshot docs

clean: ## Remove .venv and what the tools left behind (the index in your cache folder stays)
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is written last, so an installation that was interrupted is taken up again.
# Another interpreter: make setup PYTHON=/path/to/python
$(STAMP): pyproject.toml constraints.txt reader.txt
	@set -e; \
	python=; \
	for candidate in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    python=$$candidate; break; \
	  fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "Byline needs Python 3.11 or later: install it, or name it with make setup PYTHON=/path/to/python" >&2; \
	  exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "$$python lacks the venv module: on Debian and Ubuntu run apt-get install python3-venv" >&2; \
	  exit 1; \
	fi; \
	echo "Installing into $(VENV) with $$("$$python" --version); the first time takes several minutes"; \
	"$$python" -m venv $(VENV); \
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e ".[dev]"; \
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps -r reader.txt; \
	touch $(STAMP)
