from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, formatLang


class MciTeamEnvelope(models.Model):
    """What a sales team may give its deals as presales budget in a year (C4).

    Nothing lapses: what is left of a year, or overdrawn, goes on into the next one.
    Approved budgets count in the year of their approval; what a closed deal leaves of
    its budget, or overdrew, comes back with its closing account. Amounts are in the
    currency of the company, and always computed from these facts.
    """

    _name = "mci.team.envelope"
    _description = "Team envelope"
    _inherit = ["mail.thread", "mci.lock.mixin"]
    _order = "year desc, team_id, id"

    team_id = fields.Many2one(
        "crm.team",
        string="Sales team",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    year = fields.Integer(
        required=True,
        default=lambda self: fields.Date.context_today(self).year,
        aggregator=None,
    )
    amount = fields.Monetary(
        string="Given for the year",
        required=True,
        tracking=True,
        help="New money of the year; what is left of earlier years comes on top (C4).",
    )
    control = fields.Selection(
        [("hard", "Hard"), ("soft", "Soft"), ("none", "None")],
        required=True,
        default="soft",
        tracking=True,
        help="Hard refuses to approve budgets beyond the envelope, soft asks the"
        " approver for a note, none only shows it (C4).",
    )
    note = fields.Char()
    sequence_number = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        export_string_translation=False,
        help="Technical: written by whoever takes from the envelope, so that two at"
        " once collide.",
    )
    carried_amount = fields.Monetary(
        string="Carried over",
        compute="_compute_figures",
        help="Left, or overdrawn, of the years before: an envelope does not lapse.",
    )
    approved_amount = fields.Monetary(
        string="Approved budgets",
        compute="_compute_figures",
        help="Budgets of the team's deals approved in the year, less what was released"
        " or transferred to other teams.",
    )
    returned_amount = fields.Monetary(
        string="Came back",
        compute="_compute_figures",
        help="Left of the budgets of deals whose closing account was frozen in the"
        " year; negative when they overdrew them.",
    )
    left_amount = fields.Monetary(
        string="Left",
        compute="_compute_figures",
        help="Given and carried over, less approved budgets, plus what came back.",
    )
    used_percent = fields.Float(string="Used (%)", compute="_compute_figures")

    _team_year_uniq = models.Constraint(
        "UNIQUE (team_id, company_id, year)", "A team has one envelope a year."
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "An envelope holds zero or more."
    )
    _year_range = models.Constraint(
        "CHECK (year BETWEEN 2000 AND 2100)",
        "The year of an envelope has four digits, from 2000 to 2100.",
    )

    def _mci_get_locked_fields(self):
        # What an envelope is for does not change once it is there.
        fixed = {"team_id", "company_id", "year"} if self else set()
        return frozenset({"sequence_number"} | fixed)

    @api.depends("team_id", "year")
    def _compute_display_name(self):
        for envelope in self:
            envelope.display_name = f"{envelope.team_id.name or ''} {envelope.year}"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for envelope in self:
            if envelope.approved_amount or envelope.returned_amount:
                raise UserError(
                    self.env._(
                        "%s counts budgets already: change its amount instead.",
                        envelope.display_name,
                    )
                )

    # --- Figures --------------------------------------------------------------

    @api.depends("team_id", "company_id", "year", "amount")
    def _compute_figures(self):
        books = self._mci_get_books()
        for envelope in self:
            book = books[envelope.team_id.id, envelope.company_id.id]
            carried, (approved, returned) = envelope._mci_carry(book)
            total = envelope.amount + carried
            envelope.carried_amount = carried
            envelope.approved_amount = approved
            envelope.returned_amount = returned
            envelope.left_amount = total - approved + returned
            used = 100 * (approved - returned) / total if total > 0 else 0.0
            envelope.used_percent = used

    def _mci_carry(self, book):
        """Carried over into the year, and (approved, returned) of the year itself.

        The first envelope of a team starts its book: what was approved before counts
        nowhere.
        """
        self.ensure_one()
        given, used = book
        first = min(given, default=self.year)
        carried = sum(amount for year, amount in given.items() if year < self.year)
        for year, (approved, returned) in used.items():
            if first <= year < self.year:
                carried += returned - approved
        return carried, used.get(self.year, (0.0, 0.0))

    def _mci_get_books(self):
        """Envelopes and budgets of each team by year, in three queries.

        :return: dict (team id, company id) → ({year: given}, {year: (approved, back)})
        """
        books = defaultdict(lambda: ({}, {}))
        teams = self.team_id.ids
        if not teams:
            return books
        self.flush_model(["team_id", "company_id", "year", "amount"])
        self.env.cr.execute(
            SQL(
                "SELECT team_id, company_id, year, amount FROM mci_team_envelope"
                " WHERE team_id = ANY(%s)",
                teams,
            )
        )
        for team, company, year, amount in self.env.cr.fetchall():
            books[team, company][0][year] = float(amount)
        for team, company, year, approved, returned in self._mci_read_used(teams):
            books[team, company][1][year] = (float(approved), float(returned))
        return books

    def _mci_read_used(self, team_ids):
        """Approved and returned of each team, company and year."""
        self.env["mci.budget.change"].flush_model()
        queries = self._mci_get_used_queries(team_ids)
        union = SQL(" UNION ALL ").join(queries)
        self.env.cr.execute(
            SQL(
                "SELECT team_id, company_id, year, SUM(approved), SUM(returned)"
                " FROM (%s) AS movement GROUP BY team_id, company_id, year",
                union,
            )
        )
        return self.env.cr.fetchall()

    def _mci_get_used_queries(self, team_ids):
        """Queries of (team_id, company_id, year, approved, returned)."""
        return [
            SQL(
                "SELECT %(team)s AS team_id, company_id,"
                " EXTRACT(YEAR FROM budget_date)::int AS year,"
                " %(delta)s AS approved, 0 AS returned FROM mci_budget_change"
                " WHERE state = 'approved' AND %(team)s = ANY(%(ids)s)",
                team=SQL.identifier(team),
                delta=SQL("COALESCE(%s, 0)", SQL.identifier(delta)),
                ids=team_ids,
            )
            for team, delta in (
                ("team_id", "budget_delta"),
                ("from_team_id", "from_delta"),
            )
        ]

    def action_view_movements(self):
        """The approved movements of budgets that this envelope counts."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_budget_change_action"
        )
        action["domain"] = [
            ("state", "=", "approved"),
            ("company_id", "=", self.company_id.id),
            ("budget_date", ">=", f"{self.year}-01-01"),
            ("budget_date", "<=", f"{self.year}-12-31"),
            "|",
            ("team_id", "=", self.team_id.id),
            ("from_team_id", "=", self.team_id.id),
        ]
        action["context"] = {}
        return action

    # --- Control --------------------------------------------------------------

    @api.model
    def _mci_find(self, team, company, day):
        """The envelope that counts for a team on a day; empty: no control."""
        return self.sudo().search(
            [
                ("team_id", "=", team.id),
                ("company_id", "=", company.id),
                ("year", "=", day.year),
            ]
        )

    @api.model
    def _mci_check(self, change, note=None):
        """An approved movement of a budget must fit into the envelope (C4).

        :param change: the :class:`mci.budget.change` just approved
        :param note: the approver's note, which soft control asks for
        :raise UserError: hard control, or soft control without a note
        """
        delta = change.budget_delta
        if change.from_team_id == change.team_id:
            delta += change.from_delta
        if change.currency_id.compare_amounts(delta, 0.0) <= 0:
            return
        envelope = self._mci_find(change.team_id, change.company_id, change.budget_date)
        if not envelope or envelope.control == "none":
            return
        envelope._mci_bump()
        envelope.invalidate_recordset(["left_amount"], flush=False)
        left = envelope.left_amount
        if change.currency_id.compare_amounts(left, 0.0) < 0:
            envelope._mci_refuse(left, note)

    def _mci_bump(self):
        """Write the shared row, so that two approvals at once collide (A7)."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE mci_team_envelope SET sequence_number ="
                " COALESCE(sequence_number, 0) + 1 WHERE id = ANY(%s)",
                self.ids,
            )
        )
        self.invalidate_recordset(["sequence_number"], flush=False)

    def _mci_refuse(self, left, note):
        missing = formatLang(self.env, -left, currency_obj=self.currency_id)
        message = self.env._(
            "The envelope of %(team)s does not suffice: %(missing)s missing (C4).",
            team=self.display_name,
            missing=missing,
        )
        if self.control == "hard":
            raise UserError(
                message
                + " "
                + self.env._(
                    "A sales manager gives more, or another deal gives budget back."
                )
            )
        if not (note or "").strip():
            raise UserError(
                message
                + " "
                + self.env._("Say in a note why it is approved all the same.")
            )
