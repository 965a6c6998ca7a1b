from odoo import models

from ...tools.arguments import arguments, number
from ...tools.words import say


class MciBooking(models.Model):
    """Who fits best (M6): every score explained, everybody excluded with the reason.

    The facts of all candidates are gathered first, in queries that do not grow with
    their number; then each is ranked from these facts alone.
    """

    _inherit = "mci.booking"

    @arguments(limit=number)
    def rank_candidates(self, limit=10):
        """People of the unit for this booking: pinned first, then by score; last those
        who cannot come, each with the reason.

        :param int limit: how many of each kind; pinned people come always
        :return: list of dicts: ``resource_id``, ``name``, ``score`` (0 to 100; 0 when
            excluded), ``parts`` (list of dicts: ``criterion``, ``weight``, ``points``,
            ``reason``), ``reasons`` (list of sentences), ``excluded`` (sentence or
            False), ``free_hours`` on the days asked, ``next_free`` (first day
            ``YYYY-MM-DD`` of the next 13 weeks from which the hours fit into as many
            days as asked, or False), ``price_unit`` per hour or False, ``pinned`` and
            ``shortlisted``
        :raise AccessError: for whoever may not read the booking
        """
        self.ensure_one()
        self.check_access("read")
        booking = self.sudo()
        facts = booking._mci_gather_candidates()
        rows = [
            booking._mci_rank_candidate(resource, facts)
            for resource in facts["resources"]
        ]
        order = facts["order"]
        rows.sort(
            key=lambda row: (
                not row["pinned"],
                -row["score"] - order.get(row["resource_id"], 0),
                row["name"],
                row["resource_id"],
            )
        )
        limit = max(int(limit or 0), 0)
        able = [row for row in rows if not row["excluded"]]
        unable = [row for row in rows if row["excluded"]]
        return _cut(able, limit) + _cut(unable, limit)

    def _mci_rank_candidate(self, resource, facts):
        free = self._mci_get_free_hours(resource, facts)
        excluded = self._mci_get_exclusion(resource, facts, free)
        parts = self._mci_get_score_parts(resource, facts, free)
        total = sum(part["weight"] for part in parts)
        score = 100 * sum(part["points"] for part in parts) / total if total else 0
        return {
            "resource_id": resource.id,
            "name": resource.name,
            "score": 0.0 if excluded else round(score, 1),
            "parts": parts,
            "reasons": [part["reason"] for part in parts if part["reason"]],
            "excluded": excluded and say(self.env, excluded),
            "free_hours": free,
            "next_free": self._mci_get_next_free(resource, facts),
            "price_unit": facts["prices"].get(resource, False),
            "pinned": resource in facts["pinned"],
            "shortlisted": resource in facts["shortlisted"],
        }

    def action_find_people(self):
        """Open the ranked list of people to choose from."""
        self.ensure_one()
        self.check_access("read")
        pick = self.env["mci.booking.pick"].create({"booking_id": self.id})
        return pick._mci_open()


def _cut(rows, limit):
    return [row for index, row in enumerate(rows) if index < limit or row["pinned"]]
