"""What is wrong and what would be right: one English sentence a fault code, also the msgid of its translations."""

from __future__ import annotations

from runtime.form_sentences import FORM_SENTENCES
from runtime.office_sentences import OFFICE_SENTENCES

SENTENCES: dict[str, str] = {
    **FORM_SENTENCES,
    **OFFICE_SENTENCES,
    "unknown_option": "“{found}” is not one of the choices ({options}); choose one of these.",
    "too_many_values": "There are {count} answers where one is asked for; keep one.",
    "exclusive_with_others": "The choice “{option}” stands alone; keep either it or the others.",
    "too_many_choices": "{count} choices are marked and at most {limit} may be; take some away.",
    "number_form": "“{found}” is not a number; write digits only, for example 12 or 3,5.",
    "too_many_decimals": "“{found}” has more than {limit} digits after the decimal mark; round it.",
    "out_of_range": "{found} is outside what is possible here; give a value from {minimum} to {maximum}.",
    "below_minimum": "{found} is below what is possible here; the lowest is {minimum}.",
    "above_maximum": "{found} is above what is possible here; the highest is {maximum}.",
    "date_form": "“{found}” is not a day; write day, month and year, for example 1/5/2024.",
    "no_such_day": "The day {found} is not in the calendar; check day and month.",
    "words_too_long": "The text has {count} characters and at most {limit} fit; shorten it.",
    "bad_character": "The text holds a character that cannot be kept; type it anew instead of pasting it.",
    "too_many_marks": "A letter bears more than {limit} accents; remove the extra ones.",
    "definition_too_large": (
        "The file has {found} characters and at most {limit} are read; check that it is the right file."
    ),
    "yaml_unreadable": "The file is not sound YAML ({problem}); check indentation, quotes and colons at this place.",
    "yaml_alias": "The alias “*{name}” is not allowed; write its content out here.",
    "yaml_too_deep": "Lists and mappings are nested more than {limit} deep; check the indentation.",
    "key_not_text": "The key “{found}” is not text; put it in quotes.",
    "duplicate_key": "The key “{key}” stands here twice; keep one of the two.",
    "not_a_definition": "The file holds {found} instead of keys with values; begin it with “code: …”.",
    "unknown_key": "“{key}” is not a key that is known here; correct its spelling or remove it.",
    "missing_key": "The key “{key}” is missing; add it.",
    "not_text": "{found} stands where text should; write text.",
    "not_quoted": "{found} is read as a number, a day or true/false; put it in quotes so that it stays text.",
    "not_words": "{found} stands where words should; give them by language, for example “vi: …” and “en: …”.",
    "not_a_mapping": "{found} stands where keys with values should; indent “key: value” lines below it.",
    "not_a_list": "{found} stands where a list should; begin each entry with “- ”.",
    "empty_list": "The list is empty; add at least one entry.",
    "not_a_whole_number": "{found} is not a whole number; write digits only, without quotes.",
    "not_a_number": "{found} is not a number; write digits, without quotes.",
    "not_true_or_false": "{found} is neither true nor false; write true or false.",
    "not_a_date": "{found} is not a day; write it as 2024-05-01, without quotes.",
    "code_form": (
        "“{found}” cannot be a code; begin with a letter and use unaccented letters, digits and the mark that "
        "other codes of this kind use."
    ),
    "not_one_of": "{found} is not allowed here; write one of: {limit}.",
    "number_too_small": "{found} is too small; give at least {limit}.",
    "number_too_large": "{found} is too large; give at most {limit}.",
    "text_too_long": "The text of “{key}” is longer than {limit} characters; shorten it.",
    "wrong_value": "{found} cannot stand here; compare with a questionnaire that works.",
    "missing_language": "The words in “{language}” are missing or empty; give them in each of: {languages}.",
    "unknown_language": (
        "The language “{language}” is not among those of this file ({languages}); add it to “languages” or "
        "remove the words."
    ),
    "duplicate_code": "The code “{code}” is used more than once; give each its own code.",
    "reserved_code": "The option code “{code}” is reserved; remove the option and write “na: true” on the question.",
    "option_count": "The list has {count} options; give from 2 to {limit}.",
    "key_not_for_type": (
        "“{key}” does not go with a question of type {type}, only with: {types}; remove it or change the type."
    ),
    "unknown_scale": "There is no scale “{found}”; name one of these: {scales}, or list the options here.",
    "mark_not_for_type": "“{mark}” goes only with questions of type {types}; remove the mark or change the type.",
    "scale_without_scores": "Some options of the scale question “{code}” have no score; give each option one.",
    "yes_no_codes": (
        "A yes_no question has the options “yes” and “no”, not {found}; write just these two codes, in quotes."
    ),
    "max_choices_too_large": "max_choices is {found} but there are only {count} options; lower it or remove it.",
    "bound_kind": (
        "The bound does not fit a question of type {type}; give a number for numbers and a day such as "
        "2024-05-01 for days."
    ),
    "bounds_reversed": "The minimum {minimum} is above the maximum {maximum}; swap them.",
    "unknown_factor": "There is no factor “{found}”; name one of these: {factors}, or add it to “factors”.",
    "empty_factor": "No question belongs to the factor “{factor}”; name it on a question or remove it.",
    "factor_without_block": (
        "The factor “{factor}” has no block although there are blocks; name one of these: {blocks}."
    ),
    "unknown_block": "There is no block “{found}”; name one of these: {blocks}, or add it to “blocks”.",
    "empty_block": "No factor belongs to the block “{block}”; name it on a factor or remove it.",
    "factor_without_scores": (
        "“{code}” counts towards a factor but some of its options have no score; give each option one."
    ),
    "factor_without_satisfied": (
        "“{code}” counts towards a factor but no option is marked as satisfied; write “satisfied: true” on "
        "those that are."
    ),
    "unknown_item": "There is no question with the code “{found}”; correct the code.",
    "general_not_counted": (
        "The general question “{found}” is of type {type} and cannot be counted; name a scale, yes_no or "
        "matrix question."
    ),
    "built_in_words": "There are no built-in words in {language}; write them under “{key}”.",
    "condition_form": (
        "A condition is “question” with one of equals, in, at_least, answered, or else one of all, any, not; "
        "here stands: {found}."
    ),
    "condition_looks_ahead": (
        "The condition looks at “{found}”, which is not asked earlier; move that question up or change the condition."
    ),
    "condition_not_for_type": "“{test}” cannot be used on “{item}”, a question of type {type}; use another test.",
    "short_looks_outside": (
        "This question of the short form depends on “{found}”, which is not in it; mark that one “short: true” too."
    ),
    "questionnaire_name": (
        "The questionnaire is not named clearly; give either “file”, or “code” together with “version”."
    ),
    "file_beside": "“{found}” is not a plain file name; put the file beside the campaign file and give its name only.",
    "closes_before_it_opens": "The campaign closes on {closes}, before it opens on {opens}; correct one of the days.",
    "disclosure_order": "“small” ({small}) is below “minimum” ({minimum}); make it at least as large.",
    "cell_empty": "The cell of column {column} is empty; fill it in.",
    "unit_without_name": "The unit “{code}” lacks a code or a name; give both.",
    "unit_ends_before_it_begins": (
        "The unit “{code}” ends on {to}, before it begins on {from}; correct one of the days."
    ),
    "unknown_level": "“{found}” is not a level; write one of: {levels}.",
    "province_with_parent": "The province “{code}” has a parent “{parent}”; leave the parent empty.",
    "unknown_parent": (
        "The parent “{parent}” of the unit “{code}” does not exist on {day}; correct the code or the days."
    ),
    "parent_level": "The parent “{parent}” of the unit “{code}” is of level {level}; name one of level {levels}.",
    "unit_twice": "Another unit bears the code “{code}” on {day} too; correct the code or end the earlier one first.",
    "link_predecessor": "No unit “{predecessor}” existed before {on}; correct the code or the day.",
    "link_successor": "No unit “{successor}” exists on {on}; correct the code or the day.",
    "link_twice": "The link from “{predecessor}” to “{successor}” stands here twice; keep one.",
    "link_shares": "The shares of “{predecessor}” on {on} add up to {sum}, not 1; correct them.",
    "share_range": "The share {share} is not above 0 and at most 1; correct it.",
    "share_form": "“{found}” is not a share; write for example 1, 0.25 or 1/3.",
    "database_not_prepared": "The database is empty or older than this program. Run `hailong init`.",
    "questionnaire_frozen": (
        "{code} v{version} is kept already with other content, and a kept version never changes. Give the new "
        "wording version {next}."
    ),
    "unknown_questionnaire": "No questionnaire {found} is kept. See `hailong questionnaire list`.",
    "file_missing": "The file {found} is not beside the campaign file. Put it there or correct its name.",
    "file_too_large": "The file has {found}; at most {limit} are read.",
    "not_utf8": "The file is not UTF-8 text (at byte {position}). Save it as UTF-8.",
    "language_without_words": "The questionnaire has no words in “{found}”. Its languages: {known}.",
    "campaign_exists": "A campaign {code} exists already. Choose another code.",
    "no_units": "No unit is valid on {day}. Import units first: `hailong units import FILE`.",
    "unit_not_valid": "No unit {found} is valid on {day}. See `hailong units list --on {day}`.",
    "unknown_campaign": "There is no campaign {found}. See `hailong campaign list`.",
    "move_not_allowed": "A campaign that is {state} cannot become {onward}.",
    "tally_differs": (
        "The kept tally of this cell is not what its responses count up to. "
        "Publish nothing and restore the last backup whose count is right."
    ),
    "sheet_too_large": "The file has {found} MB and at most {limit} MB are read; split it into several files.",
    "sheet_old_excel": (
        "This is an old Excel file (.xls) or one with a password; save it as .xlsx without a password, or as CSV UTF-8."
    ),
    "sheet_not_utf8": "The byte {byte} shows that the file is not UTF-8 text; in Excel save it as “CSV UTF-8”.",
    "sheet_control_character": "The invisible character {found} stands here; delete it or type the cell anew.",
    "sheet_quotes": (
        "The quotation marks of this row do not come in pairs; correct them or save the file anew from Excel."
    ),
    "sheet_empty": "The first row holds no column names; write them there.",
    "sheet_without_rows": "There is no row below the header; check that it is the right file.",
    "sheet_column_unnamed": "This column has no name; name it or delete it.",
    "sheet_column_double": "The column “{column}” is there twice; keep one.",
    "sheet_row_too_long": (
        "The row has {found} cells and the header {columns}; put text that holds the separator in quotation marks."
    ),
    "sheet_cell_too_long": "The cell has {found} characters and at most {limit} fit; shorten it.",
    "sheet_column_missing": "The column “{column}” is missing; the header has: {found}. Add it.",
    "sheet_column_unknown": "The column “{found}” is not known here; correct its name or delete it. Known: {columns}.",
    "sheet_not_workbook": (
        "The file cannot be read as an Excel workbook; open it in Excel and save it as .xlsx or CSV UTF-8."
    ),
    "sheet_macros": "The workbook holds macros; save it as .xlsx, which has none.",
    "sheet_bomb": (
        "The file of {packed} MB unpacks to more than {limit} MB; copy the rows into a new workbook or save "
        "them as CSV UTF-8."
    ),
    "sheet_too_many_cells": (
        "The workbook covers more than {limit} cells; delete what lies beyond the data, or save it as CSV UTF-8."
    ),
    "sheet_too_many_rows": "The sheet has more than {limit} rows; split it into several files.",
    "sheet_formula_error": "The cell shows an error of a formula; correct the formula or write the value.",
    "sheet_full": "A workbook cannot hold so many rows or so long a text; write a .csv file instead.",
    "template_lacks_styles": "The Word template lacks these styles: {names}. Add them, or start from a copy of ours.",
    "template_unreadable": "“{found}” is no Word template; save it in Word as .docx, without macros.",
    "more_faults": "There are {more} more faults; correct those above first.",
    "row_double": "“{found}” stands in row {row} already; keep one of the two.",
    "unit_not_in_campaign": "The campaign has no unit “{found}”; write one of its codes: {known}.",
    "counter_not_in_campaign": "The campaign has no counter “{found}”; see `hailong counters list`.",
    "counter_of_other_unit": "The counter “{found}” does not belong to the unit “{unit}”; correct one of the two.",
    "stratum_not_in_campaign": (
        "The campaign has no stratum “{found}”; import the strata first or correct the code. Known: {known}."
    ),
    "stratum_of_other_unit": "The stratum “{found}” does not belong to the unit “{unit}”; correct one of the two.",
    "day_outside": "{found} is not a day of the campaign, which runs from {opens} to {closes}; correct the day.",
    "duration_form": "“{found}” is not a number of whole seconds; write for example 95, or leave the cell empty.",
    "campaign_frozen": "The campaign {campaign} is {state}; its data can no longer be changed.",
    "counter_code_form": (
        "“{found}” is not a counter code; check it against the poster, or leave the cell empty to be given one."
    ),
    "counter_has_code": (
        "This counter bears the code {code} on its posters, not {found}; correct the code or leave the cell empty."
    ),
    "counter_code_taken": (
        "The code {found} belongs to the counter “{counter}”; leave the cell empty to be given another one."
    ),
    "unknown_counter": "There is no counter with the code “{found}”; see `hailong counters list`.",
    "whole_number_form": "“{found}” is not a whole number; write digits only, for example 1200.",
    "more_issued_than_there": "{issued} forms were issued in a stratum of {size}; correct one of the two numbers.",
    "column_code": "“{code}” is the name of a column in every sheet of responses; give the question another code.",
    "no_counters_to_print": "The campaign {campaign} has no counter in use to print for; import its counters first.",
    "address_unprintable": (
        "The address {found} is too long for a code, or holds accented letters; set another PUBLIC_URL."
    ),
    "backup_there": "There is a file {found} already; a backup never replaces another one. Give a new name.",
    "backup_nothing": "There is no database file to back up or to write to ({found}); check DATABASE_URL.",
    "backup_failed": "The database's own program says: {found}",
    "backup_not_whole": "The copy is not whole ({found}); use an earlier backup, or make a new one.",
    "backup_unknown": "{found} is no backup of this program; name a file that `hailong backup` wrote.",
    "backup_kind": (
        "The file is a backup of {found}, and DATABASE_URL names a database of kind {wanted}; set the address of the "
        "kind that the backup is of."
    ),
    "backup_altered": "The file is not the one whose checksum stands in {found}; use another backup.",
    "backup_newer": (
        "The backup is of version {found}, which this program does not know (its own is {known}); install the program "
        "that wrote it, or a newer one."
    ),
    "place_not_empty": (
        "The database {found} holds tables already, and nothing is ever written over. Set DATABASE_URL to a new, empty "
        "database, restore there, and keep the old one until all is well."
    ),
    "program_missing": "The program {found} is not installed; install the PostgreSQL client programs.",
    "folder_not_empty": "The folder {found} holds something already; name one that is new or empty.",
    "publish_not_locked": (
        "The campaign {campaign} is {state}; close it, lock it with `hailong campaign lock {campaign}`, then publish."
    ),
    "publish_already": (
        "The figures of {campaign} are published; to correct them, unlock it with a reason "
        "(`hailong campaign unlock {campaign}`), correct the data, lock it and publish again."
    ),
    "publish_moved_on": (
        "The campaign {campaign} changed while it was being published; nothing was published. Try again."
    ),
    "published_stays_closed": (
        "Figures of the campaign {campaign} are published, so that it takes no more answers; correct its data by "
        "import and publish again."
    ),
    "reason_needed": "Give the reason: --reason “…”. It stands beside the figures for everybody to read.",
    "embargo_past": "{found} is past; give a later moment, or leave --embargo out.",
    "approval_needed": (
        "The figures of {campaign} are published only when a person agrees; run `hailong publish {campaign}`."
    ),
    "release_disagrees": "The release does not agree with its figures, and was not published: {found}",
    "folder_not_writable": "The files could not be written there ({found}); choose another folder.",
    "emblem_missing": "The emblem {found} could not be read; check its path.",
    "emblem_too_large": "The emblem has {found} bytes and at most {most} are printed; save it smaller.",
    "emblem_unknown_kind": "“{found}” is no picture of a known kind; save the emblem as one of: {kinds}.",
    "emblem_unreadable": "The emblem cannot be drawn: {found}. Save it anew as PNG.",
    "unknown_body": "There is no body “{found}”; name one of these: {known}, or add it to “bodies”.",
    "overseer_without_unit": "The overseer “{found}” is not one unit; name a body that has a “unit”.",
    "body_kind": (
        "The body “{code}” is not clear; give it “unit”, or “levels” together with “under”, or neither for somebody "
        "outside the administration."
    ),
    "unknown_part": "There is no part “{found}”; name one of these: {known}, or add it to “parts”.",
    "deadline_form": (
        "“{found}” cannot be read as a deadline; write for example “Tháng 06/2024”, “Quý I/2025” or “15/7/2024”."
    ),
    "calendar_version": (
        "Another content is kept as version {version} of the calendar {code}; write “version: {next}” and load it "
        "again."
    ),
    "unknown_calendar": "There is no calendar “{found}”; there are: {known}.",
    "no_calendar": "No calendar is kept; run `hailong init`, or `hailong tasks load FILE`.",
    "unknown_task": "The calendar has no task “{found}”; there are: {known}.",
    "unit_not_leading": "“{found}” does not lead the task {code}; it is led by: {known}.",
    "done_in_future": "{found} is still to come; give the day on which it was done.",
    "note_needed": "Say why: --note “…”. It is written into the record of acts.",
    "task_not_done": "The task {code} is not done, so that there is nothing to take back.",
    "task_done_whole": "The task {code} is done as a whole; leave --unit out.",
    "task_done_in_parts": "Of the task {code}, only parts are done ({units}); say whose with --unit.",
    "unknown_report": "“{found}” is not a report that is sent by mail; there are: {known}.",
    "address_form": "“{found}” is not a mail address; write it alone, for example so.noivu@tinh.gov.vn.",
    "file_there": "There is a file {found} already; add --force to replace it, or give another name.",
    "file_unreadable": "The file {file} cannot be read ({reason}); correct the path or its rights.",
    "list_without_units": "The report {report} goes to one list for all; only {known} have lists of units.",
    "unknown_list": (
        "There is no unit “{found}”, nor a body outside the administration ({known}) in a calendar; see "
        "`hailong units list`."
    ),
    "unknown_recipient": "“{found}” is not on the list of the report {report}; see `hailong recipients list`.",
}
