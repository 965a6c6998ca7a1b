from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ...tools.retry import run_each

# Deals worked through in one statement, and how many are left to the scheduler because
# they take more than about two seconds.
BATCH = 20000
AT_ONCE = 40000
# The other system reads state and figures from the record; see action_run.
SCHEDULED = "mci_sales_support.mci_grade_simulation_cron"


class MciGradeSimulation(models.Model):
    """A drafted policy tried on the deals of a period before it is switched on (M1).

    The deals are only read: what they would be is kept in rows of the simulation, one a
    deal, written by SQL a batch at a time. So a hundred thousand deals take seconds and
    no memory, the list stands behind every figure, and the comparison can be looked at
    later. Both sides are graded by the bands; an open deal has today's computed grade.
    """

    _name = "mci.grade.simulation"
    _description = "Grading Simulation"
    _inherit = ["mci.lock.mixin"]
    _order = "id desc"

    name = fields.Char(required=True, default=lambda self: self.env._("Back-test"))
    policy_id = fields.Many2one(
        "mci.grade.policy",
        string="Draft",
        required=True,
        index=True,
        ondelete="cascade",
        help="The policy to try.",
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    base_policy_id = fields.Many2one(
        "mci.grade.policy",
        string="Compared With",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The policy in force when the simulation ran.",
    )
    date_from = fields.Date(
        string="Closed From",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(month=1, day=1),
        help="Deals won or lost from this day on.",
    )
    date_to = fields.Date(
        string="Closed To", required=True, default=fields.Date.context_today
    )
    with_open = fields.Boolean(
        string="Open Deals Too",
        default=True,
        help="Also the deals that are open today, whenever they were created.",
    )
    state = fields.Selection(
        [("draft", "New"), ("running", "Running"), ("done", "Done")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    is_stale = fields.Boolean(
        string="Out of Date",
        compute="_compute_is_stale",
        help="The draft, or the policy in force, has changed since the simulation ran.",
    )
    fingerprint = fields.Char(
        readonly=True, copy=False, export_string_translation=False
    )
    run_date = fields.Datetime(string="Ran On", readonly=True, copy=False)
    run_by_id = fields.Many2one("res.users", string="Ran By", readonly=True, copy=False)
    deal_total = fields.Integer(string="Deals in All", readonly=True, copy=False)
    deal_done = fields.Integer(string="Deals Worked Through", readonly=True, copy=False)
    last_lead = fields.Integer(
        readonly=True, copy=False, export_string_translation=False
    )
    progress = fields.Float(compute="_compute_progress")
    changed_count = fields.Integer(
        string="Deals That Change", readonly=True, copy=False
    )
    up_count = fields.Integer(string="Go Up", readonly=True, copy=False)
    down_count = fields.Integer(string="Go Down", readonly=True, copy=False)
    deal_ids = fields.One2many(
        "mci.grade.simulation.deal", "simulation_id", string="Deals", copy=False
    )
    line_ids = fields.One2many(
        "mci.grade.simulation.line", "simulation_id", string="Comparison", copy=False
    )
    note = fields.Text(string="Conclusion")

    _mci_locked_fields = frozenset(
        {
            "base_policy_id",
            "state",
            "fingerprint",
            "run_date",
            "run_by_id",
            "deal_total",
            "deal_done",
            "last_lead",
            "changed_count",
            "up_count",
            "down_count",
            "deal_ids",
            "line_ids",
        }
    )

    _dates_ordered = models.Constraint(
        "CHECK (date_to >= date_from)",
        "The period of a simulation cannot end before it begins.",
    )

    def _mci_get_locked_fields(self):
        locked = super()._mci_get_locked_fields()
        if any(record.state != "draft" for record in self):
            locked |= {"policy_id", "date_from", "date_to", "with_open"}
        return locked

    @api.depends("name", "policy_id", "run_date")
    def _compute_display_name(self):
        for record in self:
            record.display_name = self.env._(
                "%(name)s of %(policy)s, %(date)s",
                name=record.name or "",
                policy=record.policy_id.display_name or "",
                date=format_date(self.env, record.run_date)
                if record.run_date
                else self.env._("not run yet"),
            )

    @api.depends("deal_total", "deal_done", "state")
    def _compute_progress(self):
        for record in self:
            done = 100.0 * record.deal_done / (record.deal_total or 1)
            record.progress = 100.0 if record.state == "done" else done

    @api.depends(
        "state",
        "fingerprint",
        "policy_id.state",
        "policy_id.recurring_months",
        "policy_id.buffer_percent",
        "policy_id.line_ids.grade_id",
        "policy_id.line_ids.amount_min",
        "policy_id.line_ids.tier",
        "policy_id.line_ids.budget_hours",
    )
    def _compute_is_stale(self):
        for record in self:
            # Once the draft is in force, the result is the record of that decision.
            record.is_stale = (
                record.state == "done"
                and record.policy_id.sudo().state == "draft"
                and record.fingerprint != record._get_fingerprint()
            )

    def _get_fingerprint(self):
        """All of both policies that the comparison rests on, as text."""
        base = self.env["mci.grade.policy"]._mci_get_policy(self.company_id)
        parts = [f"base {base.id}"]
        policy = self.policy_id.sudo()
        parts.append(f"{policy.recurring_months} {policy.buffer_percent:g}")
        for line in policy.line_ids.sorted("sequence"):
            parts.append(
                f"{line.grade_id.id} {line.amount_min:g} {line.tier}"
                f" {line.budget_hours:g}"
            )
        return "; ".join(parts)

    # ------------------------------------------------------------
    # Run
    # ------------------------------------------------------------

    def action_run(self):
        """Try the draft on the deals of the period.

        Up to 40,000 deals at once; more are worked through by the scheduler, and
        ``progress`` tells how far it is.

        :return: the state afterwards: True when done, False when it goes on
        :raise AccessError: for anybody but sales managers and administrators
        :raise UserError: no policy in force, or bands that do not grade every deal
        """
        self.ensure_one()
        self._check_can_run()
        self._do_start()
        if self.deal_total > AT_ONCE:
            self.env.ref(SCHEDULED).sudo()._trigger()
            return False
        while self.state == "running":
            self.sudo()._do_batch()
        return True

    def _check_can_run(self):
        self.check_access("write")
        if not self.env["mci.grade.policy"]._mci_get_policy(self.company_id):
            raise UserError(
                self.env._(
                    "%(company)s has no grading policy in force to compare with.",
                    company=self.company_id.display_name,
                )
            )
        if reason := self.policy_id.sudo()._get_cannot_activate_reason():
            raise UserError(
                self.env._(
                    "%(policy)s cannot be tried: %(reason)s",
                    policy=self.policy_id.display_name,
                    reason=reason,
                )
            )

    def _do_start(self):
        base = self.env["mci.grade.policy"]._mci_get_policy(self.company_id)
        self._do_clear()
        [[total]] = self.env.execute_query(
            SQL("SELECT COUNT(*) FROM (%s) deals", self._get_deals_query())
        )
        self.sudo()._mci_unlock().write(
            {
                "base_policy_id": base.id,
                "state": "running",
                "fingerprint": self._get_fingerprint(),
                "run_date": fields.Datetime.now(),
                "run_by_id": self.env.uid,
                "deal_total": total,
            }
        )
        if not total:
            self._do_finish()

    def _do_clear(self):
        self.flush_recordset()
        for table in ("mci_grade_simulation_deal", "mci_grade_simulation_line"):
            self.env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE simulation_id = ANY(%s)",
                    SQL.identifier(table),
                    self.ids,
                )
            )
        self.sudo()._mci_unlock().write(
            {
                "state": "draft",
                "fingerprint": False,
                "deal_total": 0,
                "deal_done": 0,
                "last_lead": 0,
                "changed_count": 0,
                "up_count": 0,
                "down_count": 0,
            }
        )
        self.deal_ids.invalidate_model(flush=False)
        self.invalidate_recordset(["deal_ids", "line_ids"], flush=False)

    def action_reset(self):
        """Forget the result, to choose another period; also stops a run.

        :raise AccessError: for anybody but sales managers and administrators
        :raise UserError: when a policy was activated naming it
        """
        self.check_access("write")
        self._check_not_named()
        for record in self:
            record._do_clear()
        return True

    def _check_not_named(self):
        named = self.env["mci.grade.policy"].sudo()
        named = named.search(
            [("simulation_id", "in", self.ids), ("state", "!=", "draft")], limit=1
        )
        if named:
            raise UserError(
                self.env._(
                    "%(policy)s was activated on this simulation: it stays as it is."
                    " Make another one.",
                    policy=named.display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_named(self):
        self._check_not_named()

    def _do_batch(self):
        """The next batch of deals; the last one sums up."""
        self.ensure_one()
        if self.state != "running":
            return
        [[count, last]] = self.env.execute_query(
            SQL(
                """
                WITH deal AS (%(deals)s AND lead.id > %(last)s
                              ORDER BY lead.id LIMIT %(batch)s),
                     graded AS (%(rows)s),
                     stored AS (
                        INSERT INTO mci_grade_simulation_deal (
                            simulation_id, company_id, lead_id, lead_name, partner_id,
                            user_id, team_id, outcome, old_amount, amount, old_grade_id,
                            grade_id, old_tier, tier, direction, effect, hours, charge,
                            won_count, closed_count, win_rate, old_budget_hours,
                            budget_hours)
                        SELECT * FROM graded RETURNING lead_id)
                SELECT COUNT(*), MAX(lead_id) FROM stored
                """,
                deals=self._get_deals_query(),
                last=self.last_lead,
                batch=BATCH,
                rows=self._get_rows_query(),
            )
        )
        self._mci_unlock().write(
            {
                "deal_done": self.deal_done + count,
                "last_lead": last or self.last_lead,
            }
        )
        if count < BATCH:
            self._do_finish()

    @api.model
    def _cron_run(self):
        """The simulations too large to wait for, batch by batch."""
        running = self.search([("state", "=", "running")], order="id")
        for record in running:
            batches = range(record.deal_total // BATCH + 2)
            for _number in batches:
                if record.exists() and record.state == "running":
                    run_each(record, "_do_batch")

    def _do_finish(self):
        self.env["mci.grade.simulation.line"]._mci_sum_up(self)
        [[changed, up, down]] = self.env.execute_query(
            SQL(
                "SELECT COUNT(*) FILTER (WHERE direction <> 'same'),"
                " COUNT(*) FILTER (WHERE direction = 'up'),"
                " COUNT(*) FILTER (WHERE direction = 'down')"
                " FROM mci_grade_simulation_deal WHERE simulation_id = %s",
                self.id,
            )
        )
        self.sudo()._mci_unlock().write(
            {
                "state": "done",
                "changed_count": changed,
                "up_count": up,
                "down_count": down,
            }
        )
        self.env["mci.grade.simulation.deal"].invalidate_model(flush=False)

    # ------------------------------------------------------------
    # Screens
    # ------------------------------------------------------------

    def action_view_deals(self):
        """All deals of the simulation: list, pivot, graph."""
        name = self.env._("Deals")
        return self._view_deals(name, [])

    def action_view_changes(self):
        """The deals that would change, and why."""
        name = self.env._("Deals That Change")
        return self._view_deals(name, [("direction", "!=", "same")])

    def _view_deals(self, name, domain):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_grade_simulation_deal_action"
        )
        return {
            **action,
            "name": name,
            "domain": [("simulation_id", "=", self.id), *domain],
            "context": {},
        }
