//! What the top of a page shows to whoever signed in: their own pages, and the way out.

use super::access::Signed;
use crate::site::Here;

/// Whoever looks at a page, as far as its template must know: field `me` of every page that extends `manage/parts/frame.html`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// The token that forms of this session carry, in their first field.
    pub csrf: String,
    /// Does the queue stand at the top too?
    pub is_moderator: bool,
}

impl Me {
    /// Address and words of their own pages.
    pub fn navigation(&self, here: &Here) -> Vec<(String, String)> {
        let mut pages =
            vec![(here.link("/manage"), here.t("me-organizations")), (here.link("/account"), here.t("me-account"))];
        if self.is_moderator {
            pages.push((here.link("/review"), here.t("me-review")));
        }
        pages
    }
}

#[cfg(test)]
impl Me {
    /// A moderator who looks at a page: more stands at the top than for others.
    pub fn sample() -> Self {
        Self { csrf: "0".repeat(40), is_moderator: true }
    }
}

impl Signed {
    /// What the top of their pages shows.
    pub fn me(&self) -> Me {
        Me { csrf: self.csrf.clone(), is_moderator: self.is_moderator() }
    }
}
