"""Which lines of some files run while a function does."""

import sys
from contextlib import contextmanager


@contextmanager
def watched(files):
    """Yield the lines of the functions in some files that have not run yet, by file.

    A function is watched until all of its lines have run: then it is as quick as ever.

    Parameters
    ----------
    files
        Paths of Python files.

    Returns
    -------
    dict
        By path, the set of line numbers that have not run since.
    """
    left = {str(path): lines(path) for path in files}
    done = {}

    def called(frame, event, argument):
        code = frame.f_code
        missing = left.get(code.co_filename)
        if missing is None or done.get(code):
            return None
        missing.discard(frame.f_lineno)
        own = done.setdefault(code, False) or _lines(code)
        if not own & missing:
            done[code] = True
            return None
        return line

    def line(frame, event, argument):
        left[frame.f_code.co_filename].discard(frame.f_lineno)
        return line

    before = sys.gettrace()
    sys.settrace(called)
    try:
        yield left
    finally:
        sys.settrace(before)


def lines(path):
    """The numbers of the lines of all functions in a file."""
    module = compile(path.read_text(), str(path), "exec")
    return {line for code in _functions(module) for line in _lines(code)}


def _functions(code):
    """The code of all functions within some code; not what a module runs as it is imported."""
    for constant in code.co_consts:
        if hasattr(constant, "co_lines"):
            is_class = "__qualname__" in constant.co_names and "__module__" in constant.co_names
            if code.co_name == "<module>" and "<" in constant.co_name:
                continue  # a comprehension
            yield from [] if is_class else [constant]
            yield from _functions(constant)


def _lines(code):
    """The numbers of a function's own lines."""
    return {line for _, _, line in code.co_lines() if line}
