"""The store on disk, and copies of it: the words for what can go wrong."""

from smf_desktop.presenters.messages.words import Spoken, Words
from smf_desktop.trouble import (
    BackupDamaged,
    BackupExists,
    BackupNoRoom,
    BackupNotSound,
    BackupStopped,
    BackupUnwritable,
    CipherTooOld,
    DiskFaulty,
    DiskFull,
    FolderIsShared,
    FolderNotEmpty,
    NoStoreHere,
    NotABackup,
    NotOurStore,
    StoreDamaged,
    StoreExists,
    StoreNewer,
    StoreUnwritable,
    UpgradeFailed,
)

STORE: Spoken = {
    NoStoreHere: Words(
        "There is no store in this folder.",
        "Nothing was made here. Choose the folder of your store, or put its records.db back from a backup.",
    ),
    NotOurStore: Words(
        "The file records.db in this folder is not a store this laptop can read.",
        "It was not changed, and no new one was made over it. Put the right file back, or tell your IT desk.",
    ),
    StoreDamaged: Words(
        "Part of the store on this laptop's disk is damaged.",
        "It is only read from now on, so nothing more is lost. Keep your notes on paper and tell your IT desk today.",
    ),
    StoreNewer: Words(
        "This store was written by a newer version of SMF Desktop.",
        "Nothing was changed. Update the program on this laptop.",
    ),
    CipherTooOld: Words(
        "The encryption library of this installation is missing or too old.",
        "The store was not opened and not changed. Tell your IT desk to install SMF Desktop again.",
    ),
    DiskFull: Words(
        "The disk of this laptop is full.",
        "What was saved before is safe and this page still holds your work. Make room, then save again.",
    ),
    DiskFaulty: Words(
        "The disk of this laptop reported a fault, so this was not saved.",
        "What was saved before was read again and is safe. Save again; tell your IT desk if it happens twice.",
    ),
    StoreUnwritable: Words(
        "The folder of the store cannot be written.",
        "What was saved before is safe. Check that you may write there and that no other program holds the file.",
    ),
    StoreExists: Words("There is a store in this folder already.", "It was not changed. Choose another folder."),
    FolderNotEmpty: Words(
        "There are other files in this folder.", "Nothing was changed. Choose an empty folder, or a new one."
    ),
    FolderIsShared: lambda error: Words(
        "This folder is on a network drive."
        if error.why == "network"
        else "This folder is copied elsewhere by a sync program.",
        "A store kept there can be damaged. Choose a folder on this laptop's own disk.",
    ),
    UpgradeFailed: Words(
        "The records could not be brought to this version of SMF Desktop.",
        "They are as they were, and the version before opens them. Tell your IT desk today.",
    ),
    BackupExists: Words(
        "A file of that name is there already.", "It was not changed and no backup was made. Choose another name."
    ),
    BackupStopped: Words("This was stopped.", "Nothing of it was kept, and the records were not changed."),
    NotABackup: Words(
        "This file is not a backup of SMF Desktop, or it cannot be read.",
        "Nothing was changed. Choose the file that the backup wrote.",
    ),
    BackupDamaged: Words(
        "This backup is damaged or was cut short.",
        "Nothing was restored from it and nothing was changed. Copy it again from where it is kept, or use another.",
    ),
    BackupNotSound: Words(
        "The backup could not be proven to be whole, so it was not kept.",
        "The records on this laptop were not changed. Tell your IT desk today.",
    ),
    BackupNoRoom: Words(
        "There is no room for the backup on that disk.",
        "No backup was made and the records were not changed. Make room or choose another disk.",
    ),
    BackupUnwritable: Words(
        "Nothing can be written in that place.",
        "No backup was made and the records were not changed. Choose another place.",
    ),
}
