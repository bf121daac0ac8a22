"""`python -m revplan.cli`, as the `revplan` command."""

from revplan.cli import main

main()
