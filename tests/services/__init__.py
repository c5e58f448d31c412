"""The real servers that tests run against: PostgreSQL, Redis, mail, the site itself, a browser, an HTML checker.

Each is started when the first test asks for it, shared by all processes of one test run where that is safe, and
ended with the run, even when the run is killed.
"""
