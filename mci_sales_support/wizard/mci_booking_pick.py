from odoo import Command, api, fields, models
from odoo.exceptions import UserError

CANDIDATES = 20


class MciBookingPick(models.TransientModel):
    """The ranked people for a booking: look, compare, hold or take one (M6).

    Everything can be done from the footer by keyboard with the person chosen there; the
    best one is chosen when the dialog opens. The buttons of the rows do the same.
    """

    _name = "mci.booking.pick"
    _description = "Find people"

    booking_id = fields.Many2one("mci.booking", required=True, ondelete="cascade")
    can_hold = fields.Boolean(
        compute="_compute_can_hold",
        help="Whoever decides on a booking that was asked for, or may ask for it too.",
    )
    line_ids = fields.One2many(
        "mci.booking.pick.line",
        "pick_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        string="Candidates",
    )
    line_id = fields.Many2one(
        "mci.booking.pick.line",
        string="Person",
        compute="_compute_line_id",
        store=True,
        readonly=False,
        domain="[('pick_id', '=', id)]",
        ondelete="set null",
    )
    comparison = fields.Html(compute="_compute_comparison", sanitize=False)
    is_comparing = fields.Boolean()

    @api.depends("booking_id")
    @api.depends_context("uid")
    def _compute_can_hold(self):
        for pick in self:
            booking = pick.booking_id
            pick.can_hold = booking.can_decide and (
                booking.state == "requested"
                or (booking.state == "draft" and booking.can_ask)
            )

    @api.depends("booking_id")
    def _compute_line_ids(self):
        for pick in self:
            rows = (
                pick.booking_id.rank_candidates(limit=CANDIDATES)
                if pick.booking_id
                else []
            )
            pick.line_ids = [
                Command.clear(),
                *(
                    Command.create(self._prepare_line_vals(index, row))
                    for index, row in enumerate(rows)
                ),
            ]

    @api.model
    def _prepare_line_vals(self, index, row):
        return {
            "sequence": index,
            "resource_id": row["resource_id"],
            "score": row["score"],
            "free_hours": row["free_hours"],
            "next_free": row["next_free"],
            "price_unit": row["price_unit"] or 0.0,
            "reasons": row["excluded"] or " · ".join(row["reasons"]),
            "excluded": row["excluded"],
            "is_pinned": row["pinned"],
            "is_shortlisted": row["shortlisted"],
            "parts": row["parts"],
        }

    @api.depends("line_ids")
    def _compute_line_id(self):
        for pick in self:
            able = pick.line_ids.filtered(lambda line: not line.excluded)
            pick.line_id = able[:1]

    @api.depends("line_ids.is_shortlisted", "is_comparing")
    def _compute_comparison(self):
        for pick in self:
            lines = pick.line_ids.filtered("is_shortlisted")
            if not pick.is_comparing or not lines:
                pick.comparison = False
                continue
            pick.comparison = self.env["ir.qweb"]._render(
                "mci_sales_support.candidate_compare",
                {
                    "lines": lines,
                    "criteria": pick._mci_get_criteria(lines),
                    "format_date": lambda day: self.env[
                        "ir.qweb.field.date"
                    ].value_to_html(day, {}),
                },
            )

    def _mci_get_criteria(self, lines):
        """Rows of the comparison: label, then the part of each person."""
        labels = dict(self._mci_get_criterion_labels())
        by_line = [{part["criterion"]: part for part in line.parts} for line in lines]
        return [
            (label, [parts.get(name) for parts in by_line])
            for name, label in labels.items()
            if any(name in parts for parts in by_line)
        ]

    def _mci_get_criterion_labels(self):
        profile = self.env["mci.ranking.profile"]
        names = profile.fields_get(attributes=["string"])
        return [
            (name.removeprefix("weight_"), values["string"])
            for name, values in names.items()
            if name.startswith("weight_") and name != "weight_total"
        ]

    # ------------------------------------------------------------------
    # Buttons of the footer
    # ------------------------------------------------------------------

    def action_take(self):
        """Take the chosen person for the booking."""
        return self._mci_get_chosen().action_pick()

    def action_hold(self):
        """Hold the chosen person at once."""
        return self._mci_get_chosen().action_hold()

    def action_shortlist(self):
        """Put the chosen person on the shortlist, or take him off."""
        return self._mci_get_chosen().action_shortlist()

    def action_pin(self):
        """Keep the chosen person on top, or let him go."""
        return self._mci_get_chosen().action_pin()

    def action_compare(self):
        """Show the people of the shortlist side by side, or the list again."""
        self.ensure_one()
        if not self.is_comparing and not self.line_ids.filtered("is_shortlisted"):
            raise UserError(
                self.env._("Put somebody on the shortlist first: it is compared.")
            )
        self.is_comparing = not self.is_comparing
        return self._mci_open()

    def _mci_get_chosen(self):
        self.ensure_one()
        if not self.line_id:
            raise UserError(self.env._("Choose a person first."))
        return self.line_id

    def _mci_rank_again(self, chosen):
        """Rank after a mark, with the same person chosen."""
        self.ensure_one()
        self._compute_line_ids()
        self.line_id = (
            self.line_ids.filtered(lambda line: line.resource_id == chosen)
            or self.line_id
        )
        return self._mci_open()

    def _mci_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Find people"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {**self.env.context, "dialog_size": "extra-large"},
        }


class MciBookingPickLine(models.TransientModel):
    _name = "mci.booking.pick.line"
    _description = "Candidate"
    _order = "sequence, id"

    pick_id = fields.Many2one("mci.booking.pick", required=True, ondelete="cascade")
    sequence = fields.Integer()
    can_hold = fields.Boolean(related="pick_id.can_hold")
    resource_id = fields.Many2one("resource.resource", string="Person", required=True)
    score = fields.Float("Match score", digits=(5, 1))
    free_hours = fields.Float("Free hours")
    next_free = fields.Date(
        "Next free slot",
        help="First day of the next 13 weeks from which the hours fit into as many days"
        " as were asked for.",
    )
    currency_id = fields.Many2one(related="pick_id.booking_id.currency_id")
    price_unit = fields.Float("Price an hour")
    reasons = fields.Text("Why")
    excluded = fields.Char("Reason for exclusion")
    is_pinned = fields.Boolean("Pinned")
    is_shortlisted = fields.Boolean("Shortlist")
    parts = fields.Json()

    @api.depends("resource_id", "score", "excluded")
    def _compute_display_name(self):
        for line in self:
            name = line.resource_id.name or ""
            line.display_name = (
                f"{name} · {line.excluded}"
                if line.excluded
                else f"{name} · {line.score:g}"
            )

    def action_pick(self):
        """Take this person for the booking."""
        self.ensure_one()
        booking = self.pick_id.booking_id
        if booking.state == "draft":
            booking.resource_id = self.resource_id
        else:
            booking.action_assign(self.resource_id.id)
        return {"type": "ir.actions.act_window_close"}

    def action_hold(self):
        """Take this person and hold the hours at once: all of it, or nothing (M8)."""
        self.ensure_one()
        booking = self.pick_id.booking_id
        self.action_pick()
        if booking.state == "draft":
            booking.action_request()
        if booking.state == "requested":
            booking.action_hold()
        return {"type": "ir.actions.act_window_close"}

    def action_shortlist(self):
        """Put this person on the shortlist of the booking, or take him off."""
        self.ensure_one()
        self.pick_id.booking_id.action_shortlist(
            self.resource_id.id, on=not self.is_shortlisted
        )
        return self.pick_id._mci_rank_again(self.resource_id)

    def action_pin(self):
        """Keep this person on top of the list, or let him go."""
        self.ensure_one()
        self.pick_id.booking_id.action_pin(self.resource_id.id, on=not self.is_pinned)
        return self.pick_id._mci_rank_again(self.resource_id)
