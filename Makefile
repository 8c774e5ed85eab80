# The commands of the project. `make demo` and `make test` are all a newcomer needs.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
export DEBUG ?= 1

.PHONY: demo run worker test check format messages bench bench-lines bench-count bench-back bench-letters bench-pdf clean

demo: .venv/installed .env  ## the application with a demo company, on 127.0.0.1:8000
	$(BIN)/python manage.py demo --port $(PORT)

run: .venv/installed .env  ## the server for development
	$(BIN)/python manage.py migrate
	$(BIN)/python manage.py runserver

worker: .venv/installed .env  ## the worker beside it
	$(BIN)/python manage.py run_worker

test: .venv/installed-dev  ## all tests, on SQLite unless DATABASE_URL says otherwise
	$(BIN)/python -m pytest -n auto --dist loadfile $(TESTS)

check: .venv/installed-dev  ## format, lint, types, imports, migrations, messages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djhtml --check --tabwidth 2 $(shell git ls-files '*.html')
	SECRET_KEY=$(KEY) $(BIN)/mypy
	$(BIN)/lint-imports
	SECRET_KEY=$(KEY) $(BIN)/python manage.py makemigrations --check --dry-run
	SECRET_KEY=$(KEY) BIN=$(BIN) .ci/messages

format: .venv/installed-dev  ## what `make check` would complain about, mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djhtml --tabwidth 2 $(shell git ls-files '*.html')

messages: .venv/installed-dev .env  ## collect and compile the texts to translate
	$(BIN)/python manage.py makemessages --all --no-obsolete --no-location --ignore .venv
	$(BIN)/python manage.py compilemessages --ignore .venv

bench: .venv/installed-dev .venv/installed-bench  ## the measurements of docs/benchmarks.md
	$(BIN)/python benchmarks/segments.py
	DEBUG=0 $(BIN)/python benchmarks/set_work.py
	$(BIN)/python benchmarks/import_contacts.py
	.venv/bench/bin/python benchmarks/merge.py

bench-lines: .venv/installed-dev  ## the worksheet page; a database of its own
	$(BIN)/python benchmarks/worksheet_page.py --plans

bench-count: .venv/installed-dev  ## the count while one types; a database of its own
	DEBUG=0 $(BIN)/python benchmarks/live_count.py --plans

bench-back: .venv/installed-dev  ## going back; a database of its own
	DEBUG=0 $(BIN)/python benchmarks/go_back.py

bench-letters: .venv/installed-dev  ## from the segment to the file; a database of its own
	DEBUG=0 $(BIN)/python benchmarks/letters_database.py

bench-pdf: .venv/installed-dev  ## letters as PDF, by one LibreOffice and by two
	DEBUG=0 $(BIN)/python benchmarks/pdf.py

clean:
	rm -rf .venv .env db.sqlite3* media staticfiles

# A key for commands that look at the code and never serve anything.
KEY := only-for-checking-the-code-not-for-serving-it

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13) and "Python 3.11, 3.12 or 3.13 is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

# The peers live apart, so that nothing of theirs can leak into the application.
.venv/installed-bench: benchmarks/requirements.txt | .venv/bin/python
	$(PYTHON) -m venv .venv/bench
	.venv/bench/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -r $<
	touch $@

.env:
	$(PYTHON) -c 'import secrets; print(f"DEBUG=1\nSECRET_KEY={secrets.token_urlsafe(50)}")' > $@
