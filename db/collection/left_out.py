"""Whether a letter leaves a debt out."""

LEFT_OUT = """
    SELECT gone.reason FROM collection_letter_changes gone
     WHERE gone.letter_id = line.letter_id AND gone.collection_id = line.collection_id
       AND gone.debt_kopecks = 0 AND NOT EXISTS (
           SELECT FROM collection_letter_changes later
            WHERE later.letter_id = gone.letter_id AND later.collection_id = gone.collection_id
              AND later.at > gone.at)
"""
"""Why a letter does not ask for the debt of its `line`, by the last change of it."""
