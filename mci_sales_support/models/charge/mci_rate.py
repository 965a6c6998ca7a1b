from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, formatLang, ormcache

# What a price is for, and from when on: agreed, frozen, looked up.
PRICE_FIELDS = frozenset(
    {
        "function_id",
        "level_id",
        "center_id",
        "company_id",
        "payer_company_id",
        "currency_id",
        "price_unit",
        "date_from",
        "date_to",
        "cost_unit",
    }
)
# Of a published line, for somebody else than its author: see mci_rate_change.
CHANGED_LATER = frozenset({"date_to", "cost_unit"})


class MciRate(models.Model):
    """Internal rate (C2): function × level × unit (optional) × company, dated.

    Lines belong to a rate card, or stand for themselves.

    A draft may be changed and may overlap; published lines are frozen (only end date
    and standard cost may still be set, by somebody else than the author) and never
    overlap for one key: the database refuses it.
    """

    _name = "mci.rate"
    _description = "Internal rate"
    _inherit = ["mci.lock.mixin", "mci.known.mixin"]
    _order = "function_id, level_id, center_id, date_from desc, id"
    _check_company_auto = True

    _mci_locked_fields = frozenset(
        {
            "published",
            "publisher_id",
            "published_date",
            "author_id",
            "price_proposed",
        }
    )

    card_id = fields.Many2one(
        "mci.rate.card",
        string="Rate card",
        index=True,
        ondelete="cascade",
        check_company=True,
        help="The document the line is consulted, approved and published with. A line"
        " without one is published by itself.",
    )
    function_id = fields.Many2one(
        "mci.function", required=True, index=True, ondelete="restrict"
    )
    level_id = fields.Many2one(
        "mci.level",
        string="Resource level",
        required=True,
        index=True,
        ondelete="restrict",
    )
    center_id = fields.Many2one(
        "mci.delivery.center",
        string="Provided by",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Empty: the price of every unit of the company. A line for one unit goes"
        " before the line of the company (C2).",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    price_unit = fields.Monetary(
        string="Unit price",
        required=True,
        help="Price of one hour. Sellers see it before they book (C2).",
    )
    price_proposed = fields.Monetary(
        string="Proposed price",
        readonly=True,
        copy=False,
        aggregator=None,
        help="From the standard cost and the utilisation aimed at.",
    )
    cost_unit = fields.Monetary(
        string="Standard cost",
        groups="account.group_account_invoice,account.group_account_readonly,"
        "hr.group_hr_user",
        help="Standard cost of one hour of this level, never a person's pay (C8). Odoo"
        " writes it on the timesheets of the unit.",
    )
    date_from = fields.Date(
        string="Valid from", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date(string="Valid to")
    published = fields.Boolean("Published rate", readonly=True, copy=False)
    author_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
        default=lambda self: self.env.user,
        help="Who set the price last. Somebody else publishes it.",
    )
    publisher_id = fields.Many2one(
        "res.users",
        string="Published by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    published_date = fields.Datetime(string="Published on", readonly=True, copy=False)

    _price_positive = models.Constraint(
        "CHECK (price_unit >= 0)", "A unit price cannot be negative."
    )
    _date_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "An internal rate ends before it begins.",
    )
    # Integer ranges of one value stand for equality, which needs no extension.
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist ("
        "int4range(function_id, function_id, '[]') WITH &&, "
        "int4range(level_id, level_id, '[]') WITH &&, "
        "int4range(COALESCE(center_id, 0), COALESCE(center_id, 0), '[]') WITH &&, "
        "int4range(company_id, company_id, '[]') WITH &&, "
        "int4range(currency_id, currency_id, '[]') WITH &&, "
        "int4range(COALESCE(payer_company_id, 0), COALESCE(payer_company_id, 0), '[]')"
        " WITH &&, "
        "daterange(date_from, COALESCE(date_to, 'infinity'), '[]') WITH &&"
        ") WHERE (published)",
        "Two published internal rates of the same function, level, unit, companies and"
        " currency would be valid on the same day (C2). End the old one first.",
    )

    @api.depends("function_id", "level_id", "center_id", "date_from")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for rate in self:
            parts = [rate.function_id.name, rate.level_id.name, rate.center_id.name]
            rate.display_name = " / ".join(filter(None, parts))

    # --- Locks ----------------------------------------------------------------

    def _mci_get_locked_fields(self):
        locked = super()._mci_get_locked_fields()
        if any(not rate.published and rate._mci_is_consulted() for rate in self):
            return locked | PRICE_FIELDS | {"card_id"}
        if any(rate.published for rate in self):
            return locked | PRICE_FIELDS - CHANGED_LATER | {"card_id"}
        return locked

    def _mci_is_consulted(self):
        """Whether the card of the line is with others: they read what comes."""
        card = self.sudo().card_id
        return bool(card) and card.state != "draft"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            card = self.env["mci.rate.card"].browse(vals.get("card_id")).sudo()
            if card:
                vals.update(card._prepare_line_vals())
        rates = super().create(vals_list)
        for rate in rates.filtered("card_id"):
            rate.card_id._check_step("draft")
        return rates

    def write(self, vals):
        if PRICE_FIELDS & vals.keys() and not self._mci_is_unlocked():
            self._mci_check_locked(vals)
        # The cost is the accountant's: whoever fills it in may publish the price.
        if PRICE_FIELDS - {"cost_unit"} & vals.keys() and not self._mci_is_unlocked():
            drafts = self.filtered(lambda rate: not rate.published)
            drafts._mci_unlock().write({"author_id": self.env.uid})
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        for rate in self.filtered("published"):
            raise UserError(
                self.env._(
                    "%(rate)s is published: set its end date instead of deleting it.",
                    rate=rate.display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_consulted(self):
        self.card_id._check_step("draft")

    # --- Actions --------------------------------------------------------------

    def action_publish(self):
        """Publish the prices to everybody who books; from then on they are frozen (C2).

        :raises AccessError: the user is no accountant, or wrote the price himself
        :raises ValidationError: a published line of the same key overlaps
        """
        drafts = self.filtered(lambda rate: not rate.published)
        for rate in drafts.filtered("card_id"):
            raise UserError(
                self.env._(
                    "%(rate)s is published with its card %(card)s.",
                    rate=rate.display_name,
                    card=rate.card_id.display_name,
                )
            )
        drafts._check_can_publish()
        drafts._do_publish()
        return True

    def _do_publish(self):
        self.sudo()._mci_unlock().write(
            {
                "published": True,
                "publisher_id": self.env.uid,
                "published_date": fields.Datetime.now(),
            }
        )
        # The constraint speaks now, not at some later flush.
        self.env.flush_all()

    def _check_can_publish(self):
        if self.env.su:
            return
        self.check_access("read")
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(
                self.env._("Internal rates are published by an accountant (C2).")
            )
        for rate in self.filtered(lambda rate: rate.author_id == self.env.user):
            raise AccessError(
                self.env._(
                    "%(rate)s was written by you: somebody else publishes it (C2).",
                    rate=rate.display_name,
                )
            )

    # --- Lookup ---------------------------------------------------------------

    def _mci_explain(self, price_unit):
        """The price in words, as it is kept on bookings and charges (C3)."""
        self.ensure_one()
        return self._mci_explain_words(
            price_unit, self.currency_id.id, self.display_name, self.date_from
        )

    @api.model
    @ormcache(
        "price_unit",
        "currency_id",
        "name",
        "date_from",
        "self.env.lang",
        # Whose way of writing figures and dates goes where the caller has no language.
        "not self.env.lang and self.env.user.company_id.partner_id.lang",
        cache="stable",  # emptied when a language or a currency changes
    )
    def _mci_explain_words(self, price_unit, currency_id, name, date_from):
        currency = self.env["res.currency"].browse(currency_id)
        return self.env._(
            "%(price)s an hour: %(rate)s, valid from %(date)s",
            price=formatLang(self.env, price_unit, currency_obj=currency),
            rate=name,
            date=format_date(self.env, date_from),
        )

    @api.model
    def _mci_find_rates(self, keys):
        """The published rate of each key, in one query.

        :param keys: iterable of ``(function_id, level_id, center_id, company_id,
            date, payer_company_id)``, ids and a ``date``; the payer may be left out
        :return: dict key → rate (in sudo); a key without a rate is absent. The unit's
            own line goes before the company's, the company's currency before others;
            before all of them goes a line for the payer's company.
        """
        keys = {key for key in keys if key[0] and key[1] and key[3] and key[4]}
        valid = self._mci_get_valid_rates({key[:5] for key in keys})
        ranked = {key: self._mci_rank_rates(valid[key[:5]], key) for key in keys}
        return {key: rates[0] for key, rates in ranked.items() if rates}

    def _mci_get_valid_rates(self, places):
        """``{place: rates}`` whoever pays: cost and price of an hour ask once."""
        known = self._mci_get_known()
        if missing := places.difference(known):
            index = self._mci_index_rates(missing)
            for place in missing:
                known[place] = self._mci_get_valid(index, place).ids
        rates = self.sudo()
        return {place: rates.browse(known[place]) for place in places}

    def _mci_index_rates(self, places):
        return self._mci_search_rates(places).grouped(
            lambda rate: (rate.function_id.id, rate.level_id.id, rate.company_id.id)
        )

    def _mci_search_rates(self, places):
        columns = map(set, zip(*places, strict=True))
        functions, levels, centers, companies, dates = columns
        return self.sudo().search_fetch(
            [
                ("published", "=", True),
                ("function_id", "in", functions),
                ("level_id", "in", levels),
                ("center_id", "in", centers | {False}),
                ("company_id", "in", companies),
                ("date_from", "<=", max(dates)),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", min(dates)),
            ],
            PRICE_FIELDS,
            order="id",
        )

    def _mci_get_valid(self, index, place):
        function_id, level_id, center_id, company_id, date = place
        return index.get((function_id, level_id, company_id), self.browse()).filtered(
            lambda rate: (
                rate.center_id.id in (False, center_id)
                and rate.date_from <= date
                and (not rate.date_to or rate.date_to >= date)
            )
        )

    @api.model
    def _mci_rank_rates(self, rates, key):
        """Those of them that are a price for the key, the one that wins first."""
        return rates.sorted(self._mci_rate_rank)

    def _mci_get_key(self):
        """What a price is for, within one company and currency."""
        self.ensure_one()
        return (self.function_id, self.level_id, self.center_id)

    def _mci_rate_rank(self, rate):
        return (
            not rate.center_id,
            rate.currency_id != rate.company_id.currency_id,
            rate.id,
        )
