"""A control, the change that takes it out, and the test that must notice."""

from dataclasses import dataclass

from scripts.build import ROOT
from scripts.security.proofs import Proof


@dataclass(frozen=True)
class Control:
    # As the table of docs/security.md calls it.
    threat: str
    # What is taken out.
    what: str
    file: str
    # Stands in the file exactly once.
    old: str
    new: str
    proof: Proof

    def is_there(self) -> bool:
        path = ROOT / self.file
        return path.is_file() and path.read_text().count(self.old) == 1

    def speaks_of(self, word: str) -> bool:
        return any(word.lower() in text.lower() for text in (self.threat, self.what, self.file, self.proof.name))
