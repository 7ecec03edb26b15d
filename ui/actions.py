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
    SEARCH = auto()
    COMMANDS = auto()
    NEW_REFERRAL = auto()
    NEW_WINDOW = auto()
    IMPORT_REFERRALS = auto()
    LOCK = auto()
    QUIT = auto()
    UNDO = auto()
    REDO = auto()
    TEXT_LARGER = auto()
    TEXT_SMALLER = auto()
    TEXT_NORMAL = auto()
    LOOK_SYSTEM = auto()
    LOOK_LIGHT = auto()
    LOOK_DARK = auto()
    OTHER_LOOK = auto()
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
    MOVE_VISIT = auto()
    CALL_OFF = auto()
    CALL = auto()
    DOSE_COVER = auto()
    END_DOSE_COVER = auto()
    NEW_TASK = auto()
    TASKS = auto()
    SAVE_DIARY = auto()
    ENTERED_IN_ERROR = auto()
    COPY_NOTE = auto()
    ASK_COSIGN = auto()
    COSIGN = auto()
    PAPER_SHEET = auto()
    BLANK_SHEET = auto()
    CHANGE_CHECKLIST = auto()
    ACCOUNTABLE_NURSE = auto()
    TREATMENT_END = auto()
    ADD_ALLERGY = auto()
    NO_ALLERGIES = auto()
    ADD_ALERT = auto()
    ADD_CONTACT = auto()
    ADD_MEDICINE = auto()
    EDIT_PERSON = auto()
    HISTORY = auto()
    VISITS = auto()
    SKILLS = auto()
    LETTERS_TAB = auto()
    ADD_EQUIPMENT = auto()
    ADD_DOCUMENT = auto()
    RECORD_CONSENT = auto()
    EVERY_FIELD = auto()
    SETTLE = auto()
    RECORD_DEATH = auto()
    REVERSE_DEATH = auto()
    WRONG_PERSON = auto()
    FILTER = auto()
    CLEAR_FILTERS = auto()
    COLUMNS = auto()
    SAVE_VIEW = auto()
    ASSIGN = auto()
    ARRANGE_COVER = auto()
    COLLEAGUE_AWAY = auto()
    HANDOVER_SHEET = auto()
    END_COVER = auto()
    CHOOSE_EVERYONE = auto()
    PEEK = auto()
    KEEP_VIEW = auto()
    RENAME_VIEW = auto()
    VIEW_LEFT = auto()
    VIEW_RIGHT = auto()
    DELETE_VIEW = auto()
    PREVIOUS_DAY = auto()
    NEXT_DAY = auto()
    TASK_DONE = auto()
    HAND_OVER_TASK = auto()
    EVERYONES_TASKS = auto()
    GO_TO_TODAY = auto()
    ACCEPT_REFERRAL = auto()
    WAIT_FOR_INFORMATION = auto()
    SEND_BACK_REFERRAL = auto()
    RIGHT_PERSON = auto()
    WRITTEN_LATER = auto()
    ASSESS_ONLY = auto()
    STOP_EARLY = auto()
    ADD_READING = auto()
    ADD_RECHECK = auto()
    NO_RED_FLAGS = auto()
    SECTION = auto()
    NEXT_SKILL = auto()
    PREVIOUS_SKILL = auto()
    NEXT_PROBLEM = auto()
    PREVIOUS_PROBLEM = auto()
    TODAY = auto()
    CASELOAD = auto()
    REFERRALS = auto()
    SYNC = auto()
    BACK = auto()
    FORWARD = auto()
    NEXT_REGION = auto()
    PREVIOUS_REGION = auto()
    CHECKLISTS = auto()
    SERVICE_SETTINGS = auto()
    OPENINGS = auto()
    ASK_HUB = auto()
    SYNC_NOW = auto()
    SYNC_HISTORY = auto()
    HELD_WORK = auto()
    TEAM_LAPTOPS = auto()
    DRAFTS_ELSEWHERE = auto()
    BACK_UP = auto()
    RESTORE = auto()
    JOIN_HUB = auto()
    CHANGE_PASSWORD = auto()
    SET_QUICK_CODE = auto()
    HELP = auto()
    WHAT_IS_THIS = auto()
    LETTERS = auto()
    PRINT = auto()
    PRINT_ALL = auto()
    SAVE_PDF = auto()
    WITHDRAW_LETTER = auto()
    IMPORT_PRACTICES = auto()
    CORE_TEAMS = auto()
    KEYS = auto()
    CHANGE_KEYS = auto()
    SHOW_HINTS = auto()
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
    Action.NEW_REFERRAL: ActionSpec(
        "&New referral",
        "Ctrl+N",
        "Write down a referral that came by phone, letter or in person",
        Menu.FILE,
        Needs.UNLOCKED,
    ),
    Action.IMPORT_REFERRALS: ActionSpec(
        "&Import referrals...", "Ctrl+Shift+I", "Take referrals in from a CSV file", Menu.FILE, Needs.UNLOCKED
    ),
    Action.PRINT: ActionSpec(
        "&Print...", "Ctrl+P", "Print the letter that is shown, or all that wait", Menu.FILE, Needs.UNLOCKED
    ),
    Action.PRINT_ALL: ActionSpec(
        "Print a&ll...", "", "Print every letter that waits to be printed, in one go", Menu.FILE, Needs.UNLOCKED
    ),
    Action.SAVE_PDF: ActionSpec(
        "Save as P&DF...", "", "Save the letter that is shown as a file", Menu.FILE, Needs.UNLOCKED
    ),
    Action.WITHDRAW_LETTER: ActionSpec(
        "Withd&raw letter...", "", "The letter will not go, or no longer holds", Menu.FILE, Needs.UNLOCKED
    ),
    Action.LOCK: ActionSpec("&Lock", "Ctrl+L", "Lock now; drafts are kept", Menu.FILE, Needs.UNLOCKED),
    Action.QUIT: ActionSpec("&Quit", "Ctrl+Q", "Close the application; drafts are kept", Menu.FILE, Needs.NOTHING),
    Action.SEARCH: ActionSpec(
        "&Search people and commands", "Ctrl+K", "Find anyone on this laptop, or any command", Menu.EDIT, Needs.UNLOCKED
    ),
    Action.COMMANDS: ActionSpec(
        "Search &commands", "Ctrl+Shift+P", "Find a command by its words", Menu.EDIT, Needs.UNLOCKED
    ),
    Action.UNDO: ActionSpec("&Undo", "Ctrl+Z", "Take back the last change on this page", Menu.EDIT, Needs.UNLOCKED),
    Action.REDO: ActionSpec("&Redo", "Ctrl+Y", "Do it again", Menu.EDIT, Needs.UNLOCKED),
    Action.NEXT_PROBLEM: ActionSpec("&Next problem", "F8", "Go to what is still missing", Menu.EDIT, Needs.UNLOCKED),
    Action.PREVIOUS_PROBLEM: ActionSpec(
        "&Previous problem", "Shift+F8", "Go back to what is still missing", Menu.EDIT, Needs.UNLOCKED
    ),
    Action.TEXT_LARGER: ActionSpec("Text &larger", "Ctrl++", "Make the text larger", Menu.VIEW, Needs.NOTHING),
    Action.TEXT_SMALLER: ActionSpec("Text &smaller", "Ctrl+-", "Make the text smaller", Menu.VIEW, Needs.NOTHING),
    Action.TEXT_NORMAL: ActionSpec("Text &normal size", "Ctrl+0", "Text at 100%", Menu.VIEW, Needs.NOTHING),
    Action.LOOK_SYSTEM: ActionSpec(
        "Light or d&ark as the system", "", "Follow the light or dark of this computer", Menu.VIEW, Needs.NOTHING
    ),
    Action.LOOK_LIGHT: ActionSpec("L&ight", "", "Always light", Menu.VIEW, Needs.NOTHING),
    Action.LOOK_DARK: ActionSpec("&Dark", "", "Always dark, for the evening", Menu.VIEW, Needs.NOTHING),
    Action.OTHER_LOOK: ActionSpec(
        "Swit&ch light and dark", "Ctrl+Shift+D", "From light to dark, or back", Menu.VIEW, Needs.NOTHING
    ),
    Action.NEW_WINDOW: ActionSpec(
        "New &window", "Ctrl+Shift+N", "A second window, for two records side by side", Menu.VIEW, Needs.UNLOCKED
    ),
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
    Action.MOVE_VISIT: ActionSpec(
        "Move th&is visit...", "", "Give a booked visit another time (M in a list)", Menu.VISIT, Needs.UNLOCKED
    ),
    Action.CALL_OFF: ActionSpec(
        "Call this visit o&ff...", "", "A booked visit that will not be", Menu.VISIT, Needs.UNLOCKED
    ),
    Action.CALL: ActionSpec(
        "Record a ca&ll...", "Ctrl+J", "Write down a telephone call about a person", Menu.VISIT, Needs.UNLOCKED
    ),
    Action.DOSE_COVER: ActionSpec(
        "Who &gives the dose...", "", "Name who gives each dose until sign-off", Menu.PATIENT, Needs.PATIENT
    ),
    Action.END_DOSE_COVER: ActionSpec(
        "End who gives a dose...", "", "Take out who was named for a dose", Menu.PATIENT, Needs.PATIENT
    ),
    Action.NEW_TASK: ActionSpec(
        "New &task...", "Ctrl+Shift+T", "Ask somebody, or yourself, to do something", Menu.FILE, Needs.UNLOCKED
    ),
    Action.TASKS: ActionSpec("Tas&ks", "", "Everything that is to be done", Menu.GO, Needs.UNLOCKED),
    Action.SAVE_DIARY: ActionSpec(
        "Save diary &times...", "", "Your visit times without names, for another calendar", Menu.TOOLS, Needs.UNLOCKED
    ),
    Action.ENTERED_IN_ERROR: ActionSpec(
        "Entered in e&rror...",
        "",
        "Take a signed visit out of every count; it stays readable",
        Menu.VISIT,
        Needs.PATIENT,
    ),
    Action.COPY_NOTE: ActionSpec(
        "&Copy note for the trust's record",
        "Ctrl+Alt+C",
        "Copy the chosen visit as plain text; who and when is written down",
        Menu.VISIT,
        Needs.PATIENT,
    ),
    Action.ASK_COSIGN: ActionSpec(
        "Ask to co-si&gn...", "", "Ask a registered nurse to co-sign the chosen visit", Menu.VISIT, Needs.PATIENT
    ),
    Action.COSIGN: ActionSpec("C&o-sign", "", "Put your name to a colleague's visit", Menu.VISIT, Needs.PATIENT),
    Action.PAPER_SHEET: ActionSpec(
        "&Paper sheet...", "", "Print the checklist of a skill with the last ratings", Menu.VISIT, Needs.PATIENT
    ),
    Action.BLANK_SHEET: ActionSpec(
        "Blank &paper sheet...", "", "Print the checklist of a skill with nobody's name", Menu.TOOLS, Needs.UNLOCKED
    ),
    Action.CHANGE_CHECKLIST: ActionSpec(
        "Change chec&klist version...",
        "",
        "Teach this skill from another version of its checklist",
        Menu.PATIENT,
        Needs.PATIENT,
    ),
    Action.ACCOUNTABLE_NURSE: ActionSpec(
        "Name acco&untable nurse...", "", "The registered nurse who answers for this skill", Menu.PATIENT, Needs.PATIENT
    ),
    Action.TREATMENT_END: ActionSpec(
        "Set end o&f treatment...", "", "The day the treatment of this skill itself ends", Menu.PATIENT, Needs.PATIENT
    ),
    Action.VISITS: ActionSpec("&Visits", "Alt+2", "Every visit of the person", Menu.PATIENT, Needs.PATIENT),
    Action.SKILLS: ActionSpec(
        "&Skills", "Alt+3", "Gates, learners, consent, equipment and competence", Menu.PATIENT, Needs.PATIENT
    ),
    Action.LETTERS_TAB: ActionSpec(
        "&Letters and documents", "Alt+5", "Letters, documents and photographs", Menu.PATIENT, Needs.PATIENT
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
    Action.ADD_EQUIPMENT: ActionSpec(
        "Add e&quipment...", "", "Write down what is in the home, lent or to come back", Menu.PATIENT, Needs.PATIENT
    ),
    Action.ADD_DOCUMENT: ActionSpec(
        "Add &document or photograph...", "", "Keep a picture or PDF, encrypted", Menu.PATIENT, Needs.PATIENT
    ),
    Action.RECORD_CONSENT: ActionSpec(
        "Record consent and ca&pacity...", "", "For the skill that is shown", Menu.PATIENT, Needs.PATIENT
    ),
    Action.EVERY_FIELD: ActionSpec(
        "Histor&y of every field", "", "Who wrote what, and when; earlier values", Menu.PATIENT, Needs.PATIENT
    ),
    Action.SETTLE: ActionSpec(
        "Settle t&wo versions...", "", "Choose which of two versions stands", Menu.PATIENT, Needs.PATIENT
    ),
    Action.RECORD_DEATH: ActionSpec(
        "Reco&rd a death...", "", "Stops visits, tasks, covers and letters in one save", Menu.PATIENT, Needs.PATIENT
    ),
    Action.REVERSE_DEATH: ActionSpec(
        "&Take a death back...", "", "Reopens exactly what it closed, with a reason", Menu.PATIENT, Needs.PATIENT
    ),
    Action.WRONG_PERSON: ActionSpec(
        "Written for the wron&g person...",
        "",
        "Move a draft, or strike a signed visit and begin its copy",
        Menu.VISIT,
        Needs.PATIENT,
    ),
    Action.EDIT_PERSON: ActionSpec(
        "&Edit details...", "", "Name, date of birth, NHS number, address, phone", Menu.PATIENT, Needs.PATIENT
    ),
    Action.FILTER: ActionSpec("&Filter this list", "Ctrl+F", "Type a name or an NHS number", Menu.EDIT, Needs.UNLOCKED),
    Action.CLEAR_FILTERS: ActionSpec(
        "Clear fil&ters", "", "Show everyone being taught again", Menu.VIEW, Needs.UNLOCKED
    ),
    Action.COLUMNS: ActionSpec(
        "C&olumns...", "", "Choose the columns of this list and their order", Menu.VIEW, Needs.UNLOCKED
    ),
    Action.SAVE_VIEW: ActionSpec(
        "Save &view...", "", "Keep these filters, order and columns as a tab", Menu.VIEW, Needs.UNLOCKED
    ),
    Action.ASSIGN: ActionSpec(
        "Assi&gn to...", "", "Have somebody else teach whoever is chosen from now on", Menu.PATIENT, Needs.UNLOCKED
    ),
    Action.ARRANGE_COVER: ActionSpec(
        "Arran&ge cover...", "", "Somebody stands in from one day to another", Menu.PATIENT, Needs.UNLOCKED
    ),
    Action.COLLEAGUE_AWAY: ActionSpec(
        "Colleague awa&y...", "", "Who is away, and who has their list meanwhile", Menu.TOOLS, Needs.UNLOCKED
    ),
    Action.HANDOVER_SHEET: ActionSpec(
        "&Hand-over sheet...", "", "What a colleague needs of each person on a list", Menu.FILE, Needs.UNLOCKED
    ),
    Action.END_COVER: ActionSpec(
        "End co&ver", "", "Whoever is chosen goes back from who stands in today", Menu.PATIENT, Needs.UNLOCKED
    ),
    Action.CHOOSE_EVERYONE: ActionSpec(
        "Choose &everyone on this list", "", "Also those not scrolled to yet, at most 500", Menu.EDIT, Needs.UNLOCKED
    ),
    Action.PEEK: ActionSpec(
        "&Peek", "", "Show whoever is chosen beside the list (Space in the list)", Menu.VIEW, Needs.UNLOCKED
    ),
    Action.KEEP_VIEW: ActionSpec(
        "&Keep these filters in this view", "", "The tab of yours asks for this from now on", Menu.VIEW, Needs.UNLOCKED
    ),
    Action.RENAME_VIEW: ActionSpec("Re&name view...", "", "Another name for a tab of yours", Menu.VIEW, Needs.UNLOCKED),
    Action.VIEW_LEFT: ActionSpec(
        "Move view left", "", "A tab of yours one place to the left", Menu.VIEW, Needs.UNLOCKED
    ),
    Action.VIEW_RIGHT: ActionSpec(
        "Move view right", "", "A tab of yours one place to the right", Menu.VIEW, Needs.UNLOCKED
    ),
    Action.DELETE_VIEW: ActionSpec(
        "Delete view", "", "A tab of yours goes; Undo brings it back", Menu.VIEW, Needs.UNLOCKED
    ),
    Action.PREVIOUS_DAY: ActionSpec("Previo&us day", "", "The visits of the day before", Menu.VIEW, Needs.UNLOCKED),
    Action.NEXT_DAY: ActionSpec("Ne&xt day", "", "The visits of the day after", Menu.VIEW, Needs.UNLOCKED),
    Action.TASK_DONE: ActionSpec(
        "Task &done", "", "The task that is chosen is done (D in a list)", Menu.EDIT, Needs.UNLOCKED
    ),
    Action.HAND_OVER_TASK: ActionSpec(
        "&Hand over task...",
        "",
        "Give the task that is chosen to somebody else (H in a list)",
        Menu.EDIT,
        Needs.UNLOCKED,
    ),
    Action.EVERYONES_TASKS: ActionSpec(
        "E&veryone's tasks", "", "All that is to be done here, or yours again", Menu.VIEW, Needs.UNLOCKED
    ),
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
        "Visit did not go a&head", "", "Record why the visit did not go ahead", Menu.VISIT, Needs.UNLOCKED
    ),
    Action.RIGHT_PERSON: ActionSpec(
        "Right &person and agrees today", "F7", "Confirm who this is and that they agree", Menu.VISIT, Needs.VISIT
    ),
    Action.WRITTEN_LATER: ActionSpec(
        "&Written down later...",
        "",
        "Say when care began, and why it is only written down now",
        Menu.VISIT,
        Needs.VISIT,
    ),
    Action.ASSESS_ONLY: ActionSpec(
        "Assessment &only", "", "No teaching today: the steps left become Not seen today", Menu.VISIT, Needs.VISIT
    ),
    Action.STOP_EARLY: ActionSpec(
        "Stop &early", "", "End the visit here: the steps left become Not seen today", Menu.VISIT, Needs.VISIT
    ),
    Action.ADD_READING: ActionSpec(
        "Add &reading or vital sign...", "F3", "Choose what else was measured, vital signs too", Menu.VISIT, Needs.VISIT
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
    Action.REFERRALS: ActionSpec("&Referrals", "Ctrl+3", "Referrals that came in and wait", Menu.GO, Needs.UNLOCKED),
    Action.SYNC: ActionSpec(
        "&Sync centre", "Ctrl+8", "What waits for the hub, and what to review", Menu.GO, Needs.UNLOCKED
    ),
    Action.LETTERS: ActionSpec("&Letters", "", "Letters to print and to send", Menu.GO, Needs.UNLOCKED),
    Action.BACK: ActionSpec("&Back", "Alt+Left", "Go back", Menu.GO, Needs.UNLOCKED),
    Action.FORWARD: ActionSpec("&Forward", "Alt+Right", "Go forward", Menu.GO, Needs.UNLOCKED),
    Action.NEXT_REGION: ActionSpec(
        "&Next region", "F6", "Rail, banner, page, dock, status bar", Menu.GO, Needs.UNLOCKED
    ),
    Action.PREVIOUS_REGION: ActionSpec(
        "&Previous region", "Shift+F6", "Status bar, dock, page, banner, rail", Menu.GO, Needs.UNLOCKED
    ),
    Action.IMPORT_PRACTICES: ActionSpec(
        "&Import practices...", "", "Take a CSV list of practices in", Menu.TOOLS, Needs.UNLOCKED
    ),
    Action.CORE_TEAMS: ActionSpec(
        "C&ore teams...", "", "The core teams that letters go to", Menu.TOOLS, Needs.UNLOCKED
    ),
    Action.CHECKLISTS: ActionSpec(
        "&Checklists...", "", "Versions of the checklists and their approval", Menu.TOOLS, Needs.UNLOCKED
    ),
    Action.SERVICE_SETTINGS: ActionSpec(
        "&Service settings...", "", "Idle lock and competence settings: the clinical lead's", Menu.TOOLS, Needs.UNLOCKED
    ),
    Action.OPENINGS: ActionSpec(
        "Records opened o&utside a list...", "", "Who, when and why: for a lead to read", Menu.TOOLS, Needs.UNLOCKED
    ),
    Action.ASK_HUB: ActionSpec(
        "Ask the hub for a &person...",
        "",
        "Somebody of your team who is not on this laptop: with a reason, for 72 hours",
        Menu.PATIENT,
        Needs.UNLOCKED,
    ),
    Action.SYNC_NOW: ActionSpec("S&ync now", "F9", "Exchange with the hub now", Menu.TOOLS, Needs.UNLOCKED),
    Action.SYNC_HISTORY: ActionSpec(
        "Sync &history...", "", "Past exchanges, and what was settled here", Menu.TOOLS, Needs.UNLOCKED
    ),
    Action.HELD_WORK: ActionSpec(
        "Work sent for re&view...",
        "",
        "Take it into the record or return it: a team lead's",
        Menu.TOOLS,
        Needs.UNLOCKED,
    ),
    Action.TEAM_LAPTOPS: ActionSpec(
        "&Laptops of the team...", "", "When each was last at the hub, and what it had left", Menu.TOOLS, Needs.UNLOCKED
    ),
    Action.DRAFTS_ELSEWHERE: ActionSpec(
        "&Drafts on other laptops...",
        "",
        "Bring yours here; a lead finishes an absent colleague's",
        Menu.TOOLS,
        Needs.UNLOCKED,
    ),
    Action.BACK_UP: ActionSpec(
        "&Back up this laptop...", "", "One encrypted file with all records, checked", Menu.TOOLS, Needs.UNLOCKED
    ),
    Action.JOIN_HUB: ActionSpec(
        "&Join a hub...", "", "Lock, then share the records with a team: address and code", Menu.TOOLS, Needs.UNLOCKED
    ),
    Action.RESTORE: ActionSpec(
        "&Restore a backup...", "", "Lock, then bring back the records of a backup", Menu.TOOLS, Needs.UNLOCKED
    ),
    Action.CHANGE_PASSWORD: ActionSpec(
        "Change &password...", "", "Change your password on this laptop", Menu.TOOLS, Needs.UNLOCKED
    ),
    Action.SET_QUICK_CODE: ActionSpec(
        "Set &quick code...", "", "Six digits that reopen after an idle lock", Menu.TOOLS, Needs.UNLOCKED
    ),
    Action.CHANGE_KEYS: ActionSpec(
        "&Keys...", "", "Change the key of a command, or turn letters in lists off", Menu.TOOLS, Needs.UNLOCKED
    ),
    Action.HELP: ActionSpec(
        "&Help for this page", "F1", "What this page is for, and its keys", Menu.HELP, Needs.NOTHING
    ),
    Action.WHAT_IS_THIS: ActionSpec(
        "&What is this?", "Shift+F1", "Say what the control with the focus is for", Menu.HELP, Needs.NOTHING
    ),
    Action.KEYS: ActionSpec("&Keys on this page", "", "The keys of this page on one sheet", Menu.HELP, Needs.NOTHING),
    Action.SHOW_HINTS: ActionSpec(
        "&Show hints again", "", "Bring back the hints that were put away", Menu.HELP, Needs.NOTHING
    ),
    Action.ABOUT: ActionSpec("&About", "", "Version, licences, the store on this laptop", Menu.HELP, Needs.NOTHING),
}
