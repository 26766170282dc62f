# Needs python3 (3.11-3.13), pip and make. Everything goes into .venv.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
PIP    := $(PY) -m pip install -qq --no-input --disable-pip-version-check -c constraints.txt
# Makes the machine code of the sources as they are, which all processes then find.
WARM   := $(PY) -c "from sim.engines.compiled import warm; warm()"

.PHONY: help demo test lint verify setup clean
.DELETE_ON_ERROR:

help:
	@echo "make demo     set up, run the default scenario 20 times, print the table, draw the figures,"
	@echo "              write the report: report.html in the folder that it names at its end"
	@echo "make test     run the tests"
	@echo "make lint     check style and types"
	@echo "make verify   run the heavy checks (minutes)"
	@echo "make setup    only set up .venv"
	@echo "make clean    remove .venv, builds and caches (results stay)"
	@echo "Another Python: make clean, then make demo PYTHON=python3.12"

demo: $(VENV)/.core
	@$(PY) -m sim replications=20

test: $(VENV)/.dev
	@$(WARM)
	@$(PY) -m pytest -n auto

lint: $(VENV)/.dev
	@$(PY) -m ruff check .
	@$(PY) -m mypy

verify: $(VENV)/.dev
	@$(WARM)
	@$(PY) -m pytest -m verify

setup: $(VENV)/.core
	@echo "$(VENV) is ready."

# The stamps .core and .dev are renewed when the project's requirements change.
$(VENV)/.core: pyproject.toml constraints.txt
	@version=$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null); \
	case "$$version" in \
	3.11|3.12|3.13) ;; \
	*)  echo "recursim needs Python 3.11, 3.12 or 3.13; '$(PYTHON)' is $${version:-not found}." >&2; \
	    echo "Name another one: make PYTHON=python3.12 $(or $(MAKECMDGOALS),demo)" >&2; exit 1;; \
	esac
	@echo "Setting up $(VENV) (once, two or three minutes) ..."
	@$(PY) -m pip --version >/dev/null 2>&1 || { $(make_venv); }
	@$(PIP) -e .
	@$(WARM) 2>&1
	@touch $@

$(VENV)/.dev: $(VENV)/.core
	@echo "Adding the tools for tests ..."
	@$(PIP) -e '.[dev]'
	@touch $@

# Debian without python3-venv has no ensurepip: the system's pip then installs pip into
# the new environment, by --python (pip 22.3 and later) or run by the environment's Python.
define make_venv
rm -rf $(VENV); $(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { \
rm -rf $(VENV); pip=$$($(PYTHON) -c 'import pip; print(pip.__path__[0])' 2>/dev/null) || { \
echo "No pip: install it (Debian: apt install python3-pip python3-venv) and try again." >&2; exit 1; }; \
$(PYTHON) -m venv --without-pip $(VENV) && { \
$(PYTHON) -m pip --python $(PY) install -qq pip 2>/dev/null || \
$(PY) "$$pip" install -qq --ignore-installed pip; } || exit 1; }
endef

clean:
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find sim tests experiments -name __pycache__ -prune -exec rm -rf {} +
