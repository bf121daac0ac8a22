"""The command line: the app, and its use cases on a book folder without a browser.

Exit codes: 0 good; 2 when the book, an option or a place to write is wrong, with every problem listed on
standard error; warnings alone leave it 0.
"""

from revplan.cli import commands as commands  # each adds its commands, in the order in which help lists them
from revplan.cli import reach as reach
from revplan.cli import serve as serve
from revplan.cli import simulate as simulate
from revplan.cli import solve as solve
from revplan.cli.shared import app as app
from revplan.cli.shared import main as main
