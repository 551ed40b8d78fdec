"""What the store of files must always hold."""

from db.invariants.invariant import Invariant, invariant

FILE_INVARIANTS: tuple[Invariant, ...] = (
    invariant(
        "a file is kept whole until it is erased",
        """
        SELECT c.sha256, c.status, c.size_bytes, coalesce(sum(octet_length(p.bytes)), 0) AS kept
        FROM file_contents c LEFT JOIN file_pieces p USING (sha256)
        GROUP BY c.sha256
        HAVING coalesce(sum(octet_length(p.bytes)), 0)
            <> CASE c.status WHEN 'erased' THEN 0 ELSE c.size_bytes END
        """,
    ),
)
"""Each compares what is said of a content with its pieces."""
