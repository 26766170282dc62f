"""Where the shipped configurations and studies are: beside the package, or one level up."""

from __future__ import annotations

from pathlib import Path


def configs() -> Path:
    """Return the folder of the shipped configurations."""
    return _shipped("configs")


def experiments() -> Path:
    """Return the folder of the shipped studies."""
    return _shipped("experiments")


def _shipped(name: str) -> Path:
    package = Path(__file__).resolve().parent
    installed = package / name
    return installed if installed.is_dir() else package.parent / name
