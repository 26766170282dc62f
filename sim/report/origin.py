"""Where a page comes from: the command that makes it again, versions, the files beside it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from html import escape
from typing import Any

from sim import web

AGAIN = "This command runs it again; the same versions give the same runs:"


def command_of(manifest: Mapping[str, Any], task: str) -> str:
    """Return the shell command of a task with what was given on the command line."""
    given = [text for text in manifest.get("overrides", ()) if not text.startswith("task=")]
    return shlex.join(["recursim", f"task={task}", *given])


def origin(
    manifest: Mapping[str, Any], command: str, files: Mapping[str, str], *, said: str = AGAIN,
    **more: Any,
) -> str:  # fmt: skip
    """Return the section that says where a page comes from.

    Parameters
    ----------
    manifest
        That of the study.
    command
        The shell command, or several lines of them.
    files
        What stands in the folder.
    said
        What the command does.
    more
        Further facts by name.
    """
    packages = ", ".join(f"{k} {v}" for k, v in manifest.get("packages", {}).items() if v)
    facts = {
        **more, "begun": manifest.get("started"), "plan": manifest.get("plan_hash"),
        "recursim": manifest.get("recursim"), "packages": packages,
    }
    return (
        f"<p>{escape(said)}</p>\n<pre><code>{escape(command)}</code></pre>\n"
        f"{web.definitions({k: str(v) for k, v in facts.items() if v})}\n"
        f"<h3>Files in the folder</h3>\n{web.definitions(files)}"
    )
