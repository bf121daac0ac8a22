"""What is wrong with a measure of the company's own."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

_LEFT_OUT = N_("The measure is left out, and what counts it pays nothing.")

SENTENCES = {
    "measure.name_taken": Sentence(
        N_("There is another measure named {measure}."),
        _LEFT_OUT,
        N_("Give this one a name of its own."),
    ),
    "measure.unknown_table": Sentence(
        N_("The measure {measure} counts rows of {table}, which cannot be counted."),
        _LEFT_OUT,
        N_("Choose opportunities, leads, touches, quotes, orders, contracts, invoices, payments or usage."),
    ),
    "measure.unknown_column": Sentence(
        N_("The measure {measure} names the column {column}, which {table} does not have."),
        _LEFT_OUT,
        N_("Choose one of the table's columns."),
    ),
    "measure.not_a_date": Sentence(
        N_("The measure {measure} counts by {column}, which is not a date."),
        _LEFT_OUT,
        N_("Choose a column that holds dates."),
    ),
    "measure.not_a_number": Sentence(
        N_("The measure {measure} adds up {column}, which holds no amounts."),
        _LEFT_OUT,
        N_("Choose columns that hold money, or counts and fractions, or none to count the rows."),
    ),
    "measure.mixed_units": Sentence(
        N_("The measure {measure} adds money and counts to each other."),
        _LEFT_OUT,
        N_("Choose columns that all hold money, or none that does."),
    ),
    "measure.factor_of_nothing": Sentence(
        N_("The measure {measure} multiplies {column}, which it neither adds nor takes away."),
        _LEFT_OUT,
        N_("Add the column to the amount, or leave its factor out."),
    ),
    "measure.factor_places": Sentence(
        N_("The measure {measure} multiplies {column} by a number with more than {places} decimals."),
        _LEFT_OUT,
        N_("Write it with at most {places} decimals."),
    ),
    "measure.takes_of_one": Sentence(
        N_("The measure {measure} takes the smallest or largest of its columns, but has fewer than two."),
        _LEFT_OUT,
        N_("Add another column, or take the sum."),
    ),
    "measure.first_of_nothing": Sentence(
        N_("The measure {measure} counts the first row of a period, but does not say of what."),
        _LEFT_OUT,
        N_("Say whether it is the first of an account, a deal or an owner."),
    ),
    "measure.bounds_crossed": Sentence(
        N_("The measure {measure} is to be at least {low} and at most {high}."),
        _LEFT_OUT,
        N_("Make the first the smaller one."),
    ),
    "measure.condition_needs_one_side": Sentence(
        N_("In the measure {measure}, it is not clear what {column} is compared with."),
        _LEFT_OUT,
        N_("Give either a value or another column."),
    ),
    "measure.condition_says_too_much": Sentence(
        N_("In the measure {measure}, {column} is asked to be empty or not, and compared too."),
        _LEFT_OUT,
        N_("Leave out the value and the other column."),
    ),
    "measure.condition_of_two_kinds": Sentence(
        N_("In the measure {measure}, {column} cannot be compared with {other} in this way."),
        _LEFT_OUT,
        N_("Compare two columns of one kind by =, !=, <, <=, > or >=."),
    ),
    "measure.condition_list": Sentence(
        N_("In the measure {measure}, {column} is compared with a list that is empty or out of place."),
        _LEFT_OUT,
        N_("A list of values belongs to “in” and “not in”."),
    ),
    "measure.condition_value": Sentence(
        N_("In the measure {measure}, {column} is compared with {value}, which it can never hold."),
        _LEFT_OUT,
        N_("Write a value as the table has it."),
    ),
}
