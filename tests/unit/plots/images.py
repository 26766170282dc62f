"""Small grey pictures of figures, to notice when one comes out differently.

A figure is drawn at its default size, made grey, and averaged down to 64 pixels across. Compared
are the pixels where either picture has ink: over whole pages, mostly white, a line that moves
does not count (one run in the place of an ensemble changes the mean by 2 to 5 of 255 only).

The same version of matplotlib gives the same picture, and the references are those of the version
in `constraints.txt`. Other hinting of letters moves axes a little and changes up to 10 of 255.
"""

import os
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

FOLDER = Path(__file__).with_name("images")
WIDTH = 64
TOLERANCE = 4.0
"""Largest mean absolute difference of two pictures that count as the same, of 255."""
INK = 250
"""Grey level below which something is drawn."""
RENEW = "RENEW_IMAGES"
"""Set this variable of the environment to write the references instead of comparing."""


def picture(figure):
    """Return the figure as an array of grey levels, 64 pixels across."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    drawn = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB").convert("L")
    height = round(drawn.height * WIDTH / drawn.width)
    return np.asarray(drawn.resize((WIDTH, height), Image.Resampling.BOX))


def difference(first, second):
    """Return the mean absolute difference where either has ink; another shape is all wrong."""
    if first.shape != second.shape:
        return 255.0
    first, second = first.astype(float), second.astype(float)
    inked = np.minimum(first, second) < INK
    return float(np.abs(first - second)[inked].mean()) if inked.any() else 0.0


def reference(name):
    """Return the stored picture of that name."""
    return np.asarray(Image.open(FOLDER / f"{name}.png"))


def renew(name, figure):
    """Store the picture of a figure as the reference, if that was asked for; say whether."""
    if not os.environ.get(RENEW):
        return False
    FOLDER.mkdir(exist_ok=True)
    Image.fromarray(picture(figure)).save(FOLDER / f"{name}.png", optimize=True)
    return True
