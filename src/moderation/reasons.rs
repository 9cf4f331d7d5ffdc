//! Why something is turned down, in the words its author is told, in the author's own language.

use crate::site::Lang;

/// A reason to turn something down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The door leads to somebody else.
    NotTheirs,
    /// A shortener, or a page that sends people on.
    Hidden,
    /// The address does not open.
    DoesNotOpen,
    /// Nobody could be found who confirms it.
    NotConfirmed,
    /// It is in the directory already.
    Known,
    /// It says too little, or something that cannot be shown.
    Unclear,
    /// It praises, sells or insults.
    NotPlain,
    /// It carries something private.
    Private,
    /// Something else: the moderator's own words say it.
    Other,
}

impl Reason {
    /// Every reason, in the order of the form.
    pub const ALL: [Self; 9] = [
        Self::NotTheirs,
        Self::Hidden,
        Self::DoesNotOpen,
        Self::NotConfirmed,
        Self::Known,
        Self::Unclear,
        Self::NotPlain,
        Self::Private,
        Self::Other,
    ];

    /// The word of forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotTheirs => "not_theirs",
            Self::Hidden => "hidden",
            Self::DoesNotOpen => "does_not_open",
            Self::NotConfirmed => "not_confirmed",
            Self::Known => "known",
            Self::Unclear => "unclear",
            Self::NotPlain => "not_plain",
            Self::Private => "private",
            Self::Other => "other",
        }
    }

    /// The reason a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }

    /// What its author is told.
    pub fn words(self, lang: Lang) -> String {
        match self {
            Self::NotTheirs => lang.t("review-reason-not-theirs"),
            Self::Hidden => lang.t("review-reason-hidden"),
            Self::DoesNotOpen => lang.t("review-reason-does-not-open"),
            Self::NotConfirmed => lang.t("review-reason-not-confirmed"),
            Self::Known => lang.t("review-reason-known"),
            Self::Unclear => lang.t("review-reason-unclear"),
            Self::NotPlain => lang.t("review-reason-not-plain"),
            Self::Private => lang.t("review-reason-private"),
            Self::Other => lang.t("review-reason-other"),
        }
    }

    /// The reason with the moderator's own words behind it; nothing when it is only "something else" without any.
    pub fn told(self, own: &str, lang: Lang) -> Option<String> {
        match (self, own.trim()) {
            (Self::Other, "") => None,
            (Self::Other, own) => Some(own.to_owned()),
            (reason, "") => Some(reason.words(lang)),
            (reason, own) => Some(format!("{} {own}", reason.words(lang))),
        }
    }
}

/// The language that a code names; English for any other.
pub fn language(code: &str) -> Lang {
    Lang::ALL.into_iter().find(|lang| lang.code() == code).unwrap_or(Lang::En)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_words_in_every_language() {
        for lang in Lang::ALL {
            for reason in Reason::ALL {
                assert_eq!(Reason::from_word(reason.word()), Some(reason));
                assert!(!reason.words(lang).is_empty());
            }
        }
        assert_ne!(Reason::Hidden.words(Lang::En), Reason::Hidden.words(Lang::Es));
        assert_eq!(Reason::Other.told(" ", Lang::En), None, "something else must be said");
        assert_eq!(Reason::Other.told("So it is.", Lang::En).as_deref(), Some("So it is."));
        assert!(Reason::Known.told("See B.", Lang::Es).is_some_and(|words| words.ends_with(" See B.")));
        assert_eq!((language("es"), language("fr")), (Lang::Es, Lang::En));
    }
}
