"""Chromium through Playwright, on the watch for errors in the console."""

from dev.layout import RUN

SCREENSHOTS = RUN / "screenshots"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK = {"width": 1400, "height": 900}
PHONE = {"width": 390, "height": 844}


class Browser:
    """One Chromium with a fresh context for each user who logs in."""

    def __init__(self, chromium, system):
        self.chromium = chromium
        self.system = system
        self.contexts = []
        self.problems = []

    def log_in(self, login, password=None, phone=False):
        """Return a page of the user, in a context of his own."""
        context = self.chromium.new_context(
            viewport=PHONE if phone else DESK,
            has_touch=phone,
            is_mobile=phone,
            base_url=self.system.url,
        )
        self.contexts.append(context)
        context.set_default_timeout(60_000)
        answer = context.request.post(
            "/web/session/authenticate",
            data={
                "jsonrpc": "2.0",
                "params": {
                    "db": self.system.database,
                    "login": login,
                    "password": password or login,
                },
            },
        ).json()
        assert answer.get("result", {}).get("uid"), f"{login} cannot log in: {answer}"
        page = context.new_page()
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        return page

    def open(self, page, path):
        """Go to a path of Odoo and wait until the view stands."""
        page.goto(path)
        page.wait_for_selector(".o_action_manager .o_view_controller, .o_home_menu")
        page.wait_for_selector(".o_loading_indicator", state="detached")

    def screenshot(self, page, name, folder=SCREENSHOTS):
        """Write `name`.png into the folder of screenshots and return its path."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.png"
        page.screenshot(path=path)
        return path

    def close(self):
        """Close all contexts; return the errors seen in them."""
        for context in self.contexts:
            context.close()
        self.contexts = []
        problems, self.problems = self.problems, []
        return problems

    def _on_console(self, message):
        if message.type == "error":
            self.problems.append(f"{message.text} ({message.location.get('url')})")
