"""Print the peak memory in MB of merging so many letters, as `merge.py` asks."""

import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from django.conf import settings

settings.configure(USE_I18N=False)

from benchmarks.letter import letter, records
from interactions.merge import compile_template


def main() -> None:
    kind, letters = sys.argv[1], int(sys.argv[2])
    template = compile_template(letter(native=False))
    people = records(letters)
    with open(os.devnull, "wb") as out:
        if kind == "one document":
            template.merge_document(people, out)
        else:
            template.merge_letters(((each["contact_no"], each) for each in people), out)
    # Not ru_maxrss: on Linux it begins with that of the process that started this.
    status = Path("/proc/self/status").read_text()
    print(int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024)


if __name__ == "__main__":
    main()
