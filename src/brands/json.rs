//! JSON straight into bytes: hundreds of megabytes of entries are written, so nothing is built up before.

use std::io::Write as _;

/// Writes members and elements, with the commas between them.
#[derive(Debug, Default)]
pub struct Json {
    out: Vec<u8>,
}

impl Json {
    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    fn comma(&mut self) {
        if !matches!(self.out.last(), None | Some(b'{' | b'[' | b':')) {
            self.out.push(b',');
        }
    }

    /// The name of a member of an object; a value follows.
    pub fn name(&mut self, name: &str) -> &mut Self {
        self.comma();
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.comma();
        // Writing into memory does not fail, nor does a text as JSON.
        let _ = serde_json::to_writer(&mut self.out, text);
    }

    /// A text of several parts without anything in them that JSON escapes.
    pub fn plain(&mut self, parts: std::fmt::Arguments<'_>) {
        self.comma();
        self.out.push(b'"');
        let _ = self.out.write_fmt(parts);
        self.out.push(b'"');
    }

    /// A word of JSON itself: `true`.
    pub fn word(&mut self, word: &str) {
        self.comma();
        self.out.extend_from_slice(word.as_bytes());
    }

    /// An object.
    pub fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.comma();
        self.out.push(b'{');
        members(self);
        self.out.push(b'}');
    }

    /// A list.
    pub fn list(&mut self, elements: impl FnOnce(&mut Self)) {
        self.comma();
        self.out.push(b'[');
        elements(self);
        self.out.push(b']');
    }

    /// A member that is a text.
    pub fn member(&mut self, name: &str, text: &str) {
        self.name(name).text(text);
    }

    /// A member that is a list; an empty one is not written, as FHIR demands.
    pub fn members<T>(&mut self, name: &str, all: impl IntoIterator<Item = T>, mut each: impl FnMut(&mut Self, T)) {
        let mut all = all.into_iter().peekable();
        if all.peek().is_some() {
            self.name(name).list(|list| all.for_each(|one| each(list, one)));
        }
    }
}
