use crate::accounts::Page;

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    Vec::new()
}
