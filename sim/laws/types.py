"""Annotations that tell `compiled` which machine type a law's argument has."""

from collections.abc import Sequence
from typing import Annotated

Word = Annotated[int, "uint64"]
"""An unsigned 64-bit word: uint64 when compiled, an int in [0, 2**64) in Python."""

Vector = Annotated[Sequence[float], "float64[::1]"]
"""A contiguous float64 array when compiled, any sequence of floats in Python."""
