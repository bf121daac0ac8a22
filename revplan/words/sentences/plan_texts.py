"""What the text of a plan, of targets or of the company can have wrong, as sentences."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

SENTENCES: dict[str, Sentence] = {
    "text.syntax": Sentence(
        N_("The text cannot be read: {detail}."),
        N_("From here on it is not TOML, so nothing in it can be used."),
        N_("Look for a missing quote, bracket or equals sign on this line or just before it."),
    ),
    "text.other_format": Sentence(
        N_("This is format {value}."),
        N_("This version of revplan reads format 1."),
        N_("Write format = 1, or open it with the version that wrote it."),
    ),
    "text.missing_field": Sentence(
        N_("{field} is missing."),
        N_("It has no default."),
        N_("Add {field} here."),
    ),
    "text.misspelt_field": Sentence(
        N_("There is no field {field} here."),
        N_("A misspelt field would otherwise be passed over in silence."),
        N_("Did you mean {suggestion}?"),
    ),
    "text.unknown_field": Sentence(
        N_("There is no field {field} here."),
        N_("A field that means nothing would otherwise be passed over in silence."),
        N_("Remove it, or use one of: {known}."),
    ),
    "text.no_number": Sentence(
        N_("A number is missing ({field})."), N_("Pay is calculated from it."), N_("Fill it in.")
    ),
    "text.not_number": Sentence(
        N_("“{value}” is not a number."),
        N_("Pay is calculated from it."),
        N_('Write it as 0.08, "8%" or 250000, without marks between the thousands.'),
    ),
    "text.not_one_of": Sentence(
        N_("“{value}” is not a choice here."),
        "",
        N_("Use one of: {choices}."),
    ),
    "text.not_date": Sentence(
        N_("“{value}” is not a date."),
        "",
        N_("Write year, month and day without quotes, as in 2026-01-31."),
    ),
    "text.bad_id": Sentence(
        N_("“{value}” cannot be an id."),
        N_("Ids are used in files and links."),
        N_("Use letters, digits, dots, dashes and underscores, up to 64, the first a letter or digit."),
    ),
    "text.bad_owner": Sentence(
        N_("“{value}” does not say whose it is."),
        "",
        N_("Write company, team: and the team's id, or payee: and the payee's id."),
    ),
    "text.empty_list": Sentence(
        N_("{field} has too few entries."),
        "",
        N_("It needs at least {least}."),
    ),
    "text.out_of_range": Sentence(
        N_("{value} is out of range."),
        "",
        N_("The limit is {bound}."),
    ),
    "text.wrong_type": Sentence(
        N_("“{value}” is not what belongs here."),
        "",
        N_("Expected: {expected}."),
    ),
    "text.amounts_or_total": Sentence(
        N_("A year has either amounts or a total, and this one has both or neither."),
        N_("Two ways of saying one thing could disagree."),
        N_("Give amounts, one for each period, or a total."),
    ),
    "text.weights_need_total": Sentence(
        N_("Weights are given without a total."),
        N_("Weights divide a total among the periods."),
        N_("Give the total, or amounts in place of the weights."),
    ),
    "text.share_or_years": Sentence(
        N_("A part of a target is either a share or amounts by year, and this one is both or neither."),
        N_("Two ways of saying one thing could disagree."),
        N_("Give a share, or amounts by year."),
    ),
    "text.anchors_number": Sentence(
        N_("The anchors do not fit the rule of attribution."),
        N_("Each anchor of the rule has a share of its own: position 2, w_shape 3, full_path 4."),
        N_("Give as many shares, or leave them out for the usual ones."),
    ),
}
