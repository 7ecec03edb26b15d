"""Tables, the one door through which they change, and the queries that read them."""

from sqlalchemy import Connection as Connection
