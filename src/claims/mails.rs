//! Mails about claims and places, in the language of whoever gets them: kept in the store, sent by the room `mail`.
//!
//! What holds: links come from the public address of the installation alone; what people typed stands in a mail only as the
//! name of the organization, which everybody can read.

use crate::{
    app::App,
    model::{
        account::{Member, Person, PersonId, Role},
        id::Id,
        notice::Access,
    },
    site::{Lang, in_language},
    store::{Letter, StoreError},
};

/// What owners are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Somebody else showed control too and waits for a moderator.
    AnotherClaim,
    /// The same, and nobody edits until a person looked.
    TwoClaims,
    /// A proof is gone for three days: nobody edits.
    ProofLost,
    /// A proof was not found today.
    ProofMissing,
    /// A proof is there again.
    ProofBack,
    /// Somebody joined.
    Joined,
    /// Somebody was asked to be an owner and waits for a moderator.
    OwnerAsked,
    /// Somebody has another role, or none any more.
    TeamChanged,
    /// A program was given access, or has it no more.
    Access(Access),
}

/// What a program may use came or went, in a sentence.
pub fn access_words(lang: Lang, what: Access) -> String {
    match what {
        Access::KeyMade => lang.t("access-key-made"),
        Access::KeyRevoked => lang.t("access-key-revoked"),
        Access::WebhookAdded => lang.t("access-webhook-added"),
        Access::WebhookRemoved => lang.t("access-webhook-removed"),
    }
}

impl Told {
    fn words(self, lang: Lang, name: &str) -> (String, String) {
        let values = || [("name", name.into())];
        let (subject, body) = match self {
            Self::AnotherClaim => {
                (lang.with("claim-mail-another", &values()), lang.with("claim-mail-another-body", &values()))
            }
            Self::TwoClaims => (lang.with("claim-mail-two", &values()), lang.with("claim-mail-two-body", &values())),
            Self::ProofLost => (lang.with("claim-mail-lost", &values()), lang.with("claim-mail-lost-body", &values())),
            Self::ProofMissing => {
                (lang.with("claim-mail-missing", &values()), lang.with("claim-mail-missing-body", &values()))
            }
            Self::ProofBack => (lang.with("claim-mail-back", &values()), lang.with("claim-mail-back-body", &values())),
            Self::Joined => (lang.with("team-mail-joined", &values()), lang.with("team-mail-joined-body", &values())),
            Self::OwnerAsked => (lang.with("team-mail-owner", &values()), lang.with("team-mail-owner-body", &values())),
            Self::TeamChanged => {
                (lang.with("team-mail-changed", &values()), lang.with("team-mail-changed-body", &values()))
            }
            Self::Access(what) => {
                let body = format!("{} {}", access_words(lang, what), lang.with("access-mail-body", &values()));
                (lang.with("access-mail", &values()), body)
            }
        };
        (subject, body)
    }

    /// The page where it can be looked at, below that of the profile.
    fn page(self) -> &'static str {
        if let Self::Access(what) = self { what.page() } else { "team" }
    }
}

/// The language of a person's mails.
pub fn lang_of(person: &Person) -> Lang {
    Lang::ALL.into_iter().find(|lang| lang.code() == person.lang).unwrap_or(Lang::En)
}

/// The absolute address of a page in a language.
pub fn outside(app: &App, lang: Lang, path: &str) -> String {
    format!("{}{}", app.config.public_url, in_language(lang, path))
}

/// Everybody who owns an organization or app, to write to.
pub struct Owners {
    all: Vec<(Member, Person)>,
}

impl Owners {
    /// Of an organization or app.
    pub async fn of(app: &App, subject: &Id) -> Result<Self, StoreError> {
        let (now, mut all) = (app.clock.micros(), Vec::new());
        for member in app.store.members(subject).await? {
            if member.role != Role::Owner || !member.is_valid(now) {
                continue;
            }
            if let Some(person) = app.store.person(&member.person).await? {
                all.push((member, person));
            }
        }
        Ok(Self { all })
    }

    /// Each of them.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.all.iter().map(|(member, _)| member)
    }

    /// What those of them who are to be told are written.
    pub fn letters(&self, app: &App, name: &str, what: Told, to: impl Fn(&Member) -> bool) -> Vec<Letter> {
        let letter = |(member, person): &(Member, Person)| {
            let lang = lang_of(person);
            let (title, words) = what.words(lang, name);
            let there = outside(app, lang, &format!("/manage/{}/{}", member.subject, what.page()));
            Letter { address: person.email.clone(), subject: title, body: format!("{words}\n\n{there}\n") }
        };
        self.all.iter().filter(|(member, _)| to(member)).map(letter).collect()
    }
}

/// Tells every owner of an organization or app but one.
pub async fn tell_owners(
    app: &App,
    subject: &Id,
    name: &str,
    except: Option<&PersonId>,
    what: Told,
) -> Result<(), StoreError> {
    let owners = Owners::of(app, subject).await?;
    send(app, owners.letters(app, name, what, |member| Some(&member.person) != except)).await
}

/// Puts letters among the mails to be sent.
pub async fn send(app: &App, letters: Vec<Letter>) -> Result<(), StoreError> {
    for letter in letters {
        app.store.queue_mail(&letter.address, &letter.subject, &letter.body).await?;
    }
    Ok(())
}

/// Sends the link that opens a claim by e-mail.
pub async fn send_claim_link(app: &App, lang: Lang, to: &str, name: &str, secret: &str) -> Result<(), StoreError> {
    let link = outside(app, lang, &format!("/manage/claim-email?ticket={secret}"));
    let title = lang.with("claim-mail-link", &[("name", name.into())]);
    let words = lang.with("claim-mail-link-body", &[("name", name.into())]);
    app.store.queue_mail(to, &title, &format!("{words}\n\n{link}\n")).await
}

/// Sends an invitation.
pub async fn send_invitation(app: &App, lang: Lang, to: &str, name: &str, secret: &str) -> Result<(), StoreError> {
    let link = outside(app, lang, &format!("/manage/join?ticket={secret}"));
    let title = lang.with("team-mail-invite", &[("name", name.into())]);
    let words = lang.with("team-mail-invite-body", &[("name", name.into())]);
    app.store.queue_mail(to, &title, &format!("{words}\n\n{link}\n")).await
}
