"""All controls that are taken out, in the order of the threats in docs/security.md."""

from scripts.security import delivery, estate, identity, trust

CONTROLS = [*identity.CONTROLS, *trust.CONTROLS, *delivery.CONTROLS, *estate.CONTROLS]
