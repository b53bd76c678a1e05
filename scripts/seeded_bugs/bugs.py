"""All bugs, in the order of a record's path."""

from scripts.seeded_bugs import admission, bridge, delivery, order, quarantine, sources

BUGS = [*sources.BUGS, *admission.BUGS, *order.BUGS, *delivery.BUGS, *quarantine.BUGS, *bridge.BUGS]
