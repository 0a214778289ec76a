"""The letterhead and the signature of a Word document: two columns in a table without lines."""

from __future__ import annotations

from reports.decree import MM
from reports.nodes import SetAnnex, SetFoot, SetHead
from reports.word_contents import marked
from reports.word_marks import KEPT, Styles, cell, paragraph, row, rule, run, table, twips
from reports.word_numbering import Numbering

TITLE_ROOM = MM["width"] - MM["left"] - MM["right"]


def letterhead(head: SetHead, styles: Styles) -> str:
    """The beginning of the first page."""
    widths = (twips(MM["left_part"]), twips(MM["right_part"]))
    left = "".join(paragraph(styles["superior"], run(line)) for line in head.superior)
    left += "".join(paragraph(styles["body_name"], run(line)) for line in head.body)
    left += rule(styles["rule"], head.body_rule, MM["left_part"])
    right = paragraph(styles["state"], run(head.state)) + paragraph(styles["motto"], run(head.motto))
    right += rule(styles["rule"], head.motto_rule, MM["right_part"])
    number = paragraph(styles["number"], run(head.number))
    if not head.kind and head.summary:
        number += paragraph(styles["subject"], run(f"V/v {head.summary}"))
    number += paragraph(styles["draft"], run(head.draft)) if head.draft else ""
    day = paragraph(styles["day"], run(head.day))
    rows = [row([cell(widths[0], left), cell(widths[1], right)]), row([cell(widths[0], number), cell(widths[1], day)])]
    return table(styles["frame"], widths, rows) + title(head, styles) + addressed(head, styles)


def title(head: SetHead, styles: Styles) -> str:
    """Type and summary, with the line under them; a letter has neither."""
    if not head.kind:
        return ""
    made = paragraph(styles["kind"], run(head.kind)) + paragraph(styles["summary"], run(head.summary))
    return made + rule(styles["rule"], head.summary_rule, TITLE_ROOM) + paragraph(styles["gap"], "") * 2


def addressed(head: SetHead, styles: Styles) -> str:
    """Those to whom it is addressed: one beside the words, several under them."""
    if not head.to:
        return "" if head.kind else paragraph(styles["gap"], "") * 2
    if len(head.to) == 1:
        return paragraph(styles["to"], run(f"{head.to_words} {head.to[0]}"))
    items = "".join(paragraph(styles["to_item"], run(f"- {name}")) for name in head.to)
    return paragraph(styles["to_many"], run(head.to_words)) + items + paragraph(styles["gap"], "") * 2


def foot(found: SetFoot, styles: Styles, numbering: Numbering) -> str:
    """Recipients and signature."""
    widths = (twips(MM["foot_left"]), twips(MM["foot_right"]))
    left = paragraph(styles["recipients"], run(found.recipients_words))
    dash = numbering.prefix("recipient", "-")
    left += "".join(paragraph(styles["recipient"], run(dash + line)) for line in found.recipients)
    right = "".join(paragraph(styles["authority"], run(line)) for line in found.authority)
    right += (
        paragraph(styles["signer"], run(found.name))
        if found.name
        else paragraph(styles["sign_here"], run(found.sign_here))
    )
    frame = table(styles["frame"], widths, [row([cell(widths[0], left), cell(widths[1], right)])])
    return paragraph(styles["gap"], "", KEPT) + frame


def annex_head(annex: SetAnnex, styles: Styles, mark: int) -> str:
    """The beginning of an annex; `mark` is its number among the headings."""
    return (
        paragraph(styles["annex"], marked(mark, run(annex.number)))
        + paragraph(styles["annex_title"], run(annex.title))
        + paragraph(styles["annex_line"], run(annex.line))
    )
