//! From when on a new passkey counts, and how the others hear of one that was added without another being shown.
//!
//! What holds: whoever can read somebody's e-mails, and no more, waits a day before they can do what needs a passkey; in that
//! day everybody who could be harmed is told and can stop it.

use serde_json::json;

use super::passkey::{Own, Refused};
use crate::{
    app::App,
    model::account::{Person, PersonId, Role, SiteRole},
    site::{Here, Lang},
    store::{Session, Store, StoreError},
};

/// How long a passkey waits that was added without another one being shown, in hours.
pub const HOURS: i64 = 24;
const HOUR: i64 = 3_600 * 1_000_000;
/// How long after an invitation was taken the first passkey counts at once, in microseconds.
const INVITED: i64 = HOUR;
/// The purpose of the tickets by which it is stopped.
const PURPOSE: &str = "stop_passkey";
/// How long it can be stopped, in hours: longer than it waits, so that it can be taken back too.
const STOP_HOURS: i64 = 7 * 24;
/// How a session began that an invitation opened.
pub const BY_INVITATION: &str = "invite";

/// From when on a passkey counts that is added now: 0 = at once.
pub fn counts_from(
    person: &Person,
    session: &Session,
    own: &[Own],
    fresh: bool,
    lost: bool,
    now: i64,
) -> Result<i64, Refused> {
    if own.is_empty() {
        // The first one. Moderators have theirs from the day they are invited; a mailbox alone does not make one.
        let invited = session.how == BY_INVITATION && now - session.created_at < INVITED;
        return Ok(if person.site_role == SiteRole::None || invited { 0 } else { now + HOURS * HOUR });
    }
    if fresh {
        return Ok(0);
    }
    if !lost {
        return Err(Refused::ShowFirst);
    }
    // One at a time: each is announced.
    if own.iter().any(|one| one.counts_from > now) { Err(Refused::Waits) } else { Ok(now + HOURS * HOUR) }
}

/// The language somebody reads.
pub fn language_of(person: &Person) -> Lang {
    Lang::ALL.into_iter().find(|lang| lang.code() == person.lang).unwrap_or(Lang::En)
}

/// A place to make sentences and addresses in somebody's language.
pub fn for_person(app: &App, person: &Person) -> Here {
    Here::at(language_of(person), "/account", app.config.clone())
}

/// Tells somebody that a passkey was added which counts at once.
pub async fn tell(app: &App, person: &Person) -> Result<(), StoreError> {
    let here = for_person(app, person);
    let words =
        here.t2("mail-passkey-added", "site", here.site_name(), "address", here.outside(&here.link("/account")));
    let subject = here.t1("mail-passkey-added-subject", "site", here.site_name());
    app.store.queue_mail(&person.email, &subject, &words).await
}

/// Tells everybody whom it concerns that a passkey was added which counts only after a while, with a link to stop it.
pub async fn announce(app: &App, person: &Person, passkey: &str) -> Result<(), StoreError> {
    let detail = json!({ "hours": HOURS });
    app.store.audit(person.id.as_str(), "passkey.waits", person.id.as_str(), &detail).await?;
    for one in concerned(&app.store, person).await? {
        let here = for_person(app, &one);
        let secret = app.store.issue_ticket(PURPOSE, person.id.as_str(), passkey, STOP_HOURS * HOUR).await?;
        let stop = here.outside(&here.link(&format!("/account/stop?t={secret}")));
        let values = [
            ("site", here.site_name().into()),
            ("person", (&person.email).into()),
            ("hours", HOURS.to_string().into()),
            ("address", stop.into()),
        ];
        let (subject, words) = if one.id == person.id {
            (here.lang.with("mail-waits-subject", &values[..1]), here.lang.with("mail-waits", &values))
        } else {
            (here.lang.with("mail-waits-other-subject", &values[..1]), here.lang.with("mail-waits-other", &values))
        };
        app.store.queue_mail(&one.email, &subject, &words).await?;
    }
    Ok(())
}

/// The person, the other owners of what they have a say in, and administrators when they have a role on the site.
async fn concerned(store: &Store, person: &Person) -> Result<Vec<Person>, StoreError> {
    let mut ids: Vec<PersonId> = Vec::new();
    for place in store.memberships(&person.id).await? {
        let owners = store.members(&place.subject).await?.into_iter().filter(|member| member.role == Role::Owner);
        ids.extend(owners.map(|owner| owner.person));
    }
    if person.site_role > SiteRole::None {
        let all = store.people_of_site().await?.into_iter();
        ids.extend(all.filter(|one| one.site_role == SiteRole::Administrator).map(|one| one.id));
    }
    ids.sort();
    ids.dedup();
    let mut all = vec![person.clone()];
    for id in ids.into_iter().filter(|id| *id != person.id) {
        all.extend(store.person(&id).await?);
    }
    Ok(all)
}

/// Can a link still stop a passkey?
pub async fn can_stop(store: &Store, secret: &str) -> Result<bool, StoreError> {
    Ok(store.see_ticket(PURPOSE, secret).await?.is_some())
}

/// Stops it: the passkey is gone, and every session of that account ends. False when the link is used, too old or forged.
pub async fn stop(store: &Store, secret: &str) -> Result<bool, StoreError> {
    let Some((holder, passkey)) = store.use_ticket(PURPOSE, secret).await? else { return Ok(false) };
    let Some(person) = PersonId::parse(&holder) else { return Ok(false) };
    store.remove_passkey(&person, &passkey).await?;
    store.end_session(&person, None, None).await?;
    store.audit("system", "passkey.stopped", person.as_str(), &json!({})).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_000_000_000_000;

    fn person(site_role: SiteRole) -> Person {
        let id = PersonId::new(uuid::Uuid::from_u128(7));
        Person { id, email: "a@example.org".into(), name: String::new(), lang: "en".into(), site_role, created_at: 0 }
    }

    fn session(how: &str) -> Session {
        Session {
            id: "s".into(),
            person: PersonId::new(uuid::Uuid::from_u128(7)),
            how: how.into(),
            device: String::new(),
            created_at: NOW,
            seen_at: NOW,
            expires_at: NOW + HOUR,
            fresh_at: 0,
        }
    }

    fn passkey(counts_from: i64) -> Own {
        Own { id: "aa".into(), name: String::new(), created_at: 0, used_at: 0, counts_from }
    }

    #[test]
    fn the_first_passkey_counts_at_once_but_for_a_moderator_who_only_has_a_mailbox() {
        let first = |role, how, now| counts_from(&person(role), &session(how), &[], false, false, now).unwrap();
        assert_eq!(first(SiteRole::None, "link", NOW), 0);
        assert_eq!(first(SiteRole::Moderator, BY_INVITATION, NOW), 0);
        assert_eq!(first(SiteRole::Moderator, "link", NOW), NOW + HOURS * HOUR);
        assert_eq!(first(SiteRole::Administrator, "oidc", NOW), NOW + HOURS * HOUR);
        let later = NOW + INVITED;
        assert_eq!(
            first(SiteRole::Moderator, BY_INVITATION, later),
            later + HOURS * HOUR,
            "an old session is a link's"
        );
    }

    #[test]
    fn whoever_has_one_shows_it_or_waits() {
        let next =
            |own: &[Own], how, fresh, lost| counts_from(&person(SiteRole::None), &session(how), own, fresh, lost, NOW);
        assert_eq!(next(&[passkey(0)], "passkey", true, false).unwrap(), 0);
        assert!(matches!(next(&[passkey(0)], "link", false, false), Err(Refused::ShowFirst)));
        assert!(matches!(next(&[passkey(0)], BY_INVITATION, false, false), Err(Refused::ShowFirst)), "invited or not");
        assert_eq!(next(&[passkey(0)], "link", false, true).unwrap(), NOW + HOURS * HOUR);
        let waiting = [passkey(0), passkey(NOW + HOUR)];
        assert!(matches!(next(&waiting, "link", false, true), Err(Refused::Waits)), "one at a time");
    }
}
