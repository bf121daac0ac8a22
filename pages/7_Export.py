"""Export: the plan workbook and the tables behind it, cut to what the viewer may see."""

from revplan.service import export
from revplan.ui import export_page
from revplan.ui.empty import empty
from revplan.ui.frame import EVERYONE, page
from revplan.words import _

with page(_("Export"), EVERYONE) as viewer:
    plan_set = export_page.choose_plan_set(viewer)
    if not plan_set:
        empty(_("There are no plans yet, so there is nothing to export."), "Home", _("Go to Home"))
    else:
        preview = export.preview(viewer, plan_set)
        export_page.draw_contents(preview, plan_set)
        export_page.draw_files(viewer, preview, plan_set)
