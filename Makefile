# Everything a developer does, from an empty machine: see `make help`.
# The work is done by the small modules in dev/.

PYTHON ?= python3
DEV = $(PYTHON) -m dev

.PHONY: help test-fast stop

help:  ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

test-fast:  ## Addon tests on a fresh clone; T=path or T="-k expression" selects
	@$(DEV) test-fast $(if $(T),'$(T)')

stop:  ## Stop Odoo and PostgreSQL
	@$(DEV) stop
