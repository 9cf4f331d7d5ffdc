"""What is done to random requests when the API is tested by its own document, and why.

A cursor (`after`) is made by the server for one list and one set of parameters. Any other is refused with 400, as the
document says of it in words; a schema cannot say it. So a well-formed request keeps a cursor that an answer gave, with the
parameters it was given for; one that is made up is taken out. Malformed requests stay as they are.

Of `/changes` two things are bounded: a number behind the end of the log is another installation's and refused with 400, as
the document says in words, so numbers go no farther than the end that an answer told; and nobody waits longer than a second
for a change that does not come. Values that the schema refuses stay as they are.
"""

import schemathesis

# The parameters a cursor was given for, by the cursor.
GIVEN = {}
# The end of the log, as the last answer told it.
END = {"last": 0}
# What may change from page to page.
OWN = {"after", "limit", "fields", "include"}


def is_feed(case):
    return case.operation.path == "/changes"


def number(value):
    """A whole number, or nothing."""
    text = str(value)
    return int(text) if not isinstance(value, bool) and text.isascii() and text.isdigit() and len(text) < 19 else None


def bounded(query):
    """The query of a feed without a wait that takes long, and without a number behind the end."""
    bounded = dict(query)
    wait, after = number(query.get("wait")), number(query.get("after"))
    if wait is not None and 1 < wait <= 30:
        bounded["wait"] = 1
    if after is not None and after > END["last"]:
        bounded["after"] = str(END["last"])
    return bounded


def deciding(query):
    return {name: value for name, value in query.items() if name not in OWN}


@schemathesis.hook
def after_call(context, case, response):
    if response.status_code == 200 and response.headers.get("content-type", [""])[0].startswith("application/json"):
        body = response.json()
        if is_feed(case) and isinstance(body, dict):
            END["last"] = body["last"]
            return
        cursor = body.get("next_after") if isinstance(body, dict) else None
        if cursor:
            GIVEN[cursor] = (case.operation.label, deciding(case.query or {}))


@schemathesis.hook
def before_call(context, case, kwargs):
    query = case.query or {}
    if is_feed(case):
        case.query = bounded(query)
        return
    if "after" not in query or case.meta is None or case.meta.generation.mode.is_negative:
        return
    label, given = GIVEN.get(query["after"], (None, {}))
    if label == case.operation.label:
        case.query = {**{name: value for name, value in query.items() if name in OWN}, **given}
    else:
        case.query = {name: value for name, value in query.items() if name != "after"}
