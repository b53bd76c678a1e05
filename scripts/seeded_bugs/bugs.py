"""All bugs, along a record's path."""

from scripts.seeded_bugs import admission, delivery, order, quarantine, sources

BUGS = [*sources.BUGS, *admission.BUGS, *order.BUGS, *delivery.BUGS, *quarantine.BUGS]
