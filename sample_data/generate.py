"""Make Larkfield Software, the sample company: `python sample_data/generate.py [FOLDER]`.

Writes the canonical tables, targets.toml and uploads/ into the folder (by default this one). book.toml
and plans/ are written by people; they are copied when the folder is another one. The same bytes every
time, on every machine and Python version.
"""

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
if str(HERE.parent) not in sys.path:
    sys.path.insert(0, str(HERE.parent))

from sample_data.company.deals import Market  # noqa: E402
from sample_data.company.leads import make_leads  # noqa: E402
from sample_data.company.records import Books  # noqa: E402
from sample_data.company.tables import all_tables, give_ids, write_table  # noqa: E402
from sample_data.company.target_text import targets_text  # noqa: E402
from sample_data.company.touches import make_touches  # noqa: E402
from sample_data.company.uploads import write_uploads  # noqa: E402


def generate(folder: Path) -> None:
    """Write the whole book folder."""
    folder.mkdir(parents=True, exist_ok=True)
    books = Books()
    Market(books).play()
    make_leads(books)
    make_touches(books)
    give_ids(books)
    tables = all_tables(books)
    for name, rows in tables.items():
        write_table(folder, name, rows)
    (folder / "targets.toml").write_text(targets_text(books), encoding="utf-8", newline="\n")
    write_uploads(folder / "uploads", books, tables["invoices"])
    if folder.resolve() != HERE:
        shutil.copy(HERE / "book.toml", folder / "book.toml")
        shutil.copytree(HERE / "plans", folder / "plans", dirs_exist_ok=True)


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
