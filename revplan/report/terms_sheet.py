"""The workbook's plan terms: who is covered, what counts, how it pays, in words."""

from revplan.report.contents import Contents
from revplan.report.sheets import Sheet
from revplan.words import _


def write_terms(sheet: Sheet, contents: Contents) -> None:
    sheet.title(_("Plan terms"))
