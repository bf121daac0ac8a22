"""What Home says needs attention."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

SENTENCES = {
    "home.rejected_rows": Sentence(
        N_("{rows} rows could not be read and are left out."),
        N_("Figures do not count what they hold."),
        N_("Download them from the Data page, correct them and upload them again."),
    ),
    "home.no_quota": Sentence(
        N_("People without a quota this period: {people}, {example} among them."),
        N_("Without a quota there is no attainment, and the component pays nothing."),
        N_("Give each of them a portion of the target."),
    ),
    "home.zero_quota": Sentence(
        N_("People with a quota of 0 this period: {people}, {example} among them."),
        N_("Nothing can be measured against 0, and the component pays nothing."),
        N_("Give each of them a portion of the target."),
    ),
    "home.no_target": Sentence(
        N_("People whose target has no amount this period: {people}, {example} among them."),
        N_("Without an amount there is no attainment, and the component pays nothing."),
        N_("Set the target's amount for this period."),
    ),
    "home.no_incentive": Sentence(
        N_("People on a plan without a target incentive: {people}, {example} among them."),
        N_("Their plan pays a share of it, so it pays nothing."),
        N_("Add the target incentive to the table of people."),
    ),
    "home.no_score": Sentence(
        N_("People whose score is missing this period: {people}, {example} among them."),
        N_("The component pays nothing until it is there."),
        N_("Enter them on the Scores page, or upload them on the Data page."),
    ),
    "home.no_shared_target": Sentence(
        N_("There is no revenue target that teams share."),
        N_("Without one, nobody can see whether pay and the company's result move together."),
        N_("Set one on the Targets page."),
    ),
    "home.next_target_missing": Sentence(
        N_("The shared target has no amount for {period} yet."),
        N_("Plans that count against it will pay nothing then."),
        N_("Set it before the period begins."),
    ),
    "home.paid_while_missing": Sentence(
        N_("{paid_amount} was paid for periods in which the company missed its target ({periods} so far)."),
        N_("Pay and the company's result did not move together."),
        N_("See on the Compare page what other plans would have paid."),
    ),
    "home.unattributed": Sentence(
        N_("Nobody is credited with {number} of the transactions behind {measure} this period."),
        N_("They count for the company, and for no team or person."),
        N_("Check owners, splits and touches on the Data page."),
    ),
}
