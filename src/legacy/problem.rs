//! What a program is told when it cannot have what it asked for: the original's statuses, with words.

use crate::web::problem::{Kind, Problem};

/// A parameter is wrong; `detail` says what is allowed.
pub(super) fn wrong(parameter: &str, detail: String) -> Problem {
    Problem::new(Kind::WrongValue, detail).parameter(parameter)
}

/// There is no such thing.
pub(super) fn nothing(detail: &str) -> Problem {
    Problem::new(Kind::NotFound, detail)
}

/// Something of ours broke.
pub(super) fn broken(cause: impl std::fmt::Display) -> Problem {
    Problem::broken("the original's API", &cause)
}

/// Suggestions go to the lists; everything else is only read.
pub(super) async fn only_get() -> Problem {
    let detail = "This address is only read. To suggest an organization, an app or a correction, POST it as JSON to \
         /organizations or /apps, or use the page of the organization.";
    Problem::new(Kind::WrongMethod, detail)
}

/// No address of this API.
pub(super) async fn no_such_address() -> Problem {
    nothing(
        "Below /legacy there are /organizations, /organizations/{id}, /apps, /apps/{id}, /stage2, \
         /data/organizations.json, /data/organizations.csv, /data/apps.json and /data/apps.csv.",
    )
}
