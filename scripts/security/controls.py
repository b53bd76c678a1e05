"""All controls that are removed, in the order of the threats in docs/security.md."""

from scripts.security import delivery, deployment, identity, trust

CONTROLS = [*identity.CONTROLS, *trust.CONTROLS, *delivery.CONTROLS, *deployment.CONTROLS]
