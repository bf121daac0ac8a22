"""What can be wrong with a file, a row, or the rows of two tables together, as sentences."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

_FILES: dict[str, Sentence] = {
    "data.empty_file": Sentence(N_("The file is empty."), "", N_("Export it again, or choose another file.")),
    "data.header_only": Sentence(
        N_("The file has column names but no rows."),
        "",
        N_("Export it again with its rows, or choose another header row."),
    ),
    "data.no_header": Sentence(
        N_("Row {header_row} has no column names."),
        N_("Without names nobody can tell which column is which."),
        N_("Choose the row that holds the column names."),
    ),
    "data.binary_file": Sentence(
        N_("This is not a text file, whatever its name says."),
        "",
        N_("Upload CSV, TSV, Excel or Parquet; if it is text in UTF-16, choose that encoding."),
    ),
    "data.wrong_encoding": Sentence(
        N_("The file cannot be read as {encoding}."),
        N_("Some letters would come out wrong."),
        N_("Choose another encoding, or save the file as UTF-8."),
    ),
    "data.encoding_likely": Sentence(
        N_("The file is not UTF-8; it is read as {encoding}, the usual encoding of Western Europe."),
        N_("Letters of other languages may come out wrong."),
        N_("If names below look wrong, choose another encoding (cp1254 for Turkish)."),
    ),
    "data.wrong_delimiter": Sentence(
        N_("“{delimiter}” cannot separate columns."),
        "",
        N_("Choose a comma, semicolon, tab or vertical bar."),
    ),
    "data.broken_quotes": Sentence(
        N_("A quotation mark is opened here and not closed properly."),
        N_("Everything after it would end up in one cell."),
        N_("Repair the quotation marks of this row, or export the file again."),
    ),
    "data.file_too_large": Sentence(
        N_("The file is larger than revplan reads (200 MB, or 2 GB unpacked)."),
        "",
        N_("Split it, or save it as Parquet."),
    ),
    "data.too_many_rows": Sentence(
        N_("The file has more than {most} rows."), "", N_("Split it by year or quarter.")
    ),
    "data.too_many_columns": Sentence(
        N_("The file has more than {most} columns."), "", N_("Remove the columns that are not needed.")
    ),
    "data.password": Sentence(
        N_("The workbook is protected by a password."), "", N_("Save it without a password.")
    ),
    "data.damaged_file": Sentence(
        N_("The file is damaged and cannot be opened."),
        "",
        N_("Open it in the program it comes from, save it again and upload that."),
    ),
    "data.no_sheet": Sentence(
        N_("The workbook has no visible sheet with cells."), "", N_("Unhide one of its sheets.")
    ),
    "data.unknown_sheet": Sentence(
        N_("The workbook has no sheet “{sheet}”."), "", N_("Choose one of its sheets.")
    ),
    "data.nested_column": Sentence(
        N_("This column holds lists or records, not single values."), "", N_("Leave it out of the file.")
    ),
    "data.duplicate_header": Sentence(
        N_("Two columns have the same name; the later one is called “{renamed}” here."),
        N_("The wrong one could be taken."),
        N_("Check which of the two is used."),
    ),
    "data.unnamed_column": Sentence(
        N_("A column with values has no name."), "", N_("Name it if its values are needed.")
    ),
    "data.unknown_table": Sentence(
        N_("Nobody can tell from its column names what this file holds."),
        "",
        N_("Choose what it holds."),
    ),
    "data.column_missing": Sentence(
        N_("A column that is always needed has not been found: {fields}."),
        N_("Without it no row can be used."),
        N_("Choose the column of the file that holds it."),
    ),
    "data.other_columns_fit": Sentence(
        N_("“{others}” could be meant by {fields} too."),
        N_("The wrong column would change what is counted."),
        N_("If this one is not meant, choose the other under Columns."),
    ),
    "data.column_used_twice": Sentence(
        N_("This column is used for {fields}."),
        N_("One of them may be meant for another column of the file."),
        N_("Check both under Columns."),
    ),
    "data.same_file": Sentence(
        N_("This very file was accepted before, as {batch} on {day}."),
        N_("Accepting it again changes nothing, unless you read it in another way."),
    ),
}

_NOTATIONS: dict[str, Sentence] = {
    "data.decimal_mark_likely": Sentence(
        N_("The numbers could be read in two ways; “{value}” is taken as the decimal mark."),
        N_("1,234 is one number to an American and another to a German."),
        N_("If the amounts below look wrong, choose the other decimal mark."),
    ),
    "data.decimal_mark_mixed": Sentence(
        N_("Some numbers use a decimal point and others a decimal comma; “{value}” is taken."),
        N_("Rows that do not follow it are rejected."),
        N_("Write the column in one way."),
    ),
    "data.date_order_likely_dmy": Sentence(
        N_("The dates could be read in two ways; the day is taken as the first number."),
        "",
        N_("If the dates below look wrong, choose another order."),
    ),
    "data.date_order_likely_mdy": Sentence(
        N_("The dates could be read in two ways; the month is taken as the first number."),
        "",
        N_("If the dates below look wrong, choose another order."),
    ),
    "data.date_order_mixed_dmy": Sentence(
        N_("The dates are written in more than one way; the day is taken as the first number."),
        N_("Rows that do not follow it are rejected."),
        N_("Write the column in one way."),
    ),
    "data.date_order_mixed_mdy": Sentence(
        N_("The dates are written in more than one way; the month is taken as the first number."),
        N_("Rows that do not follow it are rejected."),
        N_("Write the column in one way."),
    ),
    "data.date_order_mixed_ymd": Sentence(
        N_("The dates are written in more than one way; the year is taken as the first number."),
        N_("Rows that do not follow it are rejected."),
        N_("Write the column in one way."),
    ),
    "data.percents_likely": Sentence(
        N_("Numbers without a percent sign are taken as percent: 50 is half."),
        N_("Some are too large to be fractions."),
        N_("If that is wrong, choose how percentages are written."),
    ),
    "data.rounded": Sentence(
        N_("Rounded: {values} values such as {value} have more decimals than are kept."),
        N_("Halves are rounded away from zero."),
    ),
}

_VALUES: dict[str, Sentence] = {
    "data.required_is_empty": Sentence(N_("A value that is always needed is empty."), "", N_("Fill it in.")),
    "data.row_too_long": Sentence(
        N_("The row has more cells than there are columns."),
        N_("Its values may stand in the wrong columns."),
        N_("Look for a separator inside a text, and put that text in quotation marks."),
    ),
    "data.not_an_amount": Sentence(
        N_("“{value}” is no amount of money."), "", N_("Write it like 1,234.50, 250k or 1.234,50 €.")
    ),
    "data.not_a_number": Sentence(
        N_("“{value}” is not a number in the notation of its column."),
        "",
        N_("Write it like the others, or choose another decimal mark."),
    ),
    "data.not_a_whole_number": Sentence(N_("“{value}” is not a whole number."), "", N_("Round it.")),
    "data.number_too_large": Sentence(
        N_("“{value}” has more digits than any real amount."), "", N_("Check it.")
    ),
    "data.two_currencies": Sentence(
        N_("The amount names two currencies: {value}."),
        N_("It would be counted in the wrong one."),
        N_("Keep one of them."),
    ),
    "data.foreign_currency": Sentence(
        N_("{value} is in another currency than the company's, and this table has no currency column."),
        "",
        N_("Write it in the company's currency."),
    ),
    "data.not_a_currency": Sentence(
        N_("“{value}” is no currency."), "", N_("Write its three letters, such as USD.")
    ),
    "data.not_a_date": Sentence(N_("“{value}” is not a date."), "", N_("Write it like 2026-12-31.")),
    "data.no_such_day": Sentence(
        N_("There is no such day as {value}, or it lies too far away."), "", N_("Correct it.")
    ),
    "data.date_order": Sentence(
        N_("“{value}” does not fit the order of day, month and year of its column."),
        "",
        N_("Write it like 2026-12-31, or choose another order."),
    ),
    "data.not_a_period": Sentence(
        N_("“{value}” is not a period."), "", N_("Write 2026, 2026-H1, 2026-Q3 or 2026-07.")
    ),
    "data.unknown_choice": Sentence(
        N_("Nobody knows what “{value}” stands for."), "", N_("Choose what it stands for.")
    ),
    "data.unknown_team": Sentence(
        N_("The company has no team “{value}”."),
        N_("People without a team share no target and are on no team's plan."),
        N_("Use the id or name of a team."),
    ),
    "data.duplicate_key": Sentence(
        N_("{value} stands in row {first} already, with other values."),
        N_("Only one of the two can be right."),
        N_("Keep the right one."),
    ),
    "data.repeated_rows": Sentence(N_("Rows that say the same as an earlier one: {rows}. They count once.")),
}

_UNCREDITED = N_("What they did would be credited to nobody.")
_UPLOAD_PEOPLE = N_("Choose who is meant, or upload the person first.")

_REFERENCES: dict[str, Sentence] = {
    "data.unknown_payee": Sentence(
        N_("Nobody is called “{value}” (rows: {rows})."), _UNCREDITED, _UPLOAD_PEOPLE
    ),
    "data.perhaps_payee": Sentence(
        N_("Nobody is called “{value}” (rows: {rows}). Did you mean {suggestion}?"),
        _UNCREDITED,
        N_("Confirm who is meant below."),
    ),
    "data.unknown_payees": Sentence(
        N_("Names of people that are not known: {values} (rows: {rows}), such as {examples}."),
        _UNCREDITED,
        N_("Upload the people first, or check that this is the right column."),
    ),
    "data.unknown_accounts": Sentence(
        N_("Accounts that are not known yet: {values} (rows: {rows}), such as {examples}."),
        N_("Retention, customer-success credit and segments need the account."),
        N_("Upload the accounts too; the rows are kept as they are."),
    ),
    "data.unknown_contacts": Sentence(
        N_("Contacts that are not known yet: {values} (rows: {rows}), such as {examples}."),
        "",
        N_("Upload the contacts too if they are needed; the rows are kept as they are."),
    ),
    "data.share_and_amount": Sentence(
        N_("The cancellation {value} gives both a share and an amount."),
        N_("They may contradict each other."),
        N_("Keep one of them; leave both empty when the whole deal was cancelled."),
    ),
    "data.cancels_nothing": Sentence(
        N_("{rows} cancellations are of deals that are not there, such as {examples}."),
        N_("Nothing is taken back for them."),
        N_("Add the deals, or correct the ids in the table of cancellations."),
    ),
    "data.refers_to_no_payees": Sentence(
        N_("Rows that name people who are not on the list of people: {rows}, such as {examples}."),
        _UNCREDITED,
        N_("Add them to the people, or correct the ids."),
    ),
    "data.refers_to_no_accounts": Sentence(
        N_("Rows that name accounts that are not there: {rows}, such as {examples}."),
        N_("Retention, customer-success credit and segments leave them out."),
        N_("Add the accounts, or correct the ids."),
    ),
    "data.refers_to_no_contacts": Sentence(
        N_("Rows that name contacts that are not there: {rows}, such as {examples}."),
        "",
        N_("Add the contacts, or correct the ids."),
    ),
    "data.refers_to_no_leads": Sentence(
        N_("Rows that name leads that are not there: {rows}, such as {examples}."),
        N_("Marketing is not credited for them."),
        N_("Add the leads, or correct the ids."),
    ),
    "data.refers_to_no_opportunities": Sentence(
        N_("Rows that name opportunities that are not there: {rows}, such as {examples}."),
        N_("Credit by opportunity leaves them out."),
        N_("Add the opportunities, or correct the ids."),
    ),
    "data.refers_to_no_contracts": Sentence(
        N_("Rows that name contracts that are not there: {rows}, such as {examples}."),
        "",
        N_("Add the contracts, or correct the ids."),
    ),
    "data.refers_to_no_invoices": Sentence(
        N_("Rows that name invoices that are not there: {rows}, such as {examples}."),
        "",
        N_("Add the invoices, or correct the ids."),
    ),
}

_ACROSS: dict[str, Sentence] = {
    "data.key_twice": Sentence(
        N_("{value} is there {rows} times."),
        N_("It would be counted more than once."),
        N_("Keep one row of it."),
    ),
    "data.splits_not_whole": Sentence(
        N_("The splits of {opportunity} add up to {sum}, not to 100%."),
        N_("More or less than the whole deal would be credited."),
        N_("Correct the shares so that they add up to 100%."),
    ),
    "data.score_beyond_belief": Sentence(
        N_("{measure} has scores of {value} and the like ({rows} rows)."),
        N_("A score is a share: written without a percent sign, 92 is 92 times the whole."),
        N_("Add the percent sign, unless it counts something, such as shares of a pool."),
    ),
    "data.cancelled_beyond_whole": Sentence(
        N_("{cancelled_share} of {value} is cancelled."),
        N_("No more than the whole can be taken back; what is over is cut off."),
        N_("Correct the shares, or remove a cancellation that was entered twice."),
    ),
    "data.ends_before_start": Sentence(
        N_("{value} ends on {ends}, and starts on {starts}."),
        N_("Ends are exclusive: a row must start before it ends."),
        N_("Correct one of the dates."),
    ),
    "data.payee_overlaps": Sentence(
        N_("{value} is in two rows at once: one ends on {ends}, the next starts on {next}."),
        N_("A person is in one team at a time."),
        N_("Let the earlier row end where the next one starts."),
    ),
    "data.negative": Sentence(
        N_("{value} has a value below zero where only zero or more makes sense."), "", N_("Correct it.")
    ),
    "data.rate_is_zero": Sentence(
        N_("An exchange rate of 0 makes every amount worth nothing."), "", N_("Correct it.")
    ),
    "data.won_after_as_of": Sentence(
        N_("Won deals that close after {as_of}: {rows}, such as {examples}."),
        N_("Facts after that date do not count yet."),
        N_("Check their close dates, or move the date up to which facts count."),
    ),
    "data.as_of_to_come": Sentence(
        N_("Facts count up to {as_of}, and today is {today}."),
        N_("Periods that are not over would show as final."),
        N_("Let facts count up to today, or to the last day of the period that you look at."),
    ),
    "data.as_of_far": Sentence(
        N_("Facts count up to {as_of}, but the newest one is of {newest}."),
        N_("The periods between show as over, with nothing in them."),
        N_("Upload what is missing, or let facts count up to an earlier day."),
    ),
    "data.no_fx_rate": Sentence(
        N_("Rows in {currency}: {rows}. There is no rate from {currency} to {company_currency}."),
        N_("Such amounts cannot be counted."),
        N_("Add the rate to the exchange rates."),
    ),
    "data.fx_rate_starts_later": Sentence(
        N_("Rates from {currency} to {company_currency} start on {starts}; amounts start on {earliest}."),
        N_("Amounts before the first rate cannot be counted."),
        N_("Add an earlier rate to the exchange rates."),
    ),
}

_BOOK: dict[str, Sentence] = {
    "book.no_folder": Sentence(
        N_("There is no such folder."), "", N_("Name the folder that holds book.toml.")
    ),
    "book.no_book_toml": Sentence(
        N_("The folder has no book.toml."),
        N_("It names the company, its calendar, money and teams."),
        N_("Write one as docs/book.md shows."),
    ),
    "book.unreadable_file": Sentence(N_("The file cannot be read."), "", N_("Check its permissions.")),
    "book.unknown_time_zone": Sentence(
        N_("There is no time zone “{value}”."),
        N_("Moments become dates in the company's time zone."),
        N_("Write a name such as Europe/Istanbul or America/New_York."),
    ),
    "book.plan_twice": Sentence(
        N_("Version {version} of this plan is in {first} already."),
        N_("A plan's version is written once."),
        N_("Give it a new version number, or delete one of the two."),
    ),
    "book.plan_used": Sentence(
        N_("Version {version} of this plan has been used here with another text."),
        N_("What people were paid by does not change afterwards."),
        N_("Give the changed plan a new version number."),
    ),
    "book.target_twice": Sentence(
        N_("This target is in {first} already."), "", N_("Delete one of the two, or give it another id.")
    ),
    "book.table_twice": Sentence(
        N_("The table is there more than once: {files}."), "", N_("Keep one of the files.")
    ),
    "book.unknown_file": Sentence(
        N_("No table has the name of this file; it was not read."),
        "",
        N_("Rename it to {suggestion}, or move it out of the folder."),
    ),
    "book.missing_column": Sentence(
        N_("The column is not there."), N_("It is always needed."), N_("Add it; docs/book.md lists all.")
    ),
    "book.unknown_column": Sentence(
        N_("No column has this name."),
        N_("A misspelt column would be lost without a word."),
        N_("Rename it to {suggestion}, or remove it."),
    ),
    "book.not_utf8": Sentence(
        N_("The file is not UTF-8; it was read as cp1252."),
        N_("Letters outside English may be wrong."),
        N_("Save it as UTF-8."),
    ),
    "book.target_disagrees": Sentence(
        N_("The target says “{value}” here and “{earlier}” in row {first}."),
        "",
        N_("Say the same in both, or leave it empty after the first row."),
    ),
    "book.other_grain": Sentence(
        N_("The period {value} is not a {grain}, as the target's other periods are."), "", N_("Correct it.")
    ),
    "book.period_twice": Sentence(
        N_("The period {value} of {owner} is there twice."), "", N_("Keep one of the two.")
    ),
    "book.missing_periods": Sentence(
        N_("{owner} has no amount for some periods of the year: {periods}."),
        "",
        N_("Add them, with 0 if need be."),
    ),
    "book.bad_target": Sentence(
        N_("“{value}” cannot stand here."), "", N_("See targets.csv in docs/book.md.")
    ),
}

SENTENCES: dict[str, Sentence] = {**_FILES, **_NOTATIONS, **_VALUES, **_REFERENCES, **_ACROSS, **_BOOK}
