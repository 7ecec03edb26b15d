"""Every command of the application as data: menus, shortcuts, tooltips and the key sheet are made from this table."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto


class Needs(Enum):
    """When a command can be used."""

    NOTHING = auto()
    UNLOCKED = auto()
    PATIENT = auto()
    VISIT = auto()
    DISCHARGE = auto()


class Menu(Enum):
    FILE = "&File"
    EDIT = "&Edit"
    VIEW = "&View"
    PATIENT = "&Patient"
    VISIT = "V&isit"
    GO = "&Go"
    TOOLS = "&Tools"
    HELP = "&Help"


class Action(Enum):
    IMPORT_REFERRALS = auto()
    LOCK = auto()
    QUIT = auto()
    UNDO = auto()
    REDO = auto()
    TEXT_LARGER = auto()
    TEXT_SMALLER = auto()
    TEXT_NORMAL = auto()
    FULL_SCREEN = auto()
    HIDE_NAMES = auto()
    REFRESH = auto()
    OVERVIEW = auto()
    COPY_NHS_NUMBER = auto()
    DISCHARGE = auto()
    MAIN = auto()
    SAVE_DRAFT = auto()
    CLOSE_PAGE = auto()
    SIGN = auto()
    AMEND = auto()
    NOT_GONE_AHEAD = auto()
    BOOK = auto()
    ENTERED_IN_ERROR = auto()
    ADD_ALLERGY = auto()
    NO_ALLERGIES = auto()
    ADD_ALERT = auto()
    ADD_CONTACT = auto()
    ADD_MEDICINE = auto()
    EDIT_PERSON = auto()
    HISTORY = auto()
    FILTER = auto()
    GO_TO_TODAY = auto()
    ACCEPT_REFERRAL = auto()
    WAIT_FOR_INFORMATION = auto()
    SEND_BACK_REFERRAL = auto()
    RIGHT_PERSON = auto()
    ASSESS_ONLY = auto()
    STOP_EARLY = auto()
    ADD_RECHECK = auto()
    NO_RED_FLAGS = auto()
    SECTION = auto()
    NEXT_SKILL = auto()
    PREVIOUS_SKILL = auto()
    NEXT_PROBLEM = auto()
    PREVIOUS_PROBLEM = auto()
    TODAY = auto()
    CASELOAD = auto()
    BACK = auto()
    FORWARD = auto()
    NEXT_REGION = auto()
    PREVIOUS_REGION = auto()
    CHECKLISTS = auto()
    SERVICE_SETTINGS = auto()
    CHANGE_PASSWORD = auto()
    SET_QUICK_CODE = auto()
    KEYS = auto()
    ABOUT = auto()


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """`text` as the menu shows it, `shortcut` in portable form ("" for none), `hint` in one line."""

    text: str
    shortcut: str
    hint: str
    menu: Menu
    needs: Needs


ACTIONS: Mapping[Action, ActionSpec] = {
    Action.IMPORT_REFERRALS: ActionSpec(
        "&Import referrals...", "Ctrl+Shift+I", "Take referrals in from a CSV file", Menu.FILE, Needs.UNLOCKED
    ),
    Action.LOCK: ActionSpec("&Lock", "Ctrl+L", "Lock now; drafts are kept", Menu.FILE, Needs.UNLOCKED),
    Action.QUIT: ActionSpec("&Quit", "Ctrl+Q", "Close the application; drafts are kept", Menu.FILE, Needs.NOTHING),
    Action.UNDO: ActionSpec("&Undo", "Ctrl+Z", "Take back the last change on this page", Menu.EDIT, Needs.UNLOCKED),
    Action.REDO: ActionSpec("&Redo", "Ctrl+Y", "Do it again", Menu.EDIT, Needs.UNLOCKED),
    Action.NEXT_PROBLEM: ActionSpec("&Next problem", "F8", "Go to what is still missing", Menu.EDIT, Needs.UNLOCKED),
    Action.PREVIOUS_PROBLEM: ActionSpec(
        "&Previous problem", "Shift+F8", "Go back to what is still missing", Menu.EDIT, Needs.UNLOCKED
    ),
    Action.TEXT_LARGER: ActionSpec("Text &larger", "Ctrl++", "Make the text larger", Menu.VIEW, Needs.NOTHING),
    Action.TEXT_SMALLER: ActionSpec("Text &smaller", "Ctrl+-", "Make the text smaller", Menu.VIEW, Needs.NOTHING),
    Action.TEXT_NORMAL: ActionSpec("Text &normal size", "Ctrl+0", "Text at 100%", Menu.VIEW, Needs.NOTHING),
    Action.FULL_SCREEN: ActionSpec("&Full screen", "F11", "Use the whole screen", Menu.VIEW, Needs.NOTHING),
    Action.HIDE_NAMES: ActionSpec(
        "&Hide names in title", "", "Leave names out of the window title on a shared screen", Menu.VIEW, Needs.NOTHING
    ),
    Action.REFRESH: ActionSpec("&Refresh", "F5", "Read this page again", Menu.VIEW, Needs.UNLOCKED),
    Action.OVERVIEW: ActionSpec("&Overview", "Alt+1", "Open the person's overview", Menu.PATIENT, Needs.PATIENT),
    Action.COPY_NHS_NUMBER: ActionSpec(
        "&Copy NHS number", "Ctrl+Shift+C", "Copy the NHS number without spaces", Menu.PATIENT, Needs.PATIENT
    ),
    Action.DISCHARGE: ActionSpec("&Discharge", "Ctrl+Shift+X", "Open the discharge page", Menu.PATIENT, Needs.PATIENT),
    Action.MAIN: ActionSpec(
        "Page's &main action", "Ctrl+Return", "Do what this page is for", Menu.VISIT, Needs.UNLOCKED
    ),
    Action.SAVE_DRAFT: ActionSpec("&Save draft now", "Ctrl+S", "Keep the draft at once", Menu.VISIT, Needs.UNLOCKED),
    Action.CLOSE_PAGE: ActionSpec(
        "Save &draft and close", "", "Keep the draft and leave the page (Esc)", Menu.VISIT, Needs.UNLOCKED
    ),
    Action.SIGN: ActionSpec("Si&gn", "Ctrl+Shift+Return", "Sign what is on the page", Menu.VISIT, Needs.UNLOCKED),
    Action.AMEND: ActionSpec("&Amend", "", "Amend a signed visit; both versions are kept", Menu.VISIT, Needs.PATIENT),
    Action.BOOK: ActionSpec("&Book next visit...", "", "Book the next visit (B in a list)", Menu.VISIT, Needs.UNLOCKED),
    Action.ENTERED_IN_ERROR: ActionSpec(
        "Entered in e&rror...",
        "",
        "Take a signed visit out of every count; it stays readable",
        Menu.VISIT,
        Needs.PATIENT,
    ),
    Action.HISTORY: ActionSpec(
        "&History", "Alt+6", "Everything that happened, newest first", Menu.PATIENT, Needs.PATIENT
    ),
    Action.ADD_ALLERGY: ActionSpec("Add &allergy...", "", "Add an allergy or intolerance", Menu.PATIENT, Needs.PATIENT),
    Action.NO_ALLERGIES: ActionSpec(
        "&No known allergies, asked today", "", "Write down that they were asked today", Menu.PATIENT, Needs.PATIENT
    ),
    Action.ADD_ALERT: ActionSpec(
        "Add a&lert...", "", "Add what everyone who opens the record must see", Menu.PATIENT, Needs.PATIENT
    ),
    Action.ADD_CONTACT: ActionSpec(
        "Add con&tact...", "", "Add someone around the person; an informal carer may learn", Menu.PATIENT, Needs.PATIENT
    ),
    Action.ADD_MEDICINE: ActionSpec(
        "Add &medicine...", "", "Add a medicine or product that a skill concerns", Menu.PATIENT, Needs.PATIENT
    ),
    Action.EDIT_PERSON: ActionSpec(
        "&Edit details...", "", "Name, date of birth, NHS number, address, phone", Menu.PATIENT, Needs.PATIENT
    ),
    Action.FILTER: ActionSpec("&Filter this list", "Ctrl+F", "Type a name or an NHS number", Menu.EDIT, Needs.UNLOCKED),
    Action.GO_TO_TODAY: ActionSpec("Show toda&y", "Ctrl+T", "Go back to today's date", Menu.VIEW, Needs.UNLOCKED),
    Action.ACCEPT_REFERRAL: ActionSpec(
        "&Accept referral...", "", "Accept the referral that is chosen (A in the list)", Menu.FILE, Needs.UNLOCKED
    ),
    Action.WAIT_FOR_INFORMATION: ActionSpec(
        "&Wait for information...",
        "",
        "Hold the referral until something is known (W in the list)",
        Menu.FILE,
        Needs.UNLOCKED,
    ),
    Action.SEND_BACK_REFERRAL: ActionSpec(
        "&Send referral back...",
        "",
        "Send the referral back with the reason (R in the list)",
        Menu.FILE,
        Needs.UNLOCKED,
    ),
    Action.NOT_GONE_AHEAD: ActionSpec(
        "Visit did not go a&head", "", "Record why the visit did not go ahead", Menu.VISIT, Needs.VISIT
    ),
    Action.RIGHT_PERSON: ActionSpec(
        "Right &person and agrees today", "F7", "Confirm who this is and that they agree", Menu.VISIT, Needs.VISIT
    ),
    Action.ASSESS_ONLY: ActionSpec(
        "Assessment &only", "", "No teaching today: the steps left become Not seen today", Menu.VISIT, Needs.VISIT
    ),
    Action.STOP_EARLY: ActionSpec(
        "Stop &early", "", "End the visit here: the steps left become Not seen today", Menu.VISIT, Needs.VISIT
    ),
    Action.ADD_RECHECK: ActionSpec(
        "Add re&check", "Ctrl+Shift+R", "Add another reading of the same observation", Menu.VISIT, Needs.VISIT
    ),
    Action.NO_RED_FLAGS: ActionSpec(
        "&None of these red flags today", "F4", "Answer No to every red flag", Menu.VISIT, Needs.VISIT
    ),
    Action.SECTION: ActionSpec("Go to sec&tion...", "Ctrl+G", "Go to a part of the visit", Menu.VISIT, Needs.VISIT),
    Action.NEXT_SKILL: ActionSpec(
        "Next s&kill", "Ctrl+PgDown", "The next skill of this visit", Menu.VISIT, Needs.VISIT
    ),
    Action.PREVIOUS_SKILL: ActionSpec(
        "Pre&vious skill", "Ctrl+PgUp", "The skill before in this visit", Menu.VISIT, Needs.VISIT
    ),
    Action.TODAY: ActionSpec("&Today", "Ctrl+1", "Today's visits", Menu.GO, Needs.UNLOCKED),
    Action.CASELOAD: ActionSpec("&Caseload", "Ctrl+2", "Everyone being taught, and referrals", Menu.GO, Needs.UNLOCKED),
    Action.BACK: ActionSpec("&Back", "Alt+Left", "Go back", Menu.GO, Needs.UNLOCKED),
    Action.FORWARD: ActionSpec("&Forward", "Alt+Right", "Go forward", Menu.GO, Needs.UNLOCKED),
    Action.NEXT_REGION: ActionSpec(
        "Next &region", "F6", "Rail, banner, page, dock, status bar", Menu.GO, Needs.UNLOCKED
    ),
    Action.PREVIOUS_REGION: ActionSpec(
        "Previous re&gion", "Shift+F6", "Status bar, dock, page, banner, rail", Menu.GO, Needs.UNLOCKED
    ),
    Action.CHECKLISTS: ActionSpec(
        "&Checklists...", "", "Versions of the checklists and their approval", Menu.TOOLS, Needs.UNLOCKED
    ),
    Action.SERVICE_SETTINGS: ActionSpec(
        "&Service settings...", "", "Idle lock and competence settings: the clinical lead's", Menu.TOOLS, Needs.UNLOCKED
    ),
    Action.CHANGE_PASSWORD: ActionSpec(
        "Change &password...", "", "Change your password on this laptop", Menu.TOOLS, Needs.UNLOCKED
    ),
    Action.SET_QUICK_CODE: ActionSpec(
        "Set &quick code...", "", "Six digits that reopen after an idle lock", Menu.TOOLS, Needs.UNLOCKED
    ),
    Action.KEYS: ActionSpec("&Keys on this page", "F1", "The keys of this page", Menu.HELP, Needs.NOTHING),
    Action.ABOUT: ActionSpec("&About", "", "Version, licences, the store on this laptop", Menu.HELP, Needs.NOTHING),
}
