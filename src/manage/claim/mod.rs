//! `/manage/claim/{id}`: this is mine, and how I can show it.
//!
//! `prove` is the page of one claim with what is to be published; `email` the link that was sent. What holds: which domains
//! prove something is asked anew at every step, never taken from the form; a claim is seen by whoever made it alone.

mod email;
mod prove;
#[cfg(test)]
pub(super) mod tests;

#[cfg(test)]
pub(super) use self::{email::ClaimEmailPage, prove::ProvePage};

use askama::Template;
use axum::{
    body::Bytes,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use url::form_urlencoded;

use crate::{
    accounts::{Me, Need, Page, Signed, Who},
    app::App,
    claims::{
        Domains, Refused, Subject,
        domain::is_mail_at,
        mails::{lang_of, send_claim_link},
    },
    model::{
        account::Role,
        claim::{ClaimMethod, ClaimState},
        text,
    },
    site::{CachePolicy, Here, PageError, Part, respond},
    sources::private,
    store::{NewClaim, StoreError},
};

/// Letters of what somebody says of themselves.
const LONGEST: usize = 2_000;
/// What a link by e-mail is for, how long it is good, and how many one person may have sent in a day.
const EMAIL: &str = "claim_email";
const EMAIL_LASTS: i64 = 24 * 3_600 * 1_000_000;
const EMAILS_A_DAY: u64 = 5;
const DAY: i64 = 24 * 3_600 * 1_000_000;

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    let signed_in = Need::of(Who::SignedIn);
    vec![
        Page::get("/manage/claim/{id}", signed_in, get),
        Page::post("/manage/claim/{id}", signed_in, post),
        Page::get("/manage/claims/{n}", signed_in, prove::get),
        Page::post("/manage/claims/{n}/check", signed_in, prove::check),
        Page::post("/manage/claims/{n}/withdraw", signed_in, prove::withdraw),
        Page::get("/manage/claim-email", signed_in, email::get),
        Page::post("/manage/claim-email", signed_in, email::post),
    ]
}

/// Where a claim stands, in words.
pub(super) fn state_words(here: &Here, state: ClaimState) -> String {
    match state {
        ClaimState::Open => here.t("claim-state-open"),
        ClaimState::Waiting => here.t("claim-state-waiting"),
        ClaimState::Proved => here.t("claim-state-proved"),
        ClaimState::Lost => here.t("claim-state-lost"),
        ClaimState::Refused => here.t("claim-state-refused"),
        ClaimState::Withdrawn => here.t("claim-state-withdrawn"),
    }
}

/// What was wrong with a form, or what happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// No such domain proves anything.
    Domain,
    /// The address is not at that domain.
    Email,
    /// Nothing was said of who they are.
    Note,
    /// Too many mails were sent, or too many claims are open.
    TooMany,
    /// The link is on its way.
    Sent,
}

#[derive(Template)]
#[template(path = "manage/claim.html")]
pub struct ClaimPage {
    here: Here,
    me: Me,
    name: String,
    place: Option<String>,
    page: String,
    /// Where its forms go.
    form: String,
    /// It is theirs already.
    owns: bool,
    /// Somebody else showed that it is theirs.
    taken: bool,
    owner: Vec<String>,
    vendor: Vec<String>,
    nothing: Vec<String>,
    word: Option<Word>,
    email: String,
    note: String,
}

impl ClaimPage {
    fn new(here: Here, me: Me, subject: &Subject, domains: &Domains) -> Self {
        let place = subject.place.as_ref();
        let place = place.and_then(|(city, state)| here.place(city.as_deref(), state.as_deref(), &[]));
        let nothing = domains.nothing.iter().map(|(domain, why)| nothing_words(&here, domain, *why)).collect();
        Self {
            name: subject.name.clone(),
            place,
            page: here.by_id(&subject.id),
            form: here.link(&format!("/manage/claim/{}", subject.id)),
            owns: false,
            taken: false,
            owner: domains.owner.iter().cloned().collect(),
            vendor: domains.vendor.iter().cloned().collect(),
            nothing,
            word: None,
            email: String::new(),
            note: String::new(),
            me,
            here,
        }
    }

    fn word(&self) -> Option<String> {
        Some(match self.word? {
            Word::Domain => self.here.t("claim-fault-domain"),
            Word::Email => self.here.t("claim-fault-email"),
            Word::Note => self.here.t("claim-fault-note"),
            Word::TooMany => self.here.t("claim-fault-many"),
            Word::Sent => self.here.t("claim-email-sent"),
        })
    }

    fn went_well(&self) -> bool {
        self.word == Some(Word::Sent)
    }

    fn contact(&self) -> String {
        self.here.config().contact.clone()
    }
}

fn nothing_words(here: &Here, domain: &str, why: Refused) -> String {
    match why {
        Refused::NotListed => here.t1("claim-nothing-listed", "domain", domain),
        Refused::Odd => here.t1("claim-nothing-odd", "domain", domain),
        Refused::Hostile => here.t1("claim-nothing-hostile", "domain", domain),
        Refused::Shared => here.t1("claim-nothing-shared", "domain", domain),
    }
}

/// `GET /manage/claim/{id}`
async fn get(here: Here, State(app): State<App>, signed: Signed, Part(id): Part) -> Result<Response, PageError> {
    let subject = Subject::or_not_found(&app, &id).await?;
    page(here, &app, &signed, &subject, &Typed::default(), None).await
}

async fn page(
    here: Here,
    app: &App,
    signed: &Signed,
    subject: &Subject,
    typed: &Typed,
    word: Option<Word>,
) -> Result<Response, PageError> {
    let domains = subject.domains(app).await?;
    let now = app.clock.micros();
    let members = app.store.members(&subject.id).await?;
    let mut owners = members.iter().filter(|m| m.role == Role::Owner && m.proof > 0 && m.is_valid(now));
    let owns = owners.clone().any(|member| member.person == signed.person.id);
    let taken = owners.any(|member| member.person != signed.person.id);
    let (email, note) = (typed.email.clone(), typed.note.clone());
    let page = ClaimPage { owns, taken, word, email, note, ..ClaimPage::new(here, signed.me(), subject, &domains) };
    respond(&page, CachePolicy::Never)
}

/// The fields of the forms.
#[derive(Debug, Clone, Default)]
struct Typed {
    method: String,
    domain: String,
    email: String,
    note: String,
}

impl Typed {
    fn read(body: &[u8]) -> Self {
        let mut typed = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            let field = match name.as_ref() {
                "method" => &mut typed.method,
                "domain" => &mut typed.domain,
                "email" => &mut typed.email,
                "note" => &mut typed.note,
                _ => continue,
            };
            *field = value.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).take(LONGEST).collect();
        }
        typed
    }

    /// What a moderator reads, without private numbers.
    fn kept_note(&self) -> String {
        let clean = text::clean(&self.note, LONGEST);
        private::cut(&clean).map_or(clean, |(without, _)| without)
    }
}

/// `POST /manage/claim/{id}`: begins a claim in the way that was chosen.
async fn post(
    here: Here,
    State(app): State<App>,
    signed: Signed,
    Part(id): Part,
    body: Bytes,
) -> Result<Response, PageError> {
    let subject = Subject::or_not_found(&app, &id).await?;
    let typed = Typed::read(&body);
    let domains = subject.domains(&app).await?;
    let word = match typed.method.as_str() {
        "email" => Some(by_email(&app, &signed, &subject, &domains, &typed).await?),
        method => {
            let (method, role) = match method {
                "documents" => (ClaimMethod::Documents, Some(Role::Owner)),
                _ => (ClaimMethod::Dns, role_of(&domains, &typed.domain)),
            };
            let fault = match (method, role) {
                (_, None) => Some(Word::Domain),
                (ClaimMethod::Documents, _) if typed.note.trim().is_empty() => Some(Word::Note),
                _ => None,
            };
            match (fault, role) {
                (None, Some(role)) => match begin(&app, &signed, &subject, &typed, method, role).await? {
                    Ok(n) => return Ok(go(&here, &format!("/manage/claims/{n}"))),
                    Err(word) => Some(word),
                },
                (fault, _) => fault,
            }
        }
    };
    page(here, &app, &signed, &subject, &typed, word).await
}

/// What a proof of a domain gives.
fn role_of(domains: &Domains, domain: &str) -> Option<Role> {
    if domains.owner.contains(domain) {
        return Some(Role::Owner);
    }
    domains.vendor.contains(domain).then_some(Role::Delegate)
}

async fn begin(
    app: &App,
    signed: &Signed,
    subject: &Subject,
    typed: &Typed,
    method: ClaimMethod,
    role: Role,
) -> Result<Result<i64, Word>, PageError> {
    let note = if method == ClaimMethod::Documents { typed.kept_note() } else { String::new() };
    let new = NewClaim {
        subject: &subject.id,
        person: &signed.person.id,
        role,
        method,
        domain: if method == ClaimMethod::Documents { "" } else { &typed.domain },
        note: &note,
    };
    match app.store.open_claim(&new).await {
        Ok(claim) => Ok(Ok(claim.n)),
        Err(StoreError::Refused(_)) => Ok(Err(Word::TooMany)),
        Err(error) => Err(error.into()),
    }
}

/// Sends a link to an address at exactly one of the domains that prove something.
async fn by_email(
    app: &App,
    signed: &Signed,
    subject: &Subject,
    domains: &Domains,
    typed: &Typed,
) -> Result<Word, PageError> {
    let Some(domain) = domains.owner.iter().find(|domain| is_mail_at(&typed.email, domain)) else {
        return Ok(Word::Email);
    };
    let holder = signed.person.id.as_str();
    let since = app.clock.micros() - DAY;
    let sent = app.store.tickets_since(EMAIL, holder, since).await?;
    let there = app.store.tickets_since("claim_email_to", domain, since).await?;
    if sent >= EMAILS_A_DAY || there >= 4 * EMAILS_A_DAY {
        return Ok(Word::TooMany);
    }
    let body = serde_json::json!({ "subject": subject.id, "domain": domain }).to_string();
    let secret = app.store.issue_ticket(EMAIL, holder, &body, EMAIL_LASTS).await?;
    // Counted at the domain too, whoever asks.
    app.store.issue_ticket("claim_email_to", domain, "", EMAIL_LASTS).await?;
    let to = typed.email.trim();
    send_claim_link(app, lang_of(&signed.person), to, &subject.name, &secret).await?;
    Ok(Word::Sent)
}

/// To another page of ours, after a form.
pub(super) fn go(here: &Here, path: &str) -> Response {
    Redirect::to(&here.link(path)).into_response()
}

#[cfg(test)]
impl ClaimPage {
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let here = || crate::site::samples::here(lang, "/manage/claim/org-1");
        let me = crate::accounts::Me::sample;
        let domains = Domains {
            owner: ["mercy.org".to_owned()].into(),
            vendor: ["cerner.com".to_owned()].into(),
            nothing: [
                ("a.org".to_owned(), Refused::NotListed),
                ("b.org".to_owned(), Refused::Odd),
                ("c.org".to_owned(), Refused::Hostile),
                ("d.github.io".to_owned(), Refused::Shared),
            ]
            .into(),
        };
        let subject = Subject::sample("Mercy <b>Hospital</b>");
        let all = |word| ClaimPage {
            word,
            taken: true,
            email: "\"><script>".into(),
            note: "</textarea>".into(),
            ..ClaimPage::new(here(), me(), &subject, &domains)
        };
        let words = [Word::Domain, Word::Email, Word::Note, Word::TooMany, Word::Sent].map(Some);
        let mut pages: Vec<Self> = words.into_iter().chain([None]).map(all).collect();
        pages.push(ClaimPage { owns: true, ..ClaimPage::new(here(), me(), &subject, &Domains::default()) });
        pages
    }
}
