"""One address for Odoo with several workers: `python front.py PORT ODOO...`.

With workers, Odoo serves pages on one port and websockets on another, and expects a
web server in front. This is that web server: it starts Odoo, passes each connection
on to the right port, and ends together with Odoo.
"""

import asyncio
import signal
import socket
import sys


def main(port, odoo_command):
    """Serve on the port until Odoo or this process is stopped; return Odoo's code."""
    return asyncio.run(_serve(int(port), odoo_command))


def free_port():
    """Return a local port that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def _serve(port, odoo_command):
    """Start Odoo behind the port and wait for its end."""
    ports = {"page": free_port(), "websocket": free_port()}
    odoo = await asyncio.create_subprocess_exec(
        *odoo_command,
        f"--http-port={ports['page']}",
        f"--gevent-port={ports['websocket']}",
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, odoo.terminate)

    async def connected(reader, writer):
        await _pass_on(reader, writer, ports)

    server = await asyncio.start_server(connected, "127.0.0.1", port)
    code = await odoo.wait()
    server.close()
    return code


async def _pass_on(reader, writer, ports):
    """Connect a browser's connection to the port its first request asks for."""
    try:
        start = await reader.readline()
        path = start.split(b" ")[1] if start.count(b" ") > 1 else b""
        kind = "websocket" if path.startswith(b"/websocket") else "page"
        odoo_reader, odoo_writer = await asyncio.open_connection(
            "127.0.0.1", ports[kind]
        )
    except (OSError, ValueError):
        writer.close()
        return
    odoo_writer.write(start)
    await asyncio.gather(_copy(reader, odoo_writer), _copy(odoo_reader, writer))


async def _copy(reader, writer):
    """Copy bytes until one side ends."""
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
