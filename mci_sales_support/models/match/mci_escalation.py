from odoo import api, fields, models

KINDS = [
    ("respond", "No answer in time"),
    ("start", "No start in time"),
    ("center", "No center in time"),
]
LAST_LEVEL = 3


class MciEscalation(models.Model):
    """A time limit passed and went up one step; written by the system, counted."""

    _name = "mci.escalation"
    _inherit = ["mci.lock.mixin"]
    _description = "Escalation"
    _order = "date desc, id desc"
    _rec_name = "lead_name"

    kind = fields.Selection(KINDS, required=True, index=True)
    level = fields.Integer(
        "Step",
        required=True,
        help="1: head or deputy of the unit, 2: who is above the head, 3: Sales Support"
        " Administrators.",
        aggregator="max",
    )
    request_id = fields.Many2one(
        "mci.request", string="Support request", index="btree_not_null"
    )
    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        required=True,
        index=True,
        ondelete="restrict",
    )
    lead_name = fields.Char("Opportunity name")
    grade_id = fields.Many2one("mci.grade")
    team_id = fields.Many2one("crm.team", string="Sales team")
    center_id = fields.Many2one("mci.delivery.center", string="Unit asked")
    user_ids = fields.Many2many(
        "res.users", "mci_escalation_user_rel", string="Went up to"
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now, index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)

    # Once per step, whatever scheduled action runs twice.
    _step_uniq = models.UniqueIndex("(request_id, kind, level)")

    def _mci_get_locked_fields(self):
        return frozenset(name for name in self._fields if name != "id")

    def action_open_document(self):
        """Open the request, or the deal, that waited."""
        self.ensure_one()
        record = self.request_id or self.lead_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }

    @api.model
    def _mci_get_users(self, level, center, company, late):
        """Who is told at a step; ``late`` are those who let the time pass."""
        if level == 1:
            users = (center.lead_id | center.deputy_id) - late or center.lead_id
        elif level == 2:
            users = center.escalate_to_id
        else:
            users = self.env.ref("mci_sales_support.group_manager").all_user_ids
            users = users.filtered(
                lambda user: company in user.company_ids and not user._is_superuser()
            )[:3]
        return users.filtered(lambda user: user.active and not user.share)

    @api.model
    def _mci_next_step(self, done, due, term, center, company, late):
        """The step that is due now.

        :param done: how many steps were taken
        :param due: when the first one was due, naive UTC
        :param term: hours of working time between two steps
        :return: (level, users); users are empty while nothing is due
        """
        levels = self.env["mci.service.level"]
        for level in range(done + 1, LAST_LEVEL + 1):
            users = self._mci_get_users(level, center, company, late)
            if not users:
                continue
            wait = term * (level - 1)
            moment = levels._mci_plan(center, company, due, wait) if wait else due
            if fields.Datetime.now() < moment:
                break
            return level, users
        return 0, self.env["res.users"]
