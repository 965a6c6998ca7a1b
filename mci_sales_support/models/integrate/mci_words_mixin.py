from odoo import api, models

from ...tools.words import is_words, pack, say, unpack


class MciWordsMixin(models.AbstractModel):
    """Texts that the addon composes are stored once and read in every language.

    A model maps fields to read to the fields that keep the text:
    ``_mci_spoken_fields = {"note_words": "note"}``. Beside ``note`` it has a JSON field
    ``note_packed``. Who writes a lazy text into ``note`` stores it twice: as text in
    his own language, to search and export, and in no language, for its readers. What
    a person typed, and what was stored before, stays the text it is.
    """

    _name = "mci.words.mixin"
    _description = "Texts read in the language of the reader"

    _mci_spoken_fields = {}

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._mci_pack_words(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._mci_pack_words(vals, changing=True))

    @api.model
    def _mci_pack_words(self, vals, changing=False):
        """Values with lazy texts as text and as JSON.

        :param bool changing: a text without words takes the old words away
        """
        names = set(self._mci_spoken_fields.values()).intersection(vals)
        if not names:
            return vals
        vals = dict(vals)
        for name in names:
            words = vals[name]
            if is_words(words):
                vals[name], vals[f"{name}_packed"] = say(self.env, words), pack(words)
            elif changing or not words:
                vals[f"{name}_packed"] = vals.get(f"{name}_packed") if words else False
        return vals

    def _mci_get_words(self, name):
        """What is stored, to be said in any language or to stand in other words."""
        self.ensure_one()
        return unpack(self[f"{name}_packed"]) or self[name] or ""

    def _mci_say(self, name):
        """What is stored, in the language of who asks."""
        return say(self.env, self._mci_get_words(name))

    @api.depends(lambda self: self._mci_get_spoken_sources())
    @api.depends_context("lang")
    def _compute_spoken(self):
        for record in self:
            for spoken, name in self._mci_spoken_fields.items():
                record[spoken] = record._mci_say(name)

    @api.model
    def _mci_get_spoken_sources(self):
        names = self._mci_spoken_fields.values()
        return [*names, *(f"{name}_packed" for name in names)]
