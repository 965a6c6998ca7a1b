import json
from datetime import date

from odoo.tests import TransactionCase, tagged
from odoo.tools import LazyTranslate

from ...tools.words import Choice, Line, Spoken, pack, say, unpack

_lt = LazyTranslate(__name__)


@tagged("post_install", "-at_install")
class TestWords(TransactionCase):
    """Stored words lose nothing, and read as if they had been said at once."""

    def test_stored_words_read_as_the_said_ones(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        missing = _lt("a delivery center")
        samples = (
            "Plain 50 % words",
            _lt("The skill %s has expired", "Radar 50 %"),
            _lt("%(first)s. %(other)s", first=missing, other=date(2030, 1, 7)),
            [_lt("Worked with this team"), "and so on"],
            Line([missing, "", "ended"], ". "),
            Choice("mci.charge", "state", "open"),
            _lt("%(first)s. %(other)s", first=Spoken({"zh_CN": "b"}), other=1.5),
            _lt("%(reason)s, assessment %(score)s", reason=[missing, "b"], score=5),
        )
        for words in samples:
            stored = json.loads(json.dumps(pack(words)))
            for lang in ("en_US", "zh_CN"):
                env = self.env(context={"lang": lang})
                with self.subTest(words=str(stored), lang=lang):
                    self.assertEqual(say(env, unpack(stored)), say(env, words))

    def test_values_are_said_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        words = _lt(
            "%(first)s. %(other)s", first=_lt("a delivery lead"), other=date(2030, 1, 7)
        )
        there = self.env(context={"lang": "zh_CN"})
        self.assertEqual(say(self.env, words), "a delivery lead. 01/07/2030")
        self.assertIn("2030/01/07", say(there, words))
        self.assertNotIn("lead", say(there, words))
        self.assertEqual(say(self.env, [words, "x"], "; ")[-3:], "; x")
