"""Random plain data that is made of choices, each a whole number below another.

The words are those of Hypothesis's strategies, but where choices come from is open: from
Hypothesis, which shrinks (`strategy(...)`), or from a seeded generator (`drawn(...)`), which is
many times faster and draws every example anew, large ones as often as small ones. The choice 0
is the simplest.
"""

import random
from functools import cache, wraps

from hypothesis import strategies as st


class Choices:
    """What can be made of choices; `make(choose)` makes it, by calls of `choose(n)`."""

    def __init__(self, make):
        self.make = make

    def map(self, function):
        """A function of it."""
        return Choices(lambda choose: function(self.make(choose)))

    def flatmap(self, function):
        """What is made of the choices that a function of it gives."""
        return Choices(lambda choose: function(self.make(choose)).make(choose))


def strategy(choices):
    """The same as a strategy of Hypothesis."""

    @st.composite
    def drawn_by_hypothesis(draw):
        return choices.make(lambda n: draw(_below(n)))

    return drawn_by_hypothesis()


@cache
def _below(n):
    return st.integers(0, n - 1)


def drawn(choices, number, *, seed):
    """So many of them, one after another; the same for the same seed."""
    return (choices.make(random.Random(f"{seed} {i}").randrange) for i in range(number))


def composite(function):
    """Let a function make choices by `draw`, its first argument."""

    @wraps(function)
    def choices(*args, **named):
        return Choices(lambda choose: function(lambda inner: inner.make(choose), *args, **named))

    return choices


# --- choices ------------------------------------------------------------------------------------


def pick(values):
    """One of some values."""
    return Choices(lambda choose: values[choose(len(values))])


def integers(low, high):
    """A whole number, both ends included."""
    return Choices(lambda choose: low + choose(high - low + 1))


def booleans():
    """False or true."""
    return pick((False, True))


def just(value):
    """Always the same."""
    return Choices(lambda choose: value)


def none():
    """Always nothing."""
    return just(None)


def one_of(options):
    """Made by one of these."""
    return pick(options).flatmap(lambda option: option)


def lists(element, low, high):
    """So many elements, both ends included."""
    return Choices(lambda choose: [
        element.make(choose) for _ in range(low + choose(high - low + 1))
    ])


def subsets(values, low, high):
    """So many of some values, each once."""
    return Choices(lambda choose: permutations(values).make(choose)[
        : low + choose(min(high, len(values)) - low + 1)
    ])


def permutations(values):
    """The values in another order."""

    def make(choose):
        found = list(values)
        for i in range(len(found) - 1):
            j = i + choose(len(found) - i)
            found[i], found[j] = found[j], found[i]
        return found

    return Choices(make)


def fixed(parts):
    """A mapping whose values are made of choices."""
    return Choices(lambda choose: {name: part.make(choose) for name, part in parts.items()})
