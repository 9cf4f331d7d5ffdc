//! What the other owners are told when a program is given access to a profile, or has it no more: a notice, and a mail at once.

use super::home::names;
use crate::{
    accounts::Signed,
    app::App,
    claims::mails::{self, Owners, Told},
    model::{
        account::Member,
        notice::{Access, NewNotice, News},
    },
    site::PageError,
};

/// Tells them. What was done is done: that nobody could be told is for the log of the program.
pub(super) async fn tell(app: &App, signed: &Signed, what: Access) {
    if let Err(error) = told(app, signed, what).await {
        tracing::error!(?error, "owners could not be told of a key or a webhook");
    }
}

async fn told(app: &App, signed: &Signed, what: Access) -> Result<(), PageError> {
    let subject = signed.subject()?;
    let owners = Owners::of(app, subject).await?;
    let others = |member: &Member| member.person != signed.person.id;
    let news = News::Access { what, at: app.clock.micros() };
    let notice =
        |owner: &Member| NewNotice { person: owner.person.clone(), subject: subject.clone(), news: news.clone() };
    let notices: Vec<NewNotice> = owners.members().filter(|owner| others(owner)).map(notice).collect();
    app.store.tell_once(&notices).await?;
    let name = names(app, std::slice::from_ref(subject)).await?.remove(subject).unwrap_or_default();
    mails::send(app, owners.letters(app, &name, Told::Access(what), others)).await?;
    Ok(())
}
