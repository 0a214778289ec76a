"""What is wrong with a questionnaire that is brought in, an XLSForm above all, and what would be right."""

from __future__ import annotations

FORM_SENTENCES: dict[str, str] = {
    "xlsform_no_sheet": (
        "The workbook has no sheet “{sheet}” (it has: {found}); an XLSForm needs “survey” and “settings”."
    ),
    "xlsform_empty_sheet": "The sheet “{sheet}” has no rows below its header; fill them in.",
    "xlsform_strange_sheet": "The sheet “{sheet}” has no counterpart here; delete it, or put its lists into “choices”.",
    "xlsform_column": (
        "The column “{column}” has no counterpart here and is filled in row {rows}; empty it, or write # "
        "before its name."
    ),
    "xlsform_language": (
        "The language “{found}” cannot be told; write the column as “{column}::Tiếng Việt (vi)”, with the "
        "code in brackets."
    ),
    "xlsform_type": "The type “{found}” has no counterpart here; use one of: {types}, or delete the row.",
    "xlsform_by_itself": (
        "“{found}” would record something about the person or the device without asking, and nothing of that "
        "is kept here; delete the row."
    ),
    "xlsform_repeat": (
        "Questions that repeat (“{found}”) have no counterpart here; write each of them out, or make them a table."
    ),
    "xlsform_group_open": "The group “{name}” is not closed; add a row “end_group” where it ends.",
    "xlsform_group_end": (
        "“end_group” closes a group that was never opened; delete the row, or add “begin_group” above."
    ),
    "xlsform_cell_missing": "“{name}” is empty here; fill it in.",
    "xlsform_words_missing": (
        "The words in “{language}” are missing in “{name}”; fill in the column of that language too."
    ),
    "xlsform_name": (
        "“{found}” cannot be the name of a question; begin with a letter and use unaccented letters, digits "
        "and _, at most 40."
    ),
    "xlsform_name_twice": (
        "The name “{found}” is used in row {row} already (capital letters do not tell names apart); give it "
        "another name."
    ),
    "xlsform_list": "The sheet “choices” has no list “{found}”; it has: {lists}.",
    "xlsform_look": (
        "The appearance “{found}” changes how a question is answered and has no counterpart here; empty the cell."
    ),
    "xlsform_expression": (
        "“{found}” cannot be taken over (from “{part}” on); write it with ${…} = 'x', "
        "selected(), a comparison with a number, and, or, not()."
    ),
    "xlsform_constraint": (
        "“{found}” cannot be taken over (from “{part}” on); write . >= 1 and . <= 9, string-length(.) <= 300 "
        "or count-selected(.) <= 3."
    ),
    "xlsform_unknown_name": (
        "No question “{found}” stands above this row; check the name, or move the row below that question."
    ),
    "xlsform_row_condition": (
        "A row of a table cannot have a condition of its own; put it on the group, or take the question out "
        "of the table."
    ),
    "xlsform_row_type": "“{found}” cannot be a row of a table; rows choose one of a list, “select_one”.",
    "xlsform_piped": "{found} would put an earlier answer into the words, which is not done here; reword the sentence.",
    "xlsform_yes_or_no": (
        "“{found}” is neither yes nor no; conditions are not taken over here; write yes, or leave the cell empty."
    ),
    "xlsform_form_id": (
        "“{found}” cannot be the code of a form; write form_id with unaccented letters, digits and hyphens, "
        "from 2 to 40, a letter first."
    ),
    "xlsform_minutes": (
        "“{found}” is not a number of minutes; write digits, or leave the cell empty to have it reckoned."
    ),
    "xlsform_score": "“{found}” is not a score; write a whole number, for example 4.",
    "xlsform_or_other": (
        "“or_other” needs words that are not there in: {languages}; add the choice to the list, with “other” = yes."
    ),
    "draft_unknown": "There is no draft {code} v{version} any more; look at the list.",
    "upload_missing": "No file was chosen; choose a YAML file or an XLSForm workbook (.xlsx).",
    "upload_kind": (
        "This file is neither YAML text nor an Excel workbook (.xlsx) by its content; save it as one of these "
        "and send it again."
    ),
    "upload_ending": "The name of the file ends in “{found}”; only .yaml, .yml and .xlsx are taken.",
    "confirmation_missing": "Please tick that you have looked at it; a published version can never be changed.",
    "unknown_version": "There is no version “{found}”; write it as code@version, for example {known}.",
}
