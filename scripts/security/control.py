"""A security control, the change that removes it, and the test that must fail then."""

from dataclasses import dataclass

from scripts.build import ROOT
from scripts.security.proofs import Proof


@dataclass(frozen=True)
class Control:
    # The title of the threat in the table of docs/security.md.
    threat: str
    # What is removed.
    what: str
    file: str
    # Occurs in the file exactly once.
    old: str
    new: str
    proof: Proof

    def occurs_once(self) -> bool:
        path = ROOT / self.file
        return path.is_file() and path.read_text().count(self.old) == 1

    def mentions(self, word: str) -> bool:
        return any(word.lower() in text.lower() for text in (self.threat, self.what, self.file, self.proof.name))
