//! What is new, by mail: at most once a day, in the language of who reads it, with links to our own pages alone.

use std::collections::HashMap;

use super::words::{page, words};
use crate::{
    app::App,
    model::id::Id,
    profile::standing,
    site::Lang,
    store::{Notice, StoreError, Waiting},
};

/// People who are written to in one go.
const AT_ONCE: u32 = 200;
/// Notices of one mail; the page has the rest.
const LINES: usize = 30;
/// Notices that are looked at for one mail.
const LOOKED: u32 = 500;

/// Queues the mails that are due; answers how many.
pub async fn send(app: &App) -> Result<usize, StoreError> {
    let mut sent = 0;
    for who in app.store.mails_due(AT_ONCE).await? {
        let all = app.store.notices(&who.person, None, 0, LOOKED).await?;
        let new: Vec<Notice> = all.into_iter().filter(|notice| notice.n > who.after && !notice.read).collect();
        let Some(upto) = new.iter().map(|notice| notice.n).max() else { continue };
        sent += usize::from(one(app, &who, upto, &new).await?);
    }
    Ok(sent)
}

async fn one(app: &App, who: &Waiting, upto: i64, new: &[Notice]) -> Result<bool, StoreError> {
    let person = app.store.person(&who.person).await?.filter(|person| !person.email.is_empty());
    let Some(person) = person else {
        // The account was closed: there is nobody to tell.
        app.store.tell_by_mail(who, upto, None).await?;
        return Ok(false);
    };
    let lang = Lang::ALL.into_iter().find(|lang| lang.code() == person.lang).unwrap_or(Lang::En);
    let (subject, body) = letter(app, lang, new).await?;
    app.store.tell_by_mail(who, upto, Some((&person.email, &subject, &body))).await?;
    Ok(true)
}

async fn letter(app: &App, lang: Lang, new: &[Notice]) -> Result<(String, String), StoreError> {
    // Addresses come from the settings alone, never from a request.
    let outside = |path: &str| format!("{}{}{path}", app.config.public_url, lang.prefix());
    let mut names: HashMap<&Id, String> = HashMap::new();
    let mut lines = Vec::new();
    for notice in new.iter().take(LINES) {
        if !names.contains_key(&notice.subject) {
            let name = standing(app, &notice.subject).await?.map(|standing| standing.seen.name().to_owned());
            names.insert(&notice.subject, name.unwrap_or_default());
        }
        let name = names.get(&notice.subject).map(String::as_str).unwrap_or_default();
        let said = words(lang, &notice.news);
        lines.push(format!("{name}: {said}\n{}", outside(&page(&notice.subject, &notice.news))));
    }
    let count = new.len() as u64;
    let subject = lang.with("notice-mail-subject", &[("count", count.into())]);
    let foot = lang.with("notice-mail-foot", &[("address", outside("/manage/notices").into())]);
    let body = format!("{}\n\n{}\n\n{foot}\n", lang.t("notice-mail-hello"), lines.join("\n\n"));
    Ok((subject, body))
}
