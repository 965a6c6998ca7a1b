# Everything a developer does, from an empty machine: see `make help`.
# The work is done by the small modules in dev/.

PYTHON ?= python3
DEV = $(PYTHON) -m dev

.PHONY: help demo demo-reset shell stop test test-prepare test-fast test-system lint \
	format i18n i18n-check screenshots bench

help:  ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

demo:  ## Start the demonstration and print its address and logins
	@$(DEV) demo

demo-reset:  ## Forget what was done in the demonstration
	@$(DEV) demo-reset

shell:  ## Odoo's shell on the demo database: make -s shell < script.py
	@$(DEV) shell

stop:  ## Stop Odoo and PostgreSQL
	@$(DEV) stop

test:  ## Everything that must pass
	@$(MAKE) --no-print-directory -j2 lint test-prepare
	@$(MAKE) --no-print-directory test-fast
	@$(MAKE) --no-print-directory test-system

test-prepare:  # what the tests stand on: the checks of the sources need one core
	@MAKEFLAGS= $(DEV) test-prepare

test-fast:  ## Addon tests on a fresh clone; T=path or T="-k expression" selects
	@MAKEFLAGS= $(DEV) test-fast $(if $(T),"$(T)")

test-system:  ## Tests from outside: HTTP, browser, races, packaging; T= selects
	@MAKEFLAGS= $(DEV) test-system $(if $(T),"$(T)")

lint:  ## All checks of the sources
	@MAKEFLAGS= $(DEV) lint

format:  ## Format Python and XML
	@$(DEV) format

i18n:  ## Bring the Chinese translation up to date with the source
	@$(DEV) i18n

i18n-check:  ## Fail if a term has no Chinese translation
	@$(DEV) i18n-check

screenshots:  ## Take the pictures of the README from the demo
	@$(DEV) screenshots

bench:  ## Measure against peers and Odoo without us; B=bench/bench_leads.py selects
	@$(DEV) bench $(B)
