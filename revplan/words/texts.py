"""Sentences that the pages and the command line both say, and that are about no data."""

from revplan.words import _


def no_driver(package: str, install: str) -> str:
    """The records' database needs a package that is not there."""
    return _(
        "The database named by REVPLAN_DATABASE_URL needs the Python package {package}, which is not "
        "installed. Install it where revplan runs: {install}"
    ).format(package=package, install=install)
