"""What is wrong in the files of a book folder and can only be put right there, as sentences."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

SENTENCES: dict[str, Sentence] = {
    "book.not_a_file": Sentence(
        N_("This is a folder, or a link to a file that is not there."),
        N_("What the book needs from it would be missing without a word."),
        N_("Put the file in its place, or move this out of the folder."),
    ),
    "book.not_a_folder": Sentence(
        N_("This is a file, or a link to a folder that is not there."),
        N_("What the book needs from it would be missing without a word."),
        N_("Make a folder of this name, with one file for each plan."),
    ),
    "book.closes_not_a_folder": Sentence(
        N_("This is a file, or a link to a folder that is not there."),
        N_("What closed periods paid would be worked out anew."),
        N_("Put the folder closes back as it was."),
    ),
    "book.close_changed": Sentence(
        N_("The file is not what it was when its periods were closed."),
        N_("What a closed period pays never changes."),
        N_("Put the file back as it was, from a copy of the book."),
    ),
    "book.close_unreadable": Sentence(
        N_("What was kept of the closed periods cannot be read."),
        N_("What a closed period pays never changes, and it would be worked out anew."),
        N_("Put the folder back as it was, from a copy of the book."),
    ),
    "book.binary_file": Sentence(
        N_("This is not a text file, whatever its name says."), "", N_("Save it as CSV in UTF-8.")
    ),
    "book.damaged_file": Sentence(
        N_("The file is damaged, or it is not what its name says."),
        "",
        N_("Open it in the program it comes from and save it again, or save it as CSV."),
    ),
    "book.not_text": Sentence(
        N_("The file cannot be read as {encoding}."),
        N_("Some letters would come out wrong."),
        N_("Save it as UTF-8."),
    ),
    "book.header_only": Sentence(
        N_("The file has column names but no rows."), "", N_("Add its rows, or delete the file.")
    ),
    "book.no_header": Sentence(
        N_("Row {header_row} has no column names."),
        N_("Without names nobody can tell which column is which."),
        N_("Write the names of the columns into the first row."),
    ),
    "book.column_twice": Sentence(
        N_("Two columns have this name."), N_("The wrong one could be taken."), N_("Keep one of them.")
    ),
    "book.not_a_date": Sentence(
        N_("“{value}” is not written as year, month and day."), "", N_("Write it like 2026-12-31.")
    ),
    "book.not_a_number": Sentence(
        N_("“{value}” is not a number with a decimal point."), "", N_("Write it like 1234.50.")
    ),
    "book.unknown_choice": Sentence(
        N_("“{value}” is none of the words that can stand here."), "", N_("Write one of {choices}.")
    ),
    "data.no_people": Sentence(
        N_("There are deals, but no people."),
        N_("Nobody can be credited or paid."),
        N_("Add the people: who is in which team, and since when."),
    ),
}
