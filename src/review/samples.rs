//! What samples of the pages of this room share.

use crate::accounts::Me;

/// A moderator who looks at a page.
pub fn me() -> Me {
    Me { csrf: "abc".into(), is_moderator: true }
}
