"""Words: records written one after another, to be placed in the memory of the compiled engine."""

from __future__ import annotations

from collections.abc import Iterable
from math import nan
from typing import Any

import numpy as np

from sim.engines.lowering.layout import LAST_ARGUMENT, NONE
from sim.laws.distributions import DISTRIBUTIONS
from sim.laws.feedback import FEEDBACK_LAWS
from sim.model.feedback import Law
from sim.model.variate import Variate


class Words:
    """Words that will stand from address `at` on.

    Whole numbers (and truth values) become int64 words, or their 64 bits if they are 2**63 or
    more; floats become float64 words.
    """

    def __init__(self, at: int) -> None:
        self.at = at
        self._words = np.zeros(1024, dtype=np.int64)
        self.used = 0

    def record(self, words: int) -> int:
        """Add a record of zeros; return its address."""
        begin = self.used
        self.used += words
        while self.used > len(self._words):
            self._words = np.concatenate([self._words, np.zeros_like(self._words)])
        return self.at + begin

    def put(self, address: int, value: float | int | None) -> None:
        """Write a word; None is -1."""
        place = address - self.at
        if isinstance(value, float):
            self._words.view(np.float64)[place] = value
        elif value is not None and value >= 2**63:
            self._words.view(np.uint64)[place] = value
        else:
            self._words[place] = NONE if value is None else int(value)

    def puts(self, record: int, values: dict[int, Any]) -> None:
        """Write words of a record, by offset."""
        for offset, value in values.items():
            self.put(record + offset, value)

    def table(self, address: int, rows: Iterable[tuple[Any, ...]]) -> None:
        """Write rows one after another; at `address` how many, and where the first is."""
        values = list(rows)
        self.put(address, len(values))
        width = len(values[0]) if values else 0
        first = self.record(len(values) * width)
        self.put(address + 1, first)
        for i, row in enumerate(values):
            self.puts(first + i * width, dict(enumerate(row)))

    def law(self, address: int, law: Law | Variate | None) -> None:
        """Write a law: its kind (or -1 for none), and where its parameters are.

        Before them stand the last argument it was asked for, NaN at first, and its value there.
        """
        if law is None:
            self.put(address, NONE)
            return
        registry: Any = FEEDBACK_LAWS if isinstance(law, Law) else DISTRIBUTIONS
        first = self.record(2 + len(law.law)) + 2
        self.puts(address, {0: registry.id(law.kind), 1: first, 2: len(law.law)})
        self.put(first + LAST_ARGUMENT, nan)
        self.puts(first, {i: float(value) for i, value in enumerate(law.law)})

    def array(self) -> Any:
        """Return all words as int64."""
        return self._words[: self.used].copy()
