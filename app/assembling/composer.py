"""The parts of a reader's sitting, made for one another: study, store, AI, windows.

What belongs here: making the parts and handing them to each other. What does not: what any of them does, and the
process around them (application, running).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING

from study_configs.problem import StudyProblem

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from app.advice.desk import Advice
    from app.advice.late import LateCurves
    from app.conduct.opening import OpenedSitting
    from app.reading.feedback import CaseFeedback
    from app.store.writer import StoreWriter
    from app.windows.between_cases import BetweenPlan
    from app.windows.pin_desk import Gate
    from app.windows.room_plan import RoomPlan
    from app.windows.station.station_plan import StationPlan
    from app.windows.workstation import SittingSetup, Workstation
    from overlays.models.card_page import CardPage
    from overlays.panels.layer_panel import ExpectedAt
    from study_configs.study import Study
    from viewers.light_box import Freedom
    from viewers.settings import SettingsFile

PREPARED = "prepared"
INCOMING = "incoming"


@dataclass(frozen=True, slots=True)
class Safety:
    """Where a store's emergency journal and backups go (None: where they go by themselves), and how many backups stay.

    No backup is made where `backups_kept` is 0.
    """

    journals: Path | None = None
    backups: Path | None = None
    backups_kept: int = 10


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What to run. `reader` empty: the first page asks. `size` in logical pixels; None fills the screen."""

    store: Path
    reader: str = ""
    suggestion: str = ""  # stands on the first page, to be typed over
    simulate: str = ""
    screenshots: Path | None = None
    size: tuple[int, int] | None = None
    stratum: Mapping[str, str] = field(default_factory=dict)  # what a new reader is, where the study asks
    pin: str = field(default="", repr=False)  # a simulated reader's, where readers have PINs
    safety: Safety = Safety()


class Composer:
    """Makes the parts of one run, and closes them."""

    def __init__(self, plan: RunPlan, study: Study, writer: StoreWriter, app: QApplication) -> None:
        self._plan, self._study, self._writer, self._app = plan, study, writer, app
        self._advice: Advice | None = None
        self._curves: LateCurves | None = None
        self._sign_out: Callable[[], None] = lambda: None

    def workstation(self) -> Workstation:
        from app.conduct.opening import asks_pin, left_sittings
        from app.windows.language import choose, install_language
        from app.windows.sign_in import StudyCard, Unfinished
        from app.windows.workstation import Workstation

        gate = self._gate() if self._writer.run(lambda store: asks_pin(store, self._study)).result() else None
        left = left_sittings(self._study, self._writer) if gate is None else ()  # nobody's name stands before a PIN
        about = self._study.protocol.about
        install_language(self._app, choose("", about.language))
        card = StudyCard(about.title, about.mode, about.id, about.version, self._study.sha256, len(self._study.cases))
        return Workstation(
            card,
            self.sign_in,
            suggestion=self._plan.reader or self._plan.suggestion,
            unfinished=tuple(Unfinished(each.reader, each.at, each.of) for each in left),
            gate=gate,
            strata_for=self._strata_for if gate is None else lambda reader: {},
        )

    def _gate(self) -> Gate:
        """The way in where readers have PINs. Raises StudyProblem for a simulated reader who was given none."""
        from app.store.accounts import SignIn
        from app.store.acts import Who

        if self._plan.simulate and not self._plan.pin:
            raise StudyProblem(
                "Readers sign in with a PIN here, and this simulated reader has none.",
                where=str(self._plan.store),
                todo="Let it read into a store of its own, with --store; or enrol it at the desk, and give its "
                "PIN with --pin-stdin.",
            )
        accounts = SignIn(self._writer)

        def gate(reader: str, pin: str) -> None:
            who = accounts.sign_in(Who("reader", reader), pin)
            self._sign_out = lambda: accounts.sign_out(who)

        return gate

    def _strata_for(self, reader: str) -> Mapping[str, tuple[str, ...]]:
        """The strata that the first page must ask of this reader: none of one who is enrolled, or was described."""
        from app.store.reader import StoreReader

        sha256 = self._study.sha256
        held = self._writer.run(lambda connection: StoreReader(connection).order(reader, sha256)).result()
        if held is not None or self._plan.simulate:
            return {}
        asked = self._study.protocol.design.readers.strata
        return {name: values for name, values in asked.items() if name not in self._plan.stratum}

    def _stratum(self, said: Mapping[str, str]) -> dict[str, str]:
        """What a reader is; a simulated one is the first of everything that nobody described."""
        asked = self._study.protocol.design.readers.strata
        first = {name: (*values, "any")[0] for name, values in asked.items()} if self._plan.simulate else {}
        return {**first, **self._plan.stratum, **said}

    def sign_in(self, reader: str, said: Mapping[str, str] | None = None) -> SittingSetup:
        """The sitting that is due for this reader, with everything that its windows need. Raises StudyProblem."""
        from app.advice.needs import model_hashes
        from app.conduct.opening import open_sitting
        from app.windows.gaze.gaze_plan import gaze_plan
        from app.windows.language import suit
        from app.windows.workstation import SittingSetup
        from viewers.settings import SettingsFile, settings_path

        opened = open_sitting(self._study, self._writer, reader, model_hashes(self._study), self._stratum(said or {}))
        protocol, settings = self._study.protocol, SettingsFile(settings_path(reader))
        settings.read_or_go_on()
        height = self._plan.size[1] if self._plan.size is not None else None
        suit(self._app, settings.settings, protocol.about.language, height)
        room = self._room_plan(settings, opened)  # after the language: it has words of its own
        return SittingSetup(
            script=opened.script,
            recorder=opened.recorder,
            earlier=opened.earlier,
            started=opened.started,
            plan=room,
            between=self._between(opened, room),
            adviser=self._adviser(opened),
            idle_after_s=protocol.reading.idle_after_s,
            gaze=gaze_plan(protocol.tracking),
        )

    def close(self) -> None:
        """Raises StudyProblem where the store does not take that the reader signed out; all is closed then, too."""
        try:
            self._sign_out()
        finally:
            if self._advice is not None:
                self._advice.close()
            if self._curves is not None:
                self._curves.close()

    def _room_plan(self, settings: SettingsFile, opened: OpenedSitting) -> RoomPlan:
        from app.windows.room_plan import RoomPlan

        protocol = self._study.protocol
        layers = {}
        if protocol.layers:
            from overlays.layers.layer import from_protocol

            layers = {name: from_protocol(name, each, protocol.ai[each.ai]) for name, each in protocol.layers.items()}
        cases = {case.id: case for case in self._study.cases}
        return RoomPlan(
            cases,
            layers,
            self._study.hanging,
            settings,
            protocol.reading.gestures,
            mode=protocol.about.mode,
            expected=self._expected(),
            cards=self._cards(),
            freedom=self._freedom(),
            station=self._station(opened),
        )

    def _station(self, opened: OpenedSitting) -> StationPlan | None:
        """Where technicians' exams arrive: a folder of this sitting, so that one that goes on finds what has come."""
        if self._study.protocol.about.workflow != "technician":
            return None
        from app.windows.station.station_plan import station_plan

        started = opened.started
        sitting = sha256(f"{started.order_sha256} {started.reader} {started.sitting}".encode()).hexdigest()[:16]
        return station_plan(self._study, self._plan.store.parent / INCOMING / sitting)

    def _freedom(self) -> Freedom:
        """Which of the viewer's tools the protocol leaves to readers."""
        from study_configs.words import phrase
        from viewers.light_box import Freedom
        from viewers.tools.allowed import withheld_actions, withheld_commands

        tools = self._study.protocol.reading.tools
        why_not = phrase("LightBox", "This study does without this tool.")
        return Freedom(without=withheld_commands(tools), no_gesture=withheld_actions(tools), why_not=why_not)

    def _cards(self) -> dict[str, CardPage]:
        """The cards of the AIs whose card a layer shows. Raises StudyProblem where one cannot be read."""
        protocol = self._study.protocol
        shown = sorted({layer.ai for layer in protocol.layers.values() if layer.draw == "card"})
        if not shown:
            return {}
        from app.advice.expected import card_of
        from overlays.models.card_page import card_page

        cards = {ai: card_of(self._study, ai) for ai in shown}
        return {ai: card_page(card, protocol.ai[ai].shown_as) for ai, card in cards.items() if card is not None}

    def _expected(self) -> Mapping[str, ExpectedAt]:
        """What thresholds that readers move mean, where that may ever be told."""
        protocol = self._study.protocol
        moved = {layer.ai for layer in protocol.layers.values() if "threshold" in layer.adjustable}
        may_tell = protocol.about.mode in ("demo", "review") or any(case.practice for case in self._study.cases)
        if not moved or not may_tell:
            return {}
        from app.advice.late import LateCurves

        if self._curves is None:
            self._curves = LateCurves(self._study, moved)
        return self._curves.by_ai

    def _adviser(self, opened: OpenedSitting) -> Advice | None:
        """AI for this reader's order, computed ahead from the trial that comes next; None in a study without AI."""
        if not self._study.protocol.ai:
            return None
        from app.advice.desk import Advice

        if self._advice is not None:
            self._advice.close()
        self._advice = Advice(self._study, opened.order, self._plan.store.parent / PREPARED)
        self._advice.begin(trial for trial in opened.order.trials if trial.sitting == opened.started.sitting)
        return self._advice

    def _between(self, opened: OpenedSitting, room: RoomPlan) -> BetweenPlan:
        from app.windows.between_cases import BetweenPlan, MediaFile

        pages = (*self._study.protocol.before, *self._study.protocol.after)
        shown = {page.media: self._study.file(page.media) for page in pages if page.media is not None}
        return BetweenPlan(
            texts=self._study.texts,
            titles={page.id: page.title for page in pages if page.title},
            tell=lambda trials: self._feedback(opened, trials),
            pictured={case.id: (case.path, *room.paths_beside(case.id)) for case in self._study.cases},
            media={name: MediaFile(path, _sha256(path)) for name, path in shown.items()},
        )

    def _feedback(self, opened: OpenedSitting, trials: tuple[int, ...]) -> tuple[CaseFeedback, ...]:
        """What the reader may be told about these trials now; others' answers only as counts."""
        from app.analysis.debrief import feedback
        from app.analysis.peers import NO_PEERS, peers_of
        from app.store.reader import StoreReader

        reader, protocol = opened.started.reader, opened.started.protocol_sha256
        course = self._writer.run(lambda connection: StoreReader(connection).course(reader, protocol)).result()
        peers = NO_PEERS
        if "peers" in opened.study.protocol.feedback.of_arm(opened.order.arm).show:
            peers = self._writer.run(lambda connection: peers_of(StoreReader(connection), self._study, reader)).result()
        return feedback(opened.study, opened.order, course, trials, peers)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
