from odoo import models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)
# What an expired preferred skill is still worth.
EXPIRED_SHARE = 0.5


class MciBooking(models.Model):
    """The score of one candidate, criterion by criterion, and why not (M6)."""

    _inherit = "mci.booking"

    # ------------------------------------------------------------------
    # Who cannot come
    # ------------------------------------------------------------------

    def _mci_get_exclusion(self, resource, facts, free):
        """:return: lazy sentence, or False for who can come"""
        if resource not in facts["seats"]:
            return _lt(
                "No position as %(function)s in %(unit)s on these days",
                function=self.function_id.name,
                unit=self.center_id.name,
            )
        known = facts["skills"].get(resource, {})
        for skill in self._mci_get_required_skills():
            if sentence := self._mci_get_skill_gap(skill, known.get(skill)):
                return sentence
        if round(free - self.hours, 2) < 0:
            return _lt(
                "%(free)s free hours, %(needed)s needed",
                free=f"{free:g}",
                needed=f"{self.hours:g}",
            )
        return False

    def _mci_get_skill_gap(self, skill, fact):
        """:return: lazy sentence, why a required skill does not do, or False"""
        if not fact:
            return _lt("Has not the skill %s", skill.name)
        valid, progress = fact
        if not valid:
            return _lt("The skill %s has expired", skill.name)
        least = self._mci_get_least_level(skill)
        if least and progress < least.level_progress:
            return _lt(
                "The skill %(skill)s is below %(level)s",
                skill=skill.name,
                level=least.name,
            )
        return False

    # ------------------------------------------------------------------
    # What speaks for somebody
    # ------------------------------------------------------------------

    def _mci_get_score_parts(self, resource, facts, free):
        """:return: ``[{criterion, weight, points, reason}, …]``; criteria that say
        nothing about this booking, or weigh nothing, are left out
        """
        scores = {
            "skill": self._mci_score_skill(resource, facts),
            "level": self._mci_score_level(resource, facts),
            "free": self._mci_score_free(free),
            "history": self._mci_score_history(resource, facts),
            "load": self._mci_score_load(resource, facts),
            "price": self._mci_score_price(resource, facts),
        }
        parts = []
        for criterion, score in scores.items():
            weight = getattr(facts["weights"], criterion)
            if score and weight:
                share, reason = score
                parts.append(
                    {
                        "criterion": criterion,
                        "weight": weight,
                        "points": round(share * weight, 2),
                        "reason": reason,
                    }
                )
        return parts

    def _mci_score_skill(self, resource, facts):
        required = self._mci_get_required_skills()
        preferred = self._mci_get_preferred_skills()
        if not required and not preferred:
            return False
        known = facts["skills"].get(resource, {})
        shares, sentences = [], []
        for skill in required | preferred:
            valid, progress = known.get(skill, (False, 0))
            shares.append(progress / 100 * (1 if valid else EXPIRED_SHARE))
            sentences.append(
                self._mci_explain_skill(skill, known.get(skill), skill in preferred)
            )
        return sum(shares) / len(shares), "; ".join(filter(None, sentences))

    def _mci_explain_skill(self, skill, fact, is_preferred):
        valid, progress = fact or (False, 0)
        if valid:
            return self.env._(
                "%(skill)s at %(progress)s %%", skill=skill.name, progress=progress
            )
        if not is_preferred:
            return False
        if fact:
            return self.env._("preferred %s has expired", skill.name)
        return self.env._("preferred %s is missing", skill.name)

    def _mci_score_level(self, resource, facts):
        wanted, level = facts["level"], resource.mci_level_id
        if not wanted or not level:
            return False
        # One level off costs a third, above or below: better people cost more.
        levels = facts["levels"]
        gap = abs(levels.index(level.id) - levels.index(wanted.id))
        return (
            max(1 - gap / 3, 0),
            self.env._(
                "%(level)s, %(wanted)s wanted", level=level.name, wanted=wanted.name
            ),
        )

    def _mci_score_free(self, free):
        return (
            min(free / (2 * self.hours), 1) if self.hours > 0 else 1,
            self.env._("%s free hours in the window", f"{free:g}"),
        )

    def _mci_score_history(self, resource, facts):
        customer, team = facts["history"][resource]
        if customer:
            return 1, self.env._("Worked for this customer")
        if team:
            return 0.6, self.env._("Worked with this team")
        return 0, False

    def _mci_score_load(self, resource, facts):
        load = facts["load"][resource]
        return (
            1 - load,
            self.env._("%s %% booked in the weeks around", round(load * 100)),
        )

    def _mci_score_price(self, resource, facts):
        price = facts["prices"].get(resource)
        if not price:
            return False
        cheapest = min(facts["prices"].values())
        return cheapest / price, self.env._("%s an hour", f"{price:g}")
