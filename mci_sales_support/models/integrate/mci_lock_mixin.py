from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ...tools.arguments import identifier, number

# How values of our own models are tested that come from outside.
NUMBER_TYPES = ("float", "integer", "monetary")

# The key that opens locked fields. An object of this process cannot be sent over RPC,
# so no caller from outside can forge it, whatever he puts into the context.
UNLOCK = object()


class MciLockMixin(models.AbstractModel):
    """Fields that only the methods of the model may write.

    Access rights say who may write a record, not which of its fields: a seller who may
    write a booking could set its state or its price over RPC. Fields named in
    ``_mci_locked_fields`` are refused in ``create`` and ``write`` for everybody, the
    superuser included, unless the caller holds :data:`UNLOCK`.
    """

    _name = "mci.lock.mixin"
    _description = "Fields written by methods only"

    _mci_locked_fields = frozenset()

    def _mci_unlock(self):
        """The same records, ready for the writes of our own methods."""
        return self.with_context(mci_unlock=UNLOCK)

    @api.private
    def _mci_is_unlocked(self):
        return self.env.context.get("mci_unlock") is UNLOCK

    @api.model_create_multi
    def create(self, vals_list):
        self._mci_check_create(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        if not self._mci_is_unlocked():
            self._mci_check_locked(vals)
            self._mci_check_values(vals)
        return super().write(vals)

    def _mci_check_values(self, vals):
        """Refuse values of a wrong type with a sentence, on our own models.

        :raise UserError: names the field and the value
        """
        if not self._name.startswith("mci."):
            return
        for name, value in vals.items():
            field = self._fields.get(name)
            if field and value and not self._mci_is_valid(field, value):
                raise UserError(
                    self.env._(
                        "%(value)s is no valid value of %(argument)s.",
                        value=str(value)[:100],
                        argument=field._description_string(self.env),
                    )
                )

    def _mci_is_valid(self, field, value):
        if field.type in NUMBER_TYPES:
            return number(value)
        if field.type in ("many2one", "many2one_reference"):
            return identifier(value) or isinstance(value, models.BaseModel)
        if field.type not in ("date", "datetime", "selection"):
            return True
        try:
            field.convert_to_cache(value, self.browse())
        except (TypeError, ValueError):
            return False
        return True

    def _mci_check_create(self, vals_list):
        """Refuse locked values; a default in the context is as good as a value."""
        if self._mci_is_unlocked():
            return
        defaults = {
            key.removeprefix("default_")
            for key, value in self.env.context.items()
            if key.startswith("default_") and value
        }
        # A copy is created on its original, whose locks are not the copy's.
        new = self.browse()
        locked = new._mci_get_locked_fields()
        for vals in vals_list:
            given = {
                name
                for name in locked.intersection(vals)
                if vals[name] and not new._mci_is_default(name, vals[name])
            }
            new._mci_check_locked(defaults | given)
            self._mci_check_values(vals)

    def _mci_is_default(self, name, value):
        """Tell whether a new record has this value anyway: a form sends it along."""
        field = self._fields.get(name)
        return bool(field and field.default) and field.default(self) == value

    def _mci_check_locked(self, names):
        locked = self._mci_get_locked_fields().intersection(names)
        if not locked:
            return
        labels = ", ".join(
            sorted(self._fields[name]._description_string(self.env) for name in locked)
        )
        raise AccessError(
            self.env._(
                "%(fields)s of %(records)s cannot be changed directly: use the"
                " buttons of the document.",
                fields=labels,
                records=", ".join(self[:5].mapped("display_name"))
                or self.env["ir.model"]._get(self._name).display_name,
            )
        )

    def _mci_get_locked_fields(self):
        """Locked fields of these records; extend it where locks depend on the state."""
        return self._mci_locked_fields
