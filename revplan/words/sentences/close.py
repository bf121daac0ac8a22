"""What stands in the way of closing a period, or of a run over closed ones."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

SENTENCES: dict[str, Sentence] = {
    "close.not_over": Sentence(
        N_("{period} cannot be closed: facts count up to {as_of} only."),
        N_("A period is closed when all of it has been counted, since what it pays never changes then."),
        N_("Close an earlier period, or let facts count up to a later day (as_of in book.toml)."),
    ),
    "close.plan_changed": Sentence(
        N_("Version {version} of the plan {plan} paid closed periods, and is no longer what it was."),
        N_("What a closed period paid could not be explained any more."),
        N_("Put the version back as it was, and give other terms a new version of the plan."),
    ),
    "close.plan_changed_since": Sentence(
        N_("Version {version} of the plan {plan} changed after these figures were submitted."),
        N_("What they pay could not be explained by it."),
        N_("Send them back and submit them again."),
    ),
    "close.data_changed": Sentence(
        N_("Data, plans or targets changed while you looked."),
        N_("What would be submitted is not what you saw."),
        N_("Look at the figures again, then submit them."),
    ),
    "close.nothing": Sentence(
        N_("There is nothing to pay in these months."),
        N_("A close keeps what people are paid."),
        N_("Choose a later month, or look at the plans."),
    ),
    "close.note_needed": Sentence(
        N_("Say why in a few words."),
        N_("Whoever submitted the figures has to know what to put right."),
    ),
    "close.paid_too_early": Sentence(
        N_("{day} lies before the first of these months."),
        N_("Pay is not paid before it is earned."),
        N_("Give the day on which it was paid."),
    ),
    "close.closed_otherwise": Sentence(
        N_("The book folder has closed {plan_set} otherwise than it is closed here."),
        N_("A closed period never changes."),
        N_("Import the folder into a workspace of its own, or take its closes out."),
    ),
    "close.closed_before": Sentence(
        N_("The plan set {plan_set} is closed up to {last} already."),
        N_("What a closed period pays never changes; what came late is trued up in the first open month."),
        N_("Name a later period."),
    ),
}
