"""Users, backups and files of this laptop."""
