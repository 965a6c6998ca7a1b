from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from ...tools.words import Line

_lt = LazyTranslate(__name__)

TEMPLATE = "/mci_sales_support/static/templates/opening_charges.csv"


class MciOpeningCharge(models.Model):
    """What deals had cost before the start: opening charges from a list (C3).

    Each line makes one charge of the origin *Opening*, settled already: it counts in
    the ledger of the deal, its budget and the reports, and is on no statement and in no
    journal entry, ever. Import a CSV or XLSX file with Odoo's own import, whose button
    *Test* is the dry run. A line that was wrong is deleted with its charge.

    Amounts are in the currency of the unit's company; ``amount`` = hours × price.
    """

    _name = "mci.opening.charge"
    _description = "Opening charge"
    _mci_template = TEMPLATE
    _inherit = ["mci.lock.mixin", "mci.import.mixin"]
    _order = "date desc, id desc"
    _rec_name = "opportunity"

    date = fields.Date("Worked on", required=True, index=True)
    opportunity = fields.Char(
        required=True,
        help="Name of the opportunity, lost ones too. Name the customer as well when"
        " several have this name.",
    )
    customer = fields.Char()
    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity today",
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    center_id = fields.Many2one(
        "mci.delivery.center",
        string="Provided by",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="center_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    team_id = fields.Many2one(
        "crm.team",
        string="Charged to",
        help="Empty: the team of the opportunity.",
        ondelete="restrict",
    )
    function_id = fields.Many2one("mci.function", ondelete="restrict")
    level_id = fields.Many2one(
        "mci.level", string="Resource level", ondelete="restrict"
    )
    person = fields.Char(help="Name of who worked, as the old list has it.")
    hours = fields.Float("Hours worked", required=True)
    price_unit = fields.Monetary("Unit price", required=True)
    amount = fields.Monetary(compute="_compute_amount", store=True)
    note = fields.Char(help="Where the figure comes from; kept with the charge.")
    charge_id = fields.Many2one(
        "mci.charge", string="Internal charge", readonly=True, ondelete="restrict"
    )

    _positive = models.Constraint(
        "CHECK (hours > 0 AND price_unit >= 0)",
        "An opening charge has hours above zero, and a price of zero or more.",
    )

    # The same file imported twice would double what the deals have cost.
    _line_uniq = models.UniqueIndex(
        "(opportunity, COALESCE(customer, ''), center_id, date, hours, price_unit,"
        " COALESCE(function_id, 0), COALESCE(level_id, 0), COALESCE(person, ''),"
        " COALESCE(note, ''))",
        "This opening charge was imported already: tell equal ones apart by a note.",
    )

    def _mci_get_locked_fields(self):
        # What makes the charge is settled with it.
        made = frozenset({"lead_id", "charge_id"})
        return frozenset(self._fields) if self.ids else made

    @api.depends("hours", "price_unit", "company_id")
    def _compute_amount(self):
        for line in self:
            amount = line.hours * line.price_unit
            line.amount = line.currency_id.round(amount) if line.currency_id else amount

    @api.constrains("date", "center_id")
    def _check_before_start(self):
        for line in self:
            today = line.company_id._mci_today()
            start = line.company_id.sudo().mci_start_date
            if line.date >= (start or today):
                raise ValidationError(
                    self.env._(
                        "%(deal)s, %(date)s: opening charges are from before %(start)s,"
                        " when sales support started.",
                        deal=line.opportunity,
                        date=line.date,
                        start=start or today,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_figures(vals_list)
        lines = super().create(vals_list)
        lines._mci_find_leads()
        lines._mci_make_charges()
        return lines

    @api.model
    def _check_figures(self, vals_list):
        """Name the line before the database refuses it without a name."""
        for vals in vals_list:
            hours, price = (
                float(vals.get(name) or 0.0) for name in ("hours", "price_unit")
            )
            if hours <= 0 or price < 0:
                raise UserError(
                    self.env._(
                        "%(deal)s, %(date)s: an opening charge has hours above zero,"
                        " and a price of zero or more.",
                        deal=vals.get("opportunity") or "",
                        date=vals.get("date") or "",
                    )
                )

    def unlink(self):
        # The charge goes with its line, unless it is in a closed period.
        charges = self.sudo().charge_id
        self._mci_check_periods()
        result = super().unlink()
        charges._mci_unlock().unlink()
        return result

    def _mci_check_periods(self):
        """Nothing comes into a closed period, nor goes out of it (C7)."""
        for company, date in {(line.company_id, line.date) for line in self}:
            self.env["mci.period"]._mci_check_open(company, date)

    @api.model
    def get_import_templates(self):
        """The file to fill, offered by Odoo's import."""
        return [
            {
                "label": self.env._("Template of opening charges"),
                "template": self._mci_get_template_url(),
            },
        ]

    # --- The deal -------------------------------------------------------------

    def _mci_find_leads(self):
        """The deals by name, one search for all; accountants read none in CRM."""
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        found = leads.search(
            [
                ("type", "=", "opportunity"),
                ("name", "in", list(set(self.mapped("opportunity")))),
            ]
        ).grouped("name")
        for line in self.sudo():
            candidates = found.get(line.opportunity, leads).filtered(line._mci_fits)
            line._check_one_lead(candidates)
            line._mci_unlock().lead_id = candidates

    def _mci_fits(self, lead):
        """Whether the deal is of the customer and a company the line is about."""
        if lead.company_id and lead.company_id not in self.env.user.company_ids:
            return False
        customer = (self.customer or "").strip().lower()
        names = (lead.partner_id.commercial_partner_id.name, lead.partner_name)
        return not customer or customer in [(name or "").lower() for name in names]

    def _check_one_lead(self, candidates):
        if not candidates:
            raise UserError(
                self.env._(
                    "%(deal)s, %(date)s: there is no opportunity of this name.",
                    deal=self.opportunity,
                    date=self.date,
                )
            )
        if len(candidates) > 1:
            raise UserError(
                self.env._(
                    "%(deal)s, %(date)s: %(count)s opportunities have this name. Name"
                    " the customer too.",
                    deal=self.opportunity,
                    date=self.date,
                    count=len(candidates),
                )
            )

    # --- The charge -----------------------------------------------------------

    def _mci_make_charges(self):
        charges = self.env["mci.charge"].sudo()
        self.sudo()._mci_check_periods()
        made = charges._mci_unlock().create(
            [line._prepare_charge_vals() for line in self.sudo()]
        )
        for line, charge in zip(self.sudo(), made, strict=True):
            line._mci_unlock().charge_id = charge

    def _prepare_charge_vals(self):
        self.ensure_one()
        payer = self.env["mci.charge"]._prepare_payer_vals(
            self.lead_id, self.env["mci.booking"]
        )
        team = self.team_id.id or payer["team_id"]
        office = self.team_id.mci_office_id.id if self.team_id else payer["office_id"]
        if not team:
            raise UserError(
                self.env._(
                    "%(deal)s, %(date)s: the opportunity has no sales team. Name who is"
                    " charged.",
                    deal=self.opportunity,
                    date=self.date,
                )
            )
        currency = self.company_id.currency_id.id
        return {
            **payer,
            "team_id": team,
            "office_id": office,
            "origin": "opening",
            "state": "posted",
            "date": self.date,
            "hours": self.hours,
            "price_unit": self.price_unit,
            "currency_id": currency,
            "company_currency_id": currency,
            "rate_date": self.date,
            "amount": self.amount,
            "center_id": self.center_id.id,
            "company_id": self.company_id.id,
            "function_id": self.function_id.id,
            "level_id": self.level_id.id,
            "explanation": self._get_explanation(),
        }

    def _get_explanation(self):
        text = _lt("Opening charge from before the start")
        return Line([text, self.person or "", self.note or ""], ". ")


class MciCharge(models.Model):
    _inherit = "mci.charge"

    # Nothing can put it on a statement, whatever goes wrong elsewhere.
    _opening_without_statement = models.Constraint(
        "CHECK (origin <> 'opening' OR statement_id IS NULL)",
        "An opening charge is on no statement (C3).",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        # EXTENDS: an opening charge goes with the line that made it
        opening = self.filtered(
            lambda charge: charge.origin == "opening" and self._mci_is_unlocked()
        )
        return super(MciCharge, self - opening)._unlink_except_open()
