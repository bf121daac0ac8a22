"""What a use case refuses to do, with the reasons as issues."""

from revplan.issues import Issue


class Refused(Exception):
    """It cannot be done; `issues` say why. Nothing was changed."""

    def __init__(self, *issues: Issue) -> None:
        super().__init__(", ".join(issue.code for issue in issues))
        self.issues = issues
