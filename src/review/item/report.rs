//! `/review/reports/{n}`: something that somebody told us.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    NEED, neutral_to,
    verdict::{Verdict, VerdictForm},
};
use crate::{
    accounts::{Me, Page, Signed},
    app::App,
    model::submission::{Report, Submission, SubmissionState, Wrong},
    moderation::{reasons::language, rules::NotNeutral},
    review::{
        desk::DeskState,
        form::{Sent, number},
        tools::{OutcomePage, with_status},
        words::{self, day},
    },
    site::{Here, PageError, Part},
    store::{Found, QueueKind},
};

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    vec![Page::get("/review/reports/{n}", NEED, show), Page::post("/review/reports/{n}", NEED, decide)]
}

#[derive(Template)]
#[template(path = "review/item-report.html")]
pub struct ReportedPage {
    here: Here,
    me: Me,
    desk: DeskState,
    report: Submission,
    /// What it is about, when that is in the directory.
    name: Option<String>,
    may: Result<(), NotNeutral>,
}

/// The report that waits; no such page when it does not.
async fn open(app: &App, n: &Part) -> Result<Submission, PageError> {
    let report = app.store.submission(number(n)?).await?;
    report.filter(|report| report.state == SubmissionState::Open).ok_or(PageError::NotFound)
}

async fn show(here: Here, State(app): State<App>, signed: Signed, n: Part) -> Result<Response, PageError> {
    let report = open(&app, &n).await?;
    with_status(&ReportedPage::new(here, &app, &signed, report).await?, StatusCode::OK)
}

impl ReportedPage {
    async fn new(here: Here, app: &App, signed: &Signed, report: Submission) -> Result<Self, PageError> {
        let back = format!("/review/reports/{}", report.n);
        let desk = DeskState::of(app, signed, QueueKind::Report, &report.n.to_string(), back).await?;
        let may = neutral_to(app, signed, report.subject.as_ref()).await?;
        let name = match &report.subject {
            Some(id) => match app.store.organization(id).await? {
                Found::Here(org) => Some(org.name),
                _ => None,
            },
            None => None,
        };
        Ok(Self { here, me: signed.me(), desk, report, name, may })
    }

    fn sent(&self) -> String {
        day(&self.here, self.report.at)
    }

    fn about(&self) -> Option<String> {
        self.report.subject.as_ref().map(|id| self.here.by_id(id))
    }

    fn form(&self) -> VerdictForm {
        let here = &self.here;
        let path = format!("/review/reports/{}", self.report.n);
        let form = VerdictForm::at(here, &path, here.t("review-report-accept"), here.t("review-report-decline"));
        VerdictForm { answered: true, ..form }
    }

    fn not_neutral(&self) -> Option<String> {
        self.may.err().map(|why| words::not_neutral(&self.here, why))
    }

    fn wrong(&self) -> String {
        match self.report.report.wrong {
            Wrong::DoesNotOpen => self.here.t("report-wrong-does-not-open"),
            Wrong::WrongPlace => self.here.t("report-wrong-wrong-place"),
            Wrong::LooksFake => self.here.t("report-wrong-looks-fake"),
            Wrong::Gone => self.here.t("report-wrong-gone"),
            Wrong::Contact => self.here.t("report-wrong-contact"),
            Wrong::Features => self.here.t("report-wrong-features"),
            Wrong::Missing => self.here.t("report-wrong-missing"),
            Wrong::Other => self.here.t("report-wrong-other"),
        }
    }

    /// What was said, line by line.
    fn said(&self) -> Vec<(String, &str)> {
        let Report { name, place, website, right, how, door, .. } = &self.report.report;
        let door = door.as_ref().map_or("", |door| door.url.as_str());
        [
            (self.here.t("review-report-door"), door),
            (self.here.t("review-report-name"), name.as_str()),
            (self.here.t("review-report-place"), place.as_str()),
            (self.here.t("review-report-website"), website.as_str()),
            (self.here.t("review-report-right"), right.as_str()),
            (self.here.t("review-report-how"), how.as_str()),
        ]
        .into_iter()
        .filter(|(_, said)| !said.is_empty())
        .collect()
    }

    /// About an organization by somebody who wants an answer, and in general by nobody.
    #[cfg(test)]
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let one = |n: u32, email: Option<&str>, may| {
            let report = Submission {
                n: 1,
                at: 1,
                kind: crate::model::submission::SubmissionKind::Problem,
                subject: (n > 0).then(|| crate::site::samples::id("org-", n)),
                report: Report {
                    wrong: Wrong::LooksFake,
                    door: None,
                    name: String::new(),
                    place: "Boise".into(),
                    website: "https://evil.example.org/".into(),
                    right: "<script>alert(1)</script>".into(),
                    how: "I went there".into(),
                    lang: "es".into(),
                },
                email: email.map(str::to_owned),
                state: SubmissionState::Open,
                decision: None,
            };
            let here = crate::site::samples::here(lang, "/review/reports/1");
            let (desk, name) = (DeskState::sample(None, false), (n > 0).then(|| "Mercy".to_owned()));
            Self { here, me: Me::sample(), desk, report, name, may }
        };
        vec![one(1, Some("jane@example.org"), Ok(())), one(0, None, Ok(())), one(1, None, Err(NotNeutral::Member))]
    }
}

async fn decide(
    here: Here,
    State(app): State<App>,
    signed: Signed,
    n: Part,
    sent: Sent,
) -> Result<Response, PageError> {
    let report = open(&app, &n).await?;
    if neutral_to(&app, &signed, report.subject.as_ref()).await?.is_err() {
        let page = ReportedPage::new(here, &app, &signed, report).await?;
        return with_status(&page, StatusCode::FORBIDDEN);
    }
    let state = match Verdict::of(&sent, false)? {
        Verdict::Accept => SubmissionState::Accepted,
        Verdict::Refuse | Verdict::Unread => SubmissionState::Declined,
    };
    let answer = sent.words("answer");
    let done = app.store.decide_submission(report.n, state, &answer, &signed.as_moderator()).await;
    if let Ok(was) = &done {
        thank(&app, was, state, &answer).await?;
    }
    OutcomePage::over(here, signed.me(), done)
}

/// Writes to whoever asked for an answer, in the language of their form. Their address is erased with the decision.
async fn thank(app: &App, was: &Submission, state: SubmissionState, answer: &str) -> Result<(), PageError> {
    let Some(email) = &was.email else { return Ok(()) };
    let lang = language(&was.report.lang);
    let words = match state {
        SubmissionState::Accepted => lang.t("review-mail-report-accepted"),
        SubmissionState::Open | SubmissionState::Declined => lang.t("review-mail-report-declined"),
    };
    let answer = if answer.is_empty() { String::new() } else { format!("\n\n{answer}") };
    app.store.queue_mail(email, &lang.t("review-mail-report"), &format!("{words}{answer}\n")).await?;
    Ok(())
}
