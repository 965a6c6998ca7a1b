from odoo import fields, models

EXTRA_HELP = "Whoever has not all of them, valid on the last day, is excluded (M6)."
EXTRA_LEVEL_HELP = (
    "The least level of the further skills: each is asked at the level of its own type"
    " named here; without one, those of the type of the main skill at its level, the"
    " others at any (M6)."
)
PREFERRED_HELP = "Nobody is excluded: a missing or expired one lowers the score (M6)."


class MciBooking(models.Model):
    """More than one skill: what somebody must know, and what is good to know (M6)."""

    _inherit = "mci.booking"

    extra_skill_ids = fields.Many2many(
        "hr.skill",
        "mci_booking_extra_skill_rel",
        string="Further required skills",
        help=EXTRA_HELP,
    )
    extra_level_ids = fields.Many2many(
        "hr.skill.level",
        "mci_booking_extra_level_rel",
        string="Their least levels",
        help=EXTRA_LEVEL_HELP,
    )
    preferred_skill_ids = fields.Many2many(
        "hr.skill",
        "mci_booking_preferred_skill_rel",
        string="Preferred skills",
        help=PREFERRED_HELP,
    )

    def _mci_get_locked_fields(self):
        # EXTENDS mci.booking: agreed with the first request, as the main skill
        locked = super()._mci_get_locked_fields()
        if "skill_id" in locked:
            locked |= {"extra_skill_ids", "extra_level_ids", "preferred_skill_ids"}
        return locked

    def _mci_get_required_skills(self):
        self.ensure_one()
        return self.skill_id | self.extra_skill_ids._origin

    def _mci_get_least_level(self, skill):
        """The level a required skill is asked at; levels belong to types of skills."""
        self.ensure_one()
        same_type = (self.extra_level_ids._origin | self.skill_level_id).filtered(
            lambda level: level.skill_type_id == skill.skill_type_id
        )
        if skill == self.skill_id and self.skill_level_id in same_type:
            return self.skill_level_id
        named = (same_type & self.extra_level_ids._origin) or same_type
        return named.sorted("level_progress")[-1:]

    def _mci_get_preferred_skills(self):
        self.ensure_one()
        return self.preferred_skill_ids._origin - self._mci_get_required_skills()


class MciRequestLine(models.Model):
    _inherit = "mci.request.line"

    extra_skill_ids = fields.Many2many(
        "hr.skill",
        "mci_request_line_extra_skill_rel",
        string="Further required skills",
        help=EXTRA_HELP,
    )
    extra_level_ids = fields.Many2many(
        "hr.skill.level",
        "mci_request_line_extra_level_rel",
        string="Their least levels",
        help=EXTRA_LEVEL_HELP,
    )
    preferred_skill_ids = fields.Many2many(
        "hr.skill",
        "mci_request_line_preferred_skill_rel",
        string="Preferred skills",
        help=PREFERRED_HELP,
    )

    def _prepare_booking_vals(self, center=None):
        return {
            **super()._prepare_booking_vals(center),
            "extra_skill_ids": self.extra_skill_ids.ids,
            "extra_level_ids": self.extra_level_ids.ids,
            "preferred_skill_ids": self.preferred_skill_ids.ids,
        }
