"""Atomic steps: locks between processes, and stamps that say a step was finished."""

import fcntl
import shutil
from contextlib import contextmanager

from .console import say
from .layout import LOCAL


@contextmanager
def locked(name):
    """Let one process at a time do the step `name` in this `.local` folder."""
    folder = LOCAL / "lock"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another process that is busy with: {name}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def is_stamped(folder, value):
    """Tell whether the folder was finished for this value."""
    stamp = folder / ".stamp"
    return stamp.is_file() and stamp.read_text() == value


@contextmanager
def fresh_folder(folder, value):
    """Give an empty folder beside `folder`; once filled, it takes its place.

    An interruption leaves the old folder, or none, but never half a folder.
    """
    draft = folder.with_name(folder.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    yield draft
    (draft / ".stamp").write_text(value)
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
