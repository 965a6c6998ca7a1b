from collections import defaultdict

from odoo import api, fields, models

from .mci_credit import COUNTED_STATES


class MciQuota(models.Model):
    """The number a person or a team has to bring in a period (O4)."""

    _name = "mci.quota"
    _description = "Sales quota"
    _order = "date_from desc, team_id, user_id, id"

    user_id = fields.Many2one(
        "res.users",
        "Person",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        ondelete="restrict",
    )
    team_id = fields.Many2one(
        "crm.team", "Sales team", index="btree_not_null", ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)
    kind = fields.Selection(
        [("all", "All credits"), ("primary", "Primary"), ("overlay", "Overlay")],
        required=True,
        default="all",
        help="Which credits count. A team is counted by its deals: take primary to"
        " count booked revenue once.",
    )
    amount = fields.Monetary("Quota", required=True)
    credited_amount = fields.Monetary(
        "Credited",
        compute="_compute_attainment",
        help="Credits counted in the period, claw-backs and adjustments included.",
    )
    attainment = fields.Float(
        "Attainment (%)", compute="_compute_attainment", aggregator="avg"
    )

    _one_carrier = models.Constraint(
        "CHECK((user_id IS NULL) <> (team_id IS NULL))",
        "A quota belongs to a person or to a team.",
    )
    _dates_ordered = models.Constraint(
        "CHECK(date_to >= date_from AND amount > 0)",
        "A quota ends after it starts, and is above zero.",
    )
    _carrier_uniq = models.UniqueIndex(
        "(company_id, COALESCE(user_id, 0), COALESCE(team_id, 0), kind, date_from,"
        " date_to)",
        "This quota exists already.",
    )

    @api.depends("user_id", "team_id", "date_from", "date_to")
    def _compute_display_name(self):
        for quota in self:
            carrier = quota.user_id or quota.team_id
            quota.display_name = self.env._(
                "%(carrier)s, %(start)s to %(end)s",
                carrier=carrier.display_name or "",
                start=quota.date_from or "",
                end=quota.date_to or "",
            )

    @api.depends("user_id", "team_id", "company_id", "date_from", "date_to", "kind")
    @api.depends("amount")
    def _compute_attainment(self):
        totals = self._mci_get_daily_credits()
        for quota in self:
            carrier = quota.user_id or quota.team_id
            days = totals[quota.company_id.id, carrier._name, carrier.id]
            quota.credited_amount = sum(
                amount
                for (day, kind), amount in days.items()
                if quota.kind in ("all", kind)
                and quota.date_from
                and quota.date_to
                and quota.date_from <= day <= quota.date_to
            )
            quota.attainment = (
                quota.credited_amount / quota.amount * 100 if quota.amount else 0.0
            )

    def _mci_get_daily_credits(self):
        """Counted credits by company, carrier, day and kind; two queries at most.

        In sudo: who may read a quota may know how far it is reached.
        """
        totals = defaultdict(lambda: defaultdict(float))
        for field in ("user_id", "team_id"):
            carriers = self[field]
            if not carriers:
                continue
            groups = (
                self.env["mci.credit"]
                .sudo()
                ._read_group(
                    [
                        (field, "in", carriers.ids),
                        ("state", "in", COUNTED_STATES),
                        ("date", ">=", min(self.mapped("date_from"))),
                        ("date", "<=", max(self.mapped("date_to"))),
                    ],
                    ["company_id", field, "date:day", "kind"],
                    ["amount:sum"],
                )
            )
            for company, carrier, day, kind, amount in groups:
                key = (company.id, carrier._name, carrier.id)
                totals[key][fields.Date.to_date(day), kind] += amount
        return totals
