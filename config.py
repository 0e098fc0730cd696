"""The settings of this installation; every one can also be given as an environment variable, `SHUKE_` before its name, which wins.

What an administrator sets for the company (name, language, time zone, currency) lies in the database, not here.
"""

# Where the company's records are kept. Empty: an SQLite file in the instance folder.
# A chain uses PostgreSQL 15 or later: "postgresql://shuke:password@db.example.com/shuke".
DATABASE_URL = ""

# Signs cookies and links: at least 32 random characters, the same for all processes of one installation.
# Empty: made at the first start and kept, readable by the owner alone, in the instance folder.
SECRET_KEY = ""

# Where the server listens. Behind a reverse proxy on the same machine, leave the address as it is.
HOST = "127.0.0.1"
PORT = 8000

# Requests that one server process answers at the same time; each takes one connection to the database.
THREADS = 8

# The address that people type, such as "https://crm.example.com": links in messages and files are made from it, and with https
# cookies are sent over https alone. Empty: http://127.0.0.1 and the port.
EXTERNAL_URL = ""

# Further host names that requests may carry, separated by commas; all others are refused.
TRUSTED_HOSTS = ""

# How many reverse proxies stand in front and set X-Forwarded-For, -Proto and -Host. With 0 these headers are not believed.
TRUSTED_PROXIES = 0

# The folder of the database file, the secret key and uploaded files.
INSTANCE = "instance"

# How passwords are hashed; a method that Werkzeug knows.
PASSWORD_HASH = "scrypt"

# Lets administrators move the clock, to see reminders and expiry happen. Never on a server where people work.
SANDBOX = False
