"""Tables of a Word document: header on every page, no row torn, figures to the right."""

from __future__ import annotations

from itertools import accumulate

from reports.nodes import SetRow, SetTable
from reports.word_marks import Styles, cell, field, paragraph, row, run, table, twips


def numbered(style: str, number: str, caption: str) -> str:
    """A title with a number that Word counts anew when something is put in before it."""
    label, _, count = number.rpartition(" ")
    words = run(f"{label} ") + field(f"SEQ {label.replace(' ', '_')} \\* ARABIC", count) + run(f". {caption}")
    return paragraph(style, words)


def grid(node: SetTable, styles: Styles, room_mm: float) -> str:
    """The table with its title and notes."""
    widths = whole_widths(node.widths, twips(room_mm))
    size = "_small" if node.small else ""
    rows = [
        *head_rows(node, widths, styles[f"column{size}"]),
        *(body_row(each, node, widths, styles, size) for each in node.rows),
    ]
    notes = "".join(paragraph(styles["table_note"], run(note)) for note in node.notes)
    title = numbered(styles["table_caption"], node.number, node.caption)
    return title + table(styles["grid"], widths, rows, node.caption) + notes + paragraph(styles["gap"], "")


def whole_widths(shares: tuple[float, ...], room: int) -> list[int]:
    """The widths of columns, which add up to the room."""
    ends = [round(room * each / 100) for each in accumulate(shares)]
    return [after - before for before, after in zip([0, *ends], [*ends[:-1], room], strict=False)]


def head_rows(node: SetTable, widths: list[int], style: str) -> list[str]:
    """The rows of the header; a cell over two rows goes on in the second."""
    made = []
    for at, cells in enumerate(node.header):
        placed = {each.column: each for each in cells}
        for above in node.header[0] if at else ():
            if above.down > 1:
                placed[above.column] = above
        drawn = []
        for column, each in sorted(placed.items()):
            width = sum(widths[column : column + each.across])
            merge = ("continue" if at else "restart") if each.down > 1 else ""
            words = run(each.text) if merge != "continue" else ""
            drawn.append(cell(width, paragraph(style, words), across=each.across, merge=merge, shade="head"))
        made.append(row(drawn, repeated=True))
    return made


def body_row(found: SetRow, node: SetTable, widths: list[int], styles: Styles, size: str) -> str:
    """A row of figures, or a band across."""
    if found.kind == "band":
        words = paragraph(styles[f"band{size}"], run(found.cells[0]))
        return row([cell(sum(widths), words, across=len(widths), shade="band")])
    strong = styles["strong"] if found.kind == "strong" else ""
    looks = [styles[f"{'figure' if right else 'cell'}{size}"] for right in node.right]
    return row(
        [
            cell(width, paragraph(look, run(words, strong)))
            for width, look, words in zip(widths, looks, found.cells, strict=True)
        ]
    )
