# Everything a developer does, from an empty machine: see `make help`.
# The work is done by the small modules in dev/.

PYTHON ?= python3
DEV = $(PYTHON) -m dev

.PHONY: test help demo demo-reset shell stop test-fast lint format

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

test: test-fast  ## Everything that must pass

test-fast:  ## Addon tests on a fresh clone; T=path or T="-k expression" selects
	@$(DEV) test-fast $(if $(T),'$(T)')


lint:  ## All checks of the sources
	@$(DEV) lint

format:  ## Format Python and XML
	@$(DEV) format
