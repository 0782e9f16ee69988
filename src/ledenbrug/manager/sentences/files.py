"""Why a file as a whole cannot be taken."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, Promise] = {
    "file_too_large": _("The file is too large."),
    "too_many_rows": _("The file has too many rows; at most %(most)s are read. Cut it in parts."),
    "too_many_columns": _("The file has too many columns to be a list of members."),
    "file_empty": _("The file is empty."),
    "old_workbook": _("This is a workbook of an old Excel (.xls). Save it as .xlsx or CSV and choose that file."),
    "broken_workbook": _("This workbook is damaged and cannot be read. Open it in Excel and save it again."),
    "locked_workbook": _("This workbook is locked with a password. Save it without one and choose that file."),
    "too_large_unpacked": _("Unpacked, this workbook is too large to be a list of members."),
    "not_text": _("This is neither CSV nor a workbook. Save the list in Excel as .xlsx or CSV and choose that file."),
    "no_header": _("No names of columns were found. The first row should hold them, such as Last name and E-mail."),
    "broken_quotes": _("The quotation marks in row %(line)s do not match, so the file cannot be read."),
    "cell_too_long": _("A cell in row %(line)s is too long to be right. Does a quotation mark miss?"),
    "missing_column": _("The column is missing by which members are recognised: %(field)s."),
    "citizen_number_column": _(
        "The column %(column)s holds citizen service numbers. Those may not be kept here: remove the column first."
    ),
    "many_files_wait": _(
        "%(most)s files wait here already. Say yes to one of them above, or throw it away; then choose this file again."
    ),
}
