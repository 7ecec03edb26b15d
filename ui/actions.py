"""Every command of the application as data: menus, shortcuts, tooltips and the key sheet are made from this table."""

from enum import Enum, auto, unique


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


@unique
class Action(Enum):
    """`text` as its `menu` shows it, `shortcut` in portable form ("" for none), `hint` in one line."""

    text: str
    shortcut: str
    hint: str
    menu: Menu
    needs: Needs

    def __init__(self, text: str, shortcut: str, hint: str, menu: Menu, needs: Needs = Needs.UNLOCKED) -> None:
        self.text, self.shortcut, self.hint, self.menu, self.needs = text, shortcut, hint, menu, needs

    NEW_REFERRAL = "&New referral", "Ctrl+N", "Write down a referral that came by phone, letter or in person", Menu.FILE
    IMPORT_REFERRALS = "&Import referrals...", "Ctrl+Shift+I", "Take referrals in from a CSV file", Menu.FILE
    PRINT = "&Print...", "Ctrl+P", "Print the letter that is shown, or all that wait", Menu.FILE
    PRINT_ALL = "Print a&ll...", "", "Print every letter that waits to be printed, in one go", Menu.FILE
    SAVE_PDF = "Save as P&DF...", "", "Save the letter that is shown as a file", Menu.FILE
    WITHDRAW_LETTER = "Withd&raw letter...", "", "The letter will not go, or no longer holds", Menu.FILE
    LOCK = "&Lock", "Ctrl+L", "Lock now; drafts are kept", Menu.FILE
    QUIT = "&Quit", "Ctrl+Q", "Close the application; drafts are kept", Menu.FILE, Needs.NOTHING
    SEARCH = "&Search people and commands", "Ctrl+K", "Find anyone on this laptop, or any command", Menu.EDIT
    COMMANDS = "Search &commands", "Ctrl+Shift+P", "Find a command by its words", Menu.EDIT
    UNDO = "&Undo", "Ctrl+Z", "Take back the last change on this page", Menu.EDIT
    REDO = "&Redo", "Ctrl+Y", "Do it again", Menu.EDIT
    NEXT_PROBLEM = "&Next problem", "F8", "Go to what is still missing", Menu.EDIT
    PREVIOUS_PROBLEM = "&Previous problem", "Shift+F8", "Go back to what is still missing", Menu.EDIT
    TEXT_LARGER = "Text &larger", "Ctrl++", "Make the text larger", Menu.VIEW, Needs.NOTHING
    TEXT_SMALLER = "Text &smaller", "Ctrl+-", "Make the text smaller", Menu.VIEW, Needs.NOTHING
    TEXT_NORMAL = "Text &normal size", "Ctrl+0", "Text at 100%", Menu.VIEW, Needs.NOTHING
    LOOK_SYSTEM = (
        "Light or d&ark as the system",
        "",
        "Follow the light or dark of this computer",
        Menu.VIEW,
        Needs.NOTHING,
    )
    LOOK_LIGHT = "L&ight", "", "Always light", Menu.VIEW, Needs.NOTHING
    LOOK_DARK = "&Dark", "", "Always dark, for the evening", Menu.VIEW, Needs.NOTHING
    OTHER_LOOK = "Swit&ch light and dark", "Ctrl+Shift+D", "From light to dark, or back", Menu.VIEW, Needs.NOTHING
    NEW_WINDOW = "New &window", "Ctrl+Shift+N", "A second window, for two records side by side", Menu.VIEW
    FULL_SCREEN = "&Full screen", "F11", "Use the whole screen", Menu.VIEW, Needs.NOTHING
    HIDE_NAMES = (
        "&Hide names in title",
        "",
        "Leave names out of the window title on a shared screen",
        Menu.VIEW,
        Needs.NOTHING,
    )
    REFRESH = "&Refresh", "F5", "Read this page again", Menu.VIEW
    OVERVIEW = "&Overview", "Alt+1", "Open the person's overview", Menu.PATIENT, Needs.PATIENT
    COPY_NHS_NUMBER = (
        "&Copy NHS number",
        "Ctrl+Shift+C",
        "Copy the NHS number without spaces",
        Menu.PATIENT,
        Needs.PATIENT,
    )
    DISCHARGE = "&Discharge", "Ctrl+Shift+X", "Open the discharge page", Menu.PATIENT, Needs.PATIENT
    MAIN = "Page's &main action", "Ctrl+Return", "Do what this page is for", Menu.VISIT
    SAVE_DRAFT = "&Save draft now", "Ctrl+S", "Keep the draft at once", Menu.VISIT
    CLOSE_PAGE = "Save &draft and close", "", "Keep the draft and leave the page (Esc)", Menu.VISIT
    SIGN = "Si&gn", "Ctrl+Shift+Return", "Sign what is on the page", Menu.VISIT
    AMEND = "&Amend", "", "Amend a signed visit; both versions are kept", Menu.VISIT, Needs.PATIENT
    BOOK = "&Book next visit...", "", "Book the next visit (B in a list)", Menu.VISIT
    MOVE_VISIT = "Move th&is visit...", "", "Give a booked visit another time (M in a list)", Menu.VISIT
    CALL_OFF = "Call this visit o&ff...", "", "A booked visit that will not be", Menu.VISIT
    CALL = "Record a ca&ll...", "Ctrl+J", "Write down a telephone call about a person", Menu.VISIT
    DOSE_COVER = "Who &gives the dose...", "", "Name who gives each dose until sign-off", Menu.PATIENT, Needs.PATIENT
    END_DOSE_COVER = "End who gives a dose...", "", "Take out who was named for a dose", Menu.PATIENT, Needs.PATIENT
    NEW_TASK = "New &task...", "Ctrl+Shift+T", "Ask somebody, or yourself, to do something", Menu.FILE
    TASKS = "Tas&ks", "", "Everything that is to be done", Menu.GO
    SAVE_DIARY = "Save diary &times...", "", "Your visit times without names, for another calendar", Menu.TOOLS
    ENTERED_IN_ERROR = (
        "Entered in e&rror...",
        "",
        "Take a signed visit out of every count; it stays readable",
        Menu.VISIT,
        Needs.PATIENT,
    )
    COPY_NOTE = (
        "&Copy note for the trust's record",
        "Ctrl+Alt+C",
        "Copy the chosen visit as plain text; who and when is written down",
        Menu.VISIT,
        Needs.PATIENT,
    )
    ASK_COSIGN = (
        "Ask to co-si&gn...",
        "",
        "Ask a registered nurse to co-sign the chosen visit",
        Menu.VISIT,
        Needs.PATIENT,
    )
    COSIGN = "C&o-sign", "", "Put your name to a colleague's visit", Menu.VISIT, Needs.PATIENT
    PAPER_SHEET = (
        "&Paper sheet...",
        "",
        "Print the checklist of a skill with the last ratings",
        Menu.VISIT,
        Needs.PATIENT,
    )
    BLANK_SHEET = "Blank &paper sheet...", "", "Print the checklist of a skill with nobody's name", Menu.TOOLS
    CHANGE_CHECKLIST = (
        "Change chec&klist version...",
        "",
        "Teach this skill from another version of its checklist",
        Menu.PATIENT,
        Needs.PATIENT,
    )
    ACCOUNTABLE_NURSE = (
        "Name acco&untable nurse...",
        "",
        "The registered nurse who answers for this skill",
        Menu.PATIENT,
        Needs.PATIENT,
    )
    TREATMENT_END = (
        "Set end o&f treatment...",
        "",
        "The day the treatment of this skill itself ends",
        Menu.PATIENT,
        Needs.PATIENT,
    )
    VISITS = "&Visits", "Alt+2", "Every visit of the person", Menu.PATIENT, Needs.PATIENT
    SKILLS = "&Skills", "Alt+3", "Gates, learners, consent, equipment and competence", Menu.PATIENT, Needs.PATIENT
    LETTERS_TAB = "&Letters and documents", "Alt+5", "Letters, documents and photographs", Menu.PATIENT, Needs.PATIENT
    HISTORY = "&History", "Alt+6", "Everything that happened, newest first", Menu.PATIENT, Needs.PATIENT
    ADD_ALLERGY = "Add &allergy...", "", "Add an allergy or intolerance", Menu.PATIENT, Needs.PATIENT
    NO_ALLERGIES = (
        "&No known allergies, asked today",
        "",
        "Write down that they were asked today",
        Menu.PATIENT,
        Needs.PATIENT,
    )
    ADD_ALERT = "Add a&lert...", "", "Add what everyone who opens the record must see", Menu.PATIENT, Needs.PATIENT
    ADD_CONTACT = (
        "Add con&tact...",
        "",
        "Add someone around the person; an informal carer may learn",
        Menu.PATIENT,
        Needs.PATIENT,
    )
    ADD_MEDICINE = (
        "Add &medicine...",
        "",
        "Add a medicine or product that a skill concerns",
        Menu.PATIENT,
        Needs.PATIENT,
    )
    ADD_EQUIPMENT = (
        "Add e&quipment...",
        "",
        "Write down what is in the home, lent or to come back",
        Menu.PATIENT,
        Needs.PATIENT,
    )
    ADD_DOCUMENT = "Add &document or photograph...", "", "Keep a picture or PDF, encrypted", Menu.PATIENT, Needs.PATIENT
    RECORD_CONSENT = "Record consent and ca&pacity...", "", "For the skill that is shown", Menu.PATIENT, Needs.PATIENT
    EVERY_FIELD = "Histor&y of every field", "", "Who wrote what, and when; earlier values", Menu.PATIENT, Needs.PATIENT
    SETTLE = "Settle t&wo versions...", "", "Choose which of two versions stands", Menu.PATIENT, Needs.PATIENT
    RECORD_DEATH = (
        "Reco&rd a death...",
        "",
        "Stops visits, tasks, covers and letters in one save",
        Menu.PATIENT,
        Needs.PATIENT,
    )
    REVERSE_DEATH = (
        "&Take a death back...",
        "",
        "Reopens exactly what it closed, with a reason",
        Menu.PATIENT,
        Needs.PATIENT,
    )
    WRONG_PERSON = (
        "Written for the wron&g person...",
        "",
        "Move a draft, or strike a signed visit and begin its copy",
        Menu.VISIT,
        Needs.PATIENT,
    )
    EDIT_PERSON = "&Edit details...", "", "Name, date of birth, NHS number, address, phone", Menu.PATIENT, Needs.PATIENT
    FILTER = "&Filter this list", "Ctrl+F", "Type a name or an NHS number", Menu.EDIT
    CLEAR_FILTERS = "Clear fil&ters", "", "Show everyone being taught again", Menu.VIEW
    SHOW_TABLES = "Charts as tab&les", "", "Show every chart as a table, or as a picture again", Menu.VIEW
    SAVE_CHART = "Save c&hart as picture...", "", "The chart with the keyboard, as PNG, SVG or PDF", Menu.FILE
    COPY_CHART = "Copy cha&rt as picture", "", "The chart with the keyboard, for another program", Menu.EDIT
    PREVIEW_ROWS = "Pre&view rows...", "", "The rows about people as they would be saved", Menu.VIEW
    EXPORT_CSV = "E&xport as CSV...", "Ctrl+E", "Save what is shown for a spreadsheet, with its definitions", Menu.FILE
    EXPORT_XLSX = "Export as XLS&X...", "", "Save the report as a workbook, with its definitions", Menu.FILE
    EXPORT_JSON = "Export as &JSON...", "", "Save the report for another program, with its definitions", Menu.FILE
    EXPORT_PDF = "Export as PD&F...", "", "Save the report as a document to read and print", Menu.FILE
    MONTHLY_EXPORT = "Save reports ever&y month...", "", "To a folder, by themselves, while you are in", Menu.FILE
    COLUMNS = "C&olumns...", "", "Choose the columns of this list and their order", Menu.VIEW
    SAVE_VIEW = "Save &view...", "", "Keep these filters, order and columns as a tab", Menu.VIEW
    ASSIGN = "Assi&gn to...", "", "Have somebody else teach whoever is chosen from now on", Menu.PATIENT
    ARRANGE_COVER = "Arran&ge cover...", "", "Somebody stands in from one day to another", Menu.PATIENT
    COLLEAGUE_AWAY = "Colleague awa&y...", "", "Who is away, and who has their list meanwhile", Menu.TOOLS
    HANDOVER_SHEET = "&Hand-over sheet...", "", "What a colleague needs of each person on a list", Menu.FILE
    END_COVER = "End co&ver", "", "Whoever is chosen goes back from who stands in today", Menu.PATIENT
    CHOOSE_EVERYONE = "Choose &everyone on this list", "", "Also those not scrolled to yet, at most 500", Menu.EDIT
    PEEK = "&Peek", "", "Show whoever is chosen beside the list (Space in the list)", Menu.VIEW
    KEEP_VIEW = "&Keep these filters in this view", "", "The tab of yours asks for this from now on", Menu.VIEW
    RENAME_VIEW = "Re&name view...", "", "Another name for a tab of yours", Menu.VIEW
    VIEW_LEFT = "Move view left", "", "A tab of yours one place to the left", Menu.VIEW
    VIEW_RIGHT = "Move view right", "", "A tab of yours one place to the right", Menu.VIEW
    DELETE_VIEW = "Delete view", "", "A tab of yours goes; Undo brings it back", Menu.VIEW
    PREVIOUS_DAY = "Previo&us day", "", "The visits of the day before", Menu.VIEW
    NEXT_DAY = "Ne&xt day", "", "The visits of the day after", Menu.VIEW
    TASK_DONE = "Task &done", "", "The task that is chosen is done (D in a list)", Menu.EDIT
    HAND_OVER_TASK = "&Hand over task...", "", "Give the task that is chosen to somebody else (H in a list)", Menu.EDIT
    EVERYONES_TASKS = "E&veryone's tasks", "", "All that is to be done here, or yours again", Menu.VIEW
    GO_TO_TODAY = "Show toda&y", "Ctrl+T", "Go back to today's date", Menu.VIEW
    ACCEPT_REFERRAL = "&Accept referral...", "", "Accept the referral that is chosen (A in the list)", Menu.FILE
    WAIT_FOR_INFORMATION = (
        "&Wait for information...",
        "",
        "Hold the referral until something is known (W in the list)",
        Menu.FILE,
    )
    SEND_BACK_REFERRAL = (
        "&Send referral back...",
        "",
        "Send the referral back with the reason (R in the list)",
        Menu.FILE,
    )
    NOT_GONE_AHEAD = "Visit did not go a&head", "", "Record why the visit did not go ahead", Menu.VISIT
    RIGHT_PERSON = (
        "Right &person and agrees today",
        "F7",
        "Confirm who this is and that they agree",
        Menu.VISIT,
        Needs.VISIT,
    )
    WRITTEN_LATER = (
        "&Written down later...",
        "",
        "Say when care began, and why it is only written down now",
        Menu.VISIT,
        Needs.VISIT,
    )
    ASSESS_ONLY = (
        "Assessment &only",
        "",
        "No teaching today: the steps left become Not seen today",
        Menu.VISIT,
        Needs.VISIT,
    )
    STOP_EARLY = "Stop &early", "", "End the visit here: the steps left become Not seen today", Menu.VISIT, Needs.VISIT
    ADD_READING = (
        "Add &reading or vital sign...",
        "F3",
        "Choose what else was measured, vital signs too",
        Menu.VISIT,
        Needs.VISIT,
    )
    ADD_RECHECK = "Add re&check", "Ctrl+Shift+R", "Add another reading of the same observation", Menu.VISIT, Needs.VISIT
    NO_RED_FLAGS = "&None of these red flags today", "F4", "Answer No to every red flag", Menu.VISIT, Needs.VISIT
    SECTION = "Go to sec&tion...", "Ctrl+G", "Go to a part of the visit", Menu.VISIT, Needs.VISIT
    NEXT_SKILL = "Next s&kill", "Ctrl+PgDown", "The next skill of this visit", Menu.VISIT, Needs.VISIT
    PREVIOUS_SKILL = "Pre&vious skill", "Ctrl+PgUp", "The skill before in this visit", Menu.VISIT, Needs.VISIT
    TODAY = "&Today", "Ctrl+1", "Today's visits", Menu.GO
    CASELOAD = "&Caseload", "Ctrl+2", "Everyone being taught, and referrals", Menu.GO
    REFERRALS = "&Referrals", "Ctrl+3", "Referrals that came in and wait", Menu.GO
    TEAM = "T&eam", "Ctrl+5", "The team's figures, charts and lists", Menu.GO
    REPORTS = "Re&ports", "Ctrl+6", "Reports for commissioners, to read and to save", Menu.GO
    COMMISSIONING = "Comm&issioning", "", "What was planned, delivered and released; the self-check", Menu.GO
    CORE_COUNTS = "Core teams' co&unts", "", "What core teams counted, baselines and rebases", Menu.GO
    MONTHS = "Closed &months", "", "Months as they were closed, then and now, and the monthly pack", Menu.GO
    QUALITY = "Data &quality", "", "What is missing in the records, and where it is mended", Menu.GO
    OWN_FIGURES = "M&y figures", "", "Your own figures, and how far your people have come", Menu.GO
    PLANNER = "Pl&anner", "", "What if: referrals, nurses and visits carried ahead", Menu.GO
    SYNC = "&Sync centre", "Ctrl+8", "What waits for the hub, and what to review", Menu.GO
    LETTERS = "&Letters", "", "Letters to print and to send", Menu.GO
    BACK = "&Back", "Alt+Left", "Go back", Menu.GO
    FORWARD = "&Forward", "Alt+Right", "Go forward", Menu.GO
    NEXT_TAB = "Ne&xt tab", "Ctrl+Tab", "The next tab of this page", Menu.GO
    PREVIOUS_TAB = "Pre&vious tab", "Ctrl+Shift+Tab", "The tab before on this page", Menu.GO
    NEXT_REGION = "&Next region", "F6", "Rail, banner, page, dock, status bar", Menu.GO
    PREVIOUS_REGION = "&Previous region", "Shift+F6", "Status bar, dock, page, banner, rail", Menu.GO
    IMPORT_PRACTICES = "&Import practices...", "", "Take a CSV list of practices in", Menu.TOOLS
    IMPORT_AREAS = "Import &areas...", "", "Take a CSV list of areas and their deprivation in", Menu.TOOLS
    CORE_TEAMS = "C&ore teams...", "", "The core teams that letters go to", Menu.TOOLS
    CHECKLISTS = "&Checklists...", "", "Versions of the checklists and their approval", Menu.TOOLS
    SERVICE_SETTINGS = "&Service settings...", "", "Idle lock and competence settings: the clinical lead's", Menu.TOOLS
    OPENINGS = "Records opened o&utside a list...", "", "Who, when and why: for a lead to read", Menu.TOOLS
    ASK_HUB = (
        "Ask the hub for a &person...",
        "",
        "Somebody of your team who is not on this laptop: with a reason, for 72 hours",
        Menu.PATIENT,
    )
    SYNC_NOW = "S&ync now", "F9", "Exchange with the hub now", Menu.TOOLS
    SYNC_HISTORY = "Sync &history...", "", "Past exchanges, and what was settled here", Menu.TOOLS
    HELD_WORK = "Work sent for re&view...", "", "Take it into the record or return it: a team lead's", Menu.TOOLS
    TEAM_LAPTOPS = "&Laptops of the team...", "", "When each was last at the hub, and what it had left", Menu.TOOLS
    DRAFTS_ELSEWHERE = (
        "&Drafts on other laptops...",
        "",
        "Bring yours here; a lead finishes an absent colleague's",
        Menu.TOOLS,
    )
    BACK_UP = "&Back up this laptop...", "", "One encrypted file with all records, checked", Menu.TOOLS
    JOIN_HUB = "&Join a hub...", "", "Lock, then share the records with a team: address and code", Menu.TOOLS
    RESTORE = "&Restore a backup...", "", "Lock, then bring back the records of a backup", Menu.TOOLS
    CHANGE_PASSWORD = "Change &password...", "", "Change your password on this laptop", Menu.TOOLS
    SET_QUICK_CODE = "Set &quick code...", "", "Six digits that reopen after an idle lock", Menu.TOOLS
    CHANGE_KEYS = "&Keys...", "", "Change the key of a command, or turn letters in lists off", Menu.TOOLS
    HELP = "&Help for this page", "F1", "What this page is for, and its keys", Menu.HELP, Needs.NOTHING
    WHAT_IS_THIS = "&What is this?", "Shift+F1", "Say what the control with the focus is for", Menu.HELP, Needs.NOTHING
    KEYS = "&Keys on this page", "", "The keys of this page on one sheet", Menu.HELP, Needs.NOTHING
    SHOW_HINTS = "&Show hints again", "", "Bring back the hints that were put away", Menu.HELP, Needs.NOTHING
    ABOUT = "&About", "", "Version, licences, the store on this laptop", Menu.HELP, Needs.NOTHING
