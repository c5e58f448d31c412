# Every target is a readable script in bin/. Variables given to make (make run PORT=8123) reach it as environment.
.DEFAULT_GOAL := help
.PHONY: help setup run test bench desk lint format clean

help: ## Show this list
	@bin/help

setup: ## Make the virtual environment and install what the site needs
	@bin/setup

run: ## Run the site with demo content: make run [PORT=8123] [HOST=127.0.0.1] [EMPTY=1]
	@bin/run

test: ## Install what the tests need, then run linters, types and tests: make test [TESTS=tests/stories]
	@bin/test

bench: ## Measure the site on SQLite and PostgreSQL, with 100,000 posts: make bench [POSTS=1000000]
	@bin/bench

desk: ## Work a hundred cases of the desk by keyboard in a browser, and count keys, pages and seconds
	@bin/desk

lint: ## Linters, formatter, types, import contracts and templates, without the tests
	@bin/setup dev
	@bin/lint

format: ## Format the Python code and repair what the linter can
	@bin/setup dev
	@bin/format

clean: ## Remove caches and what tests left; the data and the virtual environment stay
	@bin/clean
