"""Keep the sample company's results for the engine's version: `python -m tests.golden.renew`.

Refuses to change what a version pays on the same inputs: a changed cent needs a new ENGINE_VERSION in
revplan/rules/run.py. `--unreleased` overrides that for a version that nobody has been given yet.
"""

import sys

from tests.golden.golden import Golden


def main(arguments: list[str]) -> int:
    """Write the folder of the version; 1 when that is refused."""
    now, version = Golden.of_sample()
    kept = Golden.read(version)
    moved = kept.moved_to(now) if kept else []
    same_inputs = kept is not None and kept.hashes["inputs"] == now.hashes["inputs"]
    print("\n".join(moved) or "Nothing moved.")
    if moved and same_inputs and "--unreleased" not in arguments:
        print(f"Version {version} paid otherwise: give ENGINE_VERSION in revplan/rules/run.py a new value.")
        return 1
    now.write(version)
    print(f"Kept for version {version}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
