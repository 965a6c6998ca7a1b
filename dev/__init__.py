"""Developer set-up: everything the Makefile does. Start reading at `__main__.py`."""
