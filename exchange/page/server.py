"""The page's server: on this machine alone, at a port that the system chooses."""

import asyncio
import logging
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import uvicorn

from exchange.page.app import make_app
from exchange.page.room import Room
from exchange.page.templates import load_templates

_HERE: Final = "127.0.0.1"
_LOOK: Final = 0.5  # seconds between two looks at whether somebody is still there


def serve(
    *,
    folder: Path,
    clock: Callable[[], datetime],
    ready: Callable[[Room], None],
    partnership: str = "",
) -> str:
    """Serve the page until its last window is closed, or nobody has used it for half an hour.

    Args:
        ready: Is given the room when its address can be opened.

    Returns:
        Why it stopped: "closed", "idle", "ticket-used-twice", or empty if it was interrupted.
    """
    for name in ("asyncio", "python_multipart", "uvicorn"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # what they log could hold a record
    with socket.create_server((_HERE, 0)) as listening:
        room = Room(folder, clock, f"{_HERE}:{listening.getsockname()[1]}", partnership)
        config = uvicorn.Config(
            make_app(room),
            log_config=None,
            log_level="critical",  # an error that is printed could hold a record
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            lifespan="off",
            http="h11",
            ws="none",
            loop="asyncio",
            timeout_graceful_shutdown=2,
        )
        server = uvicorn.Server(config)
        try:
            asyncio.run(_run(server, room, listening, ready))
        except KeyboardInterrupt:  # uvicorn raises it again when it has stopped
            pass
        finally:
            room.drafts.end()  # their threads wait for an officer who has gone
    return room.presence.reason_to_stop()


async def _run(
    server: uvicorn.Server, room: Room, listening: socket.socket, ready: Callable[[Room], None]
) -> None:
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    ready(room)
    loading = asyncio.create_task(asyncio.to_thread(load_templates))
    while not serving.done():
        await asyncio.wait([serving], timeout=_LOOK)
        if not room.is_busy and room.presence.reason_to_stop():
            server.should_exit = True
    await serving
    await loading
