"""What a reader sees of a figure: its texts and their boxes."""

from itertools import combinations


def texts(figure):
    """All texts that a reader sees, with their boxes in pixels."""
    figure.draw_without_rendering()
    found = [*figure.texts, *(text for legend in figure.legends for text in _of(legend))]
    for ax in figure.axes:
        found += [ax.title, ax._left_title, ax._right_title, *ax.texts]
        if ax.get_legend():
            found += _of(ax.get_legend())
        for axis in (ax.xaxis, ax.yaxis) if ax.axison else ():
            low, high = sorted(axis.get_view_interval())
            every = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
            ticks = [tick for tick in every if low <= tick.get_loc() <= high]
            found += [axis.label, axis.get_offset_text()]
            found += [label for tick in ticks for label in (tick.label1, tick.label2)]
    return [
        (text.get_text(), text.get_window_extent())
        for text in found
        if text.get_visible() and text.get_text().strip()
    ]


def _of(legend):
    return [legend.get_title(), *legend.get_texts()]


def without(names, text):
    """A text without white space, and without the words of names, wherever they are broken."""
    text = "".join(text.split())
    for word in sorted({w for name in names for w in name.split()}, key=len, reverse=True):
        text = text.replace(word, "")
    return text


def assert_legible(figure, names=()):
    """Texts are for people, within the page, and do not cover each other; names are as given."""
    page = figure.bbox.padded(1)
    seen = texts(figure)
    assert len(seen) >= 2
    for text, box in seen:
        assert page.contains(box.x0, box.y0) and page.contains(box.x1, box.y1), text
        assert "nan" not in text and "_" not in without(names, text), text
    for (a, box_a), (b, box_b) in combinations(seen, 2):
        assert not box_a.padded(-1).overlaps(box_b.padded(-1)), (a, b)
