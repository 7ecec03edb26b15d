"""What is read from the tables: one module per noun, whole values out, nothing lazy.

Every function takes a connection first and runs unchanged on SQLite and PostgreSQL. What was entered in error never
counts.
"""
