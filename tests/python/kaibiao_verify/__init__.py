"""An independent reader of Kaibiao dossiers, written from docs/record-format.md alone.

Invariant: nothing in this package knows the platform's programs; where it
disagrees with them, the document decides.
"""
