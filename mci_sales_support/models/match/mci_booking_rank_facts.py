from collections import defaultdict
from datetime import timedelta

from odoo import fields, models

LOAD_WINDOW = timedelta(days=28)
# So far ahead a free slot is looked for.
HORIZON = timedelta(weeks=13)


class MciBooking(models.Model):
    """What the ranking must know of all candidates, batch by batch (M6)."""

    _inherit = "mci.booking"

    def _mci_gather_candidates(self):
        seats = self._mci_find_seats()
        resources = seats.resource_id.filtered("active")
        facts = {
            "resources": resources,
            "seats": seats.filtered(
                lambda seat: seat.function_id == self.function_id
            ).resource_id,
            "weights": self._mci_get_ranking_weights(),
            "skills": self._mci_gather_skills(resources),
            "history": self._mci_gather_history(resources),
            "prices": self._mci_gather_prices(resources),
            "level": self.request_line_id.level_id,
            "levels": (self.request_line_id.level_id | resources.mci_level_id)
            .sorted("sequence")
            .ids,
            "pinned": self.pinned_resource_ids,
            "shortlisted": self.shortlist_resource_ids,
            "windows": {},
        }
        facts.update(self._mci_gather_time(resources))
        facts["order"] = self._mci_gather_order(resources, facts)
        return facts

    def _mci_find_seats(self):
        return self.env["mci.center.seat"].search(
            [
                ("center_id", "=", self.center_id.id),
                ("date_from", "<=", self.date_start.date()),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", self.date_stop.date()),
            ]
        )

    def _mci_get_ranking_weights(self):
        tier = self.lead_id.mci_tier or self.center_id.tier
        return self.env["mci.ranking.profile"]._mci_get_weights(self.company_id, tier)

    def _mci_gather_order(self, resources, facts):
        """Points that move people in the order and are never shown, by resource id."""
        return {}

    def _mci_gather_time(self, resources):
        """Free hours and hours taken, over the booking, the weeks around and ahead."""
        day = timedelta(days=1)
        first, last = self.date_start.date() - day, self.date_stop.date() + day
        until = max(last + LOAD_WINDOW, fields.Date.today() + HORIZON)
        free = resources._mci_get_free(first - LOAD_WINDOW, until, ignore=self)
        used = resources._mci_get_used(
            first - LOAD_WINDOW, last + LOAD_WINDOW, ignore=self
        )
        around = first - LOAD_WINDOW, last + LOAD_WINDOW
        return {
            "free": free,
            "load": {
                resource: _get_share(
                    sum(used[resource].values()), _sum_hours(free[resource], *around)
                )
                for resource in resources
            },
        }

    def _mci_get_window_of(self, resource, facts):
        """First and last local day of the booking for somebody, once per time zone."""
        windows = facts["windows"]
        if resource.tz not in windows:
            last_moment = max(self.date_stop - timedelta(seconds=1), self.date_start)
            windows[resource.tz] = (
                resource._mci_to_local(self.date_start).date(),
                resource._mci_to_local(last_moment).date(),
            )
        return windows[resource.tz]

    def _mci_get_free_hours(self, resource, facts):
        window = self._mci_get_window_of(resource, facts)
        return round(_sum_hours(facts["free"][resource], *window), 2)

    def _mci_get_next_free(self, resource, facts):
        """First day from which the hours fit into as many days as the booking has."""
        first, last = self._mci_get_window_of(resource, facts)
        span = last - first
        today = resource._mci_today()
        days = sorted(facts["free"][resource].items())
        end, total = 0, 0.0
        for day, hours in days:
            while end < len(days) and days[end][0] <= day + span:
                total += days[end][1]
                end += 1
            if day >= max(today, first) and round(total - self.hours, 2) >= 0:
                return fields.Date.to_string(day)
            total -= hours
        return False

    def _mci_gather_skills(self, resources):
        """:return: ``{resource: {skill: (valid on the last day, progress 0 to 100)}}``;
        of several entries the valid, then the higher one
        """
        wanted = self._mci_get_required_skills() | self._mci_get_preferred_skills()
        result = defaultdict(dict)
        if not wanted:
            return result
        entries = self.env["hr.employee.skill"].search(
            [
                ("skill_id", "in", wanted.ids),
                ("employee_id.resource_id", "in", resources.ids),
            ]
        )
        stop = self.date_stop.date()
        for entry in entries:
            known = result[entry.employee_id.resource_id]
            valid = not entry.valid_to or entry.valid_to >= stop
            fact = valid, entry.level_progress
            known[entry.skill_id] = max(known.get(entry.skill_id, fact), fact)
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

    def _mci_gather_prices(self, resources):
        levels = {
            level: self._mci_get_price_level(level).id
            for level in {resource.mci_level_id for resource in resources}
        }
        place = (
            self.center_id.id,
            self.center_id.company_id.id,
            self.date_start.date(),
            self.payer_company_id.id,
        )
        keys = {
            level: (self.function_id.id, level_id, *place)
            for level, level_id in levels.items()
        }
        prices = self._mci_get_prices(list(set(keys.values())))
        return {
            resource: prices[keys[resource.mci_level_id]]["price_unit"]
            for resource in resources
            if keys[resource.mci_level_id] in prices
        }


def _sum_hours(days, first, last):
    return sum(hours for day, hours in days.items() if first <= day <= last)


def _get_share(used, free):
    return min(used / ((used + free) or 1), 1)
