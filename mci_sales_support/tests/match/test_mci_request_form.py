from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .request_common import RequestCommon


@tagged("post_install", "-at_install")
class TestRequestForm(RequestCommon):
    """A form per function that says what is missing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mci.request.question"].search([]).unlink()
        cls.systems, cls.place, cls.demo, cls.date = cls.env[
            "mci.request.question"
        ].create(
            [
                {
                    "function_id": cls.function_presales.id,
                    "sequence": number,
                    **vals,
                }
                for number, vals in enumerate(
                    (
                        {"name": "Which systems?", "required": True, "kind": "text"},
                        {
                            "name": "Where?",
                            "kind": "choice",
                            "choice_ids": [
                                (0, 0, {"name": "On site"}),
                                (0, 0, {"name": "Remote"}),
                            ],
                        },
                        {"name": "A demo?", "kind": "yes_no", "required": True},
                        {"name": "When is the tender due?", "kind": "date"},
                    )
                )
            ]
        )

    def _answers(self, *pairs):
        return [
            {"question_id": question.id, "value": value} for question, value in pairs
        ]

    def test_the_form_over_the_api(self):
        form = self.deal.with_user(self.seller).mci_request_form(
            self.function_presales.ids
        )
        self.assertEqual(
            [row["kind"] for row in form], ["text", "choice", "yes_no", "date"]
        )
        self.assertEqual([c["name"] for c in form[1]["choices"]], ["On site", "Remote"])
        self.assertFalse(
            self.deal.with_user(self.seller).mci_request_form(self.function_test.ids)
        )

    def test_answers_come_with_the_request(self):
        choice = self.place.choice_ids[1]
        request = self._ask(
            line={
                "answers": self._answers(
                    (self.systems, "SAP"),
                    (self.place, choice.id),
                    (self.demo, "no"),
                    (self.date, "2030-02-01"),
                )
            }
        )
        answers = {answer.question_id: answer for answer in request.answer_ids}
        self.assertEqual(answers[self.systems].text, "SAP")
        self.assertEqual(answers[self.place].choice_id, choice)
        self.assertEqual(answers[self.demo].yes_no, "no")
        self.assertEqual(str(answers[self.date].date), "2030-02-01")
        self.assertFalse(request.is_incomplete)

    def test_missing_warns_and_may_be_answered_later(self):
        request = self._ask(line={"answers": self._answers((self.systems, "SAP"))})
        self.assertTrue(request.is_incomplete)
        self.assertEqual(request.missing_answers, "A demo?")
        self.assertEqual(len(request.answer_ids), 4)
        self.assertEqual(request.search([("is_incomplete", "=", True)]), request)
        missing = request.with_user(self.seller).action_answer(
            self._answers((self.demo, "yes"))
        )
        self.assertEqual(missing, [])
        self.assertFalse(request.is_incomplete)
        request.with_user(self.seller).action_answer(self._answers((self.demo, "")))
        self.assertTrue(request.is_incomplete)
        with self._mci_quiet(), self.assertRaises(AccessError):
            request.with_user(self.office_lead).action_answer([])

    def test_missing_is_refused_by_setting(self):
        self.company.mci_missing_answers = "refuse"
        with self.assertRefused("A demo"):
            self._ask(line={"answers": self._answers((self.systems, "SAP"))})
        with self.assertRefused("Which systems"):
            self._ask(
                line={"answers": self._answers((self.systems, "  "), (self.demo, "no"))}
            )

    def test_bad_answers(self):
        for answers in (
            self._answers((self.demo, "perhaps")),
            self._answers((self.date, "soon")),
            self._answers((self.place, "On site")),
            self._answers((self.systems, 5)),
            [{"question_id": 0, "value": "x"}],
            [{"question_id": "x", "value": "x"}],
        ):
            with self.subTest(answers), self.assertRaises(UserError):
                self._ask(line={"answers": answers})
        other = self.env["mci.request.question"].create(
            {"name": "Load?", "function_id": self.function_test.id}
        )
        with self.assertRaises(ValidationError):
            self._ask(line={"answers": self._answers((other, "x"))})

    def test_wizard_shows_what_is_missing(self):
        skill = self._mci_create_skill("Cranes")
        wizard = self.env["mci.request.ask"].with_user(self.seller)
        form = Form(wizard.with_context(default_lead_id=self.deal.id))
        with form.line_ids.new() as line:
            line.function_id = self.function_presales
            line.extra_skill_ids.add(skill)
            line.extra_level_ids.add(skill.skill_type_id.skill_level_ids)
            line.preferred_skill_ids.add(skill)
        self.assertEqual(form.missing_answers, "Which systems?\nA demo?")
        with form.answer_ids.edit(0) as answer:
            answer.text = "SAP"
        self.assertEqual(form.missing_answers, "A demo?")
        with form.answer_ids.edit(0) as answer:
            answer.text = ""
        ask = form.save()
        self.assertEqual(
            ask.answer_ids.question_id,
            self.systems | self.place | self.demo | self.date,
        )
        self.assertEqual(ask.missing_answers, "Which systems?\nA demo?")
        self.assertFalse(ask.is_refused)
        ask.answer_ids[0].text = "SAP"
        ask.answer_ids[2].yes_no = "yes"
        self.assertFalse(ask.missing_answers)
        request = self.env["mci.request"].browse(ask.action_ask()["res_id"])
        self.assertEqual(request.answer_ids[0].text, "SAP")
        self.assertEqual(request.line_ids.extra_skill_ids, skill)
        self.assertEqual(
            request.line_ids.extra_level_ids, skill.skill_type_id.skill_level_ids
        )
        self.assertEqual(request.line_ids.preferred_skill_ids, skill)
        self.assertFalse(request.is_incomplete)

    def test_closed_requests_and_used_questions_stay(self):
        request = self._ask()
        answer = request.answer_ids[0]
        with self.assertRaises(ValidationError):
            self.systems.kind = "date"
        request.with_user(self.seller).action_withdraw("Off")
        with self.assertRefused("closed already"):
            answer.with_user(self.seller).text = "SAP"
        with self.assertRaises(ValidationError):
            self.env["mci.request.question"].create(
                {"name": "?", "function_id": self.function_test.id, "kind": "choice"}
            )

    def test_who_writes_answers_and_questions(self):
        answer = self._ask().answer_ids[0]
        answer.with_user(self.seller).text = "SAP"
        for role in ("seller_2", "office_lead", "engineer_2"):
            with self._mci_quiet(), self.assertRaises(AccessError):
                answer.with_user(getattr(self, role)).text = "Other"
        answer.with_user(self.office_lead).read(["text"])
        self.systems.with_user(self.mci_manager).hint = "Names"
        with self._mci_quiet(), self.assertRaises(AccessError):
            self.systems.with_user(self.seller).hint = "x"
