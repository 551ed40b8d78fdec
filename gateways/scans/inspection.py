"""The process that checks one file: `python -m gateways.scans.inspection MEDIA_TYPE < file`.

It prints JSON: null for a scan, otherwise the code of why it is refused. If it ends by a signal or
with an exit code other than 0, the file could not be checked.
"""

import json
import sys
from typing import Final

from pikepdf.settings import set_qpdf_limits

from domain.refund.scan import MediaType
from domain.refund.statement import MAX_SCAN_BYTES
from gateways.confined import confine
from gateways.scans.pdf import MAX_OBJECTS, problem_of_pdf
from gateways.scans.pictures import problem_of_picture

MAX_STREAM_BYTES: Final = 64 * 1024 * 1024
"""The most bytes that one compressed stream of a PDF may expand to; a scan's objects are small."""


def main(media_type: MediaType) -> int:
    """Checks the file and prints the result."""
    confine()
    content = sys.stdin.buffer.read(MAX_SCAN_BYTES + 1)
    set_qpdf_limits(flate_max_memory=MAX_STREAM_BYTES, parser_max_container_size=MAX_OBJECTS)
    look = problem_of_pdf if media_type is MediaType.PDF else problem_of_picture
    json.dump(look(content), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(MediaType(sys.argv[1])))
