"""What is done to random requests when the API is tested by its own document, and why.

A cursor (`after`) is made by the server for one list and one set of parameters. Any other is refused with 400, as the
document says of it in words; a schema cannot say it. So a well-formed request keeps a cursor that an answer gave, with the
parameters it was given for; one that is made up is taken out. Malformed requests stay as they are.
"""

import schemathesis

# The parameters a cursor was given for, by the cursor.
GIVEN = {}
# What may change from page to page.
OWN = {"after", "limit", "fields", "include"}


def deciding(query):
    return {name: value for name, value in query.items() if name not in OWN}


@schemathesis.hook
def after_call(context, case, response):
    if response.status_code == 200 and response.headers.get("content-type", [""])[0].startswith("application/json"):
        body = response.json()
        cursor = body.get("next_after") if isinstance(body, dict) else None
        if cursor:
            GIVEN[cursor] = (case.operation.label, deciding(case.query or {}))


@schemathesis.hook
def before_call(context, case, kwargs):
    query = case.query or {}
    if "after" not in query or case.meta is None or case.meta.generation.mode.is_negative:
        return
    label, given = GIVEN.get(query["after"], (None, {}))
    if label == case.operation.label:
        case.query = {**{name: value for name, value in query.items() if name in OWN}, **given}
    else:
        case.query = {name: value for name, value in query.items() if name != "after"}
