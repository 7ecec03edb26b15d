"""What the files of a store's folder are called that the wiring asks for."""

DATABASE = "records.db"
