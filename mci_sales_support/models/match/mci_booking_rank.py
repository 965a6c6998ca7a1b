from collections import defaultdict
from datetime import timedelta

from odoo import models

from ...tools.arguments import arguments, number

# Points of each criterion; a price weighs only where the deal does not command (M6).
WEIGHTS = {"skill": 35, "level": 20, "free": 20, "history": 15, "load": 10}
PRICE_WEIGHT = 10
LOAD_WINDOW = timedelta(days=28)


class MciBooking(models.Model):
    """Who fits best (M6): every score explained, everybody excluded with the reason."""

    _inherit = "mci.booking"

    @arguments(limit=number)
    def rank_candidates(self, limit=10):
        """People of the unit for this booking, best first, then who cannot come.

        :param int limit: how many of each kind
        :return: list of dicts: ``resource_id``, ``name``, ``score`` (0 to 100),
            ``reasons`` (list of sentences), ``excluded`` (sentence or False),
            ``free_hours`` in the window, ``price_unit`` per hour or False
        """
        self.ensure_one()
        self.check_access("read")
        facts = self.sudo()._mci_gather_candidates()
        rows = [
            facts["booking"]._mci_rank_candidate(resource, facts)
            for resource in facts["resources"]
        ]
        rows.sort(key=lambda row: (-row["score"], row["name"], row["resource_id"]))
        able = [row for row in rows if not row["excluded"]]
        unable = [row for row in rows if row["excluded"]]
        return able[:limit] + unable[:limit]

    # ------------------------------------------------------------------
    # Facts of all candidates, in queries that do not grow with their number
    # ------------------------------------------------------------------

    def _mci_gather_candidates(self):
        seats = self.env["mci.center.seat"].search(
            [
                ("center_id", "=", self.center_id.id),
                ("date_from", "<=", self.date_start.date()),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", self.date_stop.date()),
            ]
        )
        resources = seats.resource_id.filtered("active")
        first = (self.date_start - timedelta(days=1)).date()
        last = (self.date_stop + timedelta(days=1)).date()
        return {
            "booking": self,
            "resources": resources,
            "seats": seats.filtered(
                lambda seat: seat.function_id == self.function_id
            ).resource_id,
            "free": resources._mci_get_free(first, last, ignore=self),
            "skills": self._mci_gather_skills(resources),
            "history": self._mci_gather_history(resources),
            "load": self._mci_gather_load(resources),
            "prices": self._mci_gather_prices(resources),
            "level": self.request_line_id.level_id,
            "levels": (self.request_line_id.level_id | resources.mci_level_id)
            .sorted("sequence")
            .ids,
        }

    def _mci_gather_skills(self, resources):
        """:return: ``{resource: progress of the level valid on the days, 0 to 100}``"""
        if not self.skill_id:
            return {}
        skills = self.env["hr.employee.skill"].search(
            [
                ("skill_id", "=", self.skill_id.id),
                ("employee_id.resource_id", "in", resources.ids),
            ]
        )
        result = {}
        stop = self.date_stop.date()
        for skill in skills:
            valid = not skill.valid_to or skill.valid_to >= stop
            resource = skill.employee_id.resource_id
            known = result.get(resource, (False, 0))
            result[resource] = max(known, (valid, skill.level_progress))
        return result

    def _mci_gather_history(self, resources):
        """:return: ``{resource: (with this customer, with this team)}`` as booleans"""
        groups = self.env["mci.booking"]._read_group(
            [
                ("resource_id", "in", resources.ids),
                ("state", "=", "done"),
                "|",
                ("partner_id", "=", self.lead_id.partner_id.id or -1),
                ("team_id", "=", self.lead_id.team_id.id or -1),
            ],
            ["resource_id", "partner_id", "team_id"],
        )
        result = defaultdict(lambda: (False, False))
        for resource, partner, team in groups:
            customer, colleagues = result[resource]
            result[resource] = (
                customer or bool(partner and partner == self.lead_id.partner_id),
                colleagues or bool(team and team == self.lead_id.team_id),
            )
        return result

    def _mci_gather_load(self, resources):
        """:return: ``{resource: share of the capacity taken around the booking}``"""
        first = (self.date_start - LOAD_WINDOW).date()
        last = (self.date_stop + LOAD_WINDOW).date()
        capacity = resources._mci_get_capacity(first, last)
        used = resources._mci_get_used(first, last, ignore=self)
        return {
            resource: min(
                sum(used[resource].values()) / (sum(capacity[resource].values()) or 1),
                1,
            )
            for resource in resources
        }

    def _mci_gather_prices(self, resources):
        keys = {
            resource: (
                self.function_id.id,
                self._mci_get_price_level(resource.mci_level_id).id,
                self.center_id.id,
                self.center_id.company_id.id,
                self.date_start.date(),
            )
            for resource in resources
        }
        prices = self._mci_get_prices(list(set(keys.values())))
        return {
            resource: prices[key]["price_unit"]
            for resource, key in keys.items()
            if key in prices
        }

    # ------------------------------------------------------------------
    # One candidate
    # ------------------------------------------------------------------

    def _mci_rank_candidate(self, resource, facts):
        first, last = self._mci_get_window_of(resource)
        free = round(
            sum(
                hours
                for day, hours in facts["free"][resource].items()
                if first <= day <= last
            ),
            2,
        )
        parts = self._mci_get_score_parts(resource, facts, free)
        total = sum(weight for _share, weight, _reason in parts)
        score = sum(share * weight for share, weight, _reason in parts) * 100 / total
        excluded = self._mci_get_exclusion(resource, facts, free)
        return {
            "resource_id": resource.id,
            "name": resource.name,
            "score": 0.0 if excluded else round(score, 1),
            "reasons": [reason for _share, _weight, reason in parts if reason],
            "excluded": excluded,
            "free_hours": free,
            "price_unit": facts["prices"].get(resource, False),
        }

    def _mci_get_window_of(self, resource):
        last_moment = max(self.date_stop - timedelta(seconds=1), self.date_start)
        return (
            resource._mci_to_local(self.date_start).date(),
            resource._mci_to_local(last_moment).date(),
        )

    def _mci_get_exclusion(self, resource, facts, free):
        if resource not in facts["seats"]:
            return self.env._(
                "No position as %(function)s in %(unit)s on these days",
                function=self.function_id.name,
                unit=self.center_id.name,
            )
        if self.skill_id:
            valid, progress = facts["skills"].get(resource, (False, False))
            if progress is False:
                return self.env._("Has not the skill %s", self.skill_id.name)
            if not valid:
                return self.env._("The skill %s has expired", self.skill_id.name)
            if progress < self.skill_level_id.level_progress:
                return self.env._(
                    "The skill %(skill)s is below %(level)s",
                    skill=self.skill_id.name,
                    level=self.skill_level_id.name,
                )
        if round(free - self.hours, 2) < 0:
            return self.env._(
                "%(free)s free hours, %(needed)s needed",
                free=f"{free:g}",
                needed=f"{self.hours:g}",
            )
        return False

    def _mci_get_score_parts(self, resource, facts, free):
        """:return: ``[(share from 0 to 1, weight, sentence), …]``"""
        parts = [
            self._mci_score_skill(resource, facts),
            self._mci_score_level(resource, facts),
            (
                min(free / (2 * self.hours), 1),
                WEIGHTS["free"],
                self.env._("%s free hours in the window", f"{free:g}"),
            ),
            self._mci_score_history(resource, facts),
            (
                1 - facts["load"][resource],
                WEIGHTS["load"],
                self.env._(
                    "%s %% booked in the weeks around",
                    round(facts["load"][resource] * 100),
                ),
            ),
        ]
        if self.lead_id.mci_tier != "delivery_center":
            parts.append(self._mci_score_price(resource, facts))
        return [part for part in parts if part]

    def _mci_score_skill(self, resource, facts):
        if not self.skill_id:
            return False
        _valid, progress = facts["skills"].get(resource, (False, 0))
        return (
            progress / 100,
            WEIGHTS["skill"],
            self.env._(
                "%(skill)s at %(progress)s %%",
                skill=self.skill_id.name,
                progress=progress,
            ),
        )

    def _mci_score_level(self, resource, facts):
        wanted, level = facts["level"], resource.mci_level_id
        if not wanted or not level:
            return False
        # One level off costs a third, above or below: better people cost more.
        levels = facts["levels"]
        gap = abs(levels.index(level.id) - levels.index(wanted.id))
        return (
            max(1 - gap / 3, 0),
            WEIGHTS["level"],
            self.env._(
                "%(level)s, %(wanted)s wanted", level=level.name, wanted=wanted.name
            ),
        )

    def _mci_score_history(self, resource, facts):
        customer, team = facts["history"][resource]
        reason = False
        if customer:
            reason = self.env._("Worked for this customer")
        elif team:
            reason = self.env._("Worked with this team")
        return (1 if customer else 0.6 if team else 0, WEIGHTS["history"], reason)

    def _mci_score_price(self, resource, facts):
        price = facts["prices"].get(resource)
        if not price:
            return False
        cheapest = min(facts["prices"].values())
        return (
            cheapest / price,
            PRICE_WEIGHT,
            self.env._("%s an hour", f"{price:g}"),
        )

    def action_find_people(self):
        """Open the ranked list of people to choose from."""
        self.ensure_one()
        pick = self.env["mci.booking.pick"].create({"booking_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Find people"),
            "res_model": pick._name,
            "res_id": pick.id,
            "views": [(False, "form")],
            "target": "new",
        }
