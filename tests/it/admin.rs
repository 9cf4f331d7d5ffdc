//! Who looks after the directory, by the command line.

use connector::{accounts::invite, clock::Clock, model::account::SiteRole, store::Store};

use crate::program::{connector, ran, run};

#[tokio::test]
async fn moderators_are_invited_listed_dismissed_and_signed_out() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    assert!(ran(data, &["admin", "list"]).ok().out.starts_with("Nobody yet."));
    for wrong in
        [vec!["invite", "ana"], vec!["dismiss", "ana@example.org"], vec!["sessions", "--end", "ana@example.org"]]
    {
        assert_eq!(ran(data, &[&["admin"], &wrong[..]].concat()).code, Some(1), "{wrong:?}");
    }
    assert_eq!(ran(data, &["admin", "invite", "ana@example.org", "--role", "owner"]).code, Some(2));
    let words = ["admin", "invite", "Ana@example.org", "--role", "administrator"];
    let invited = run(connector(data, &words).env("CONNECTOR_PUBLIC_URL", "https://connector.example.org")).ok();
    let link = invited.out.trim().strip_prefix("https://connector.example.org/sign-in/invite?t=").unwrap();
    assert!(!invited.err.contains(link), "the link stands in one place");

    let store = Store::open(data, None, Clock::Machine).await.unwrap();
    assert!(store.people_of_site().await.unwrap().is_empty(), "nobody has a role before they took it");
    let ana = invite::take(&store, link, "en").await.unwrap().unwrap();
    assert!(invite::take(&store, link, "en").await.unwrap().is_none(), "good once");
    let listed = ran(data, &["admin", "list", "--json"]).ok().json();
    assert_eq!((&listed["role"], &listed["email"]), (&"administrator".into(), &"Ana@example.org".into()));

    let session = store.open_session(&ana.id, "link", "", 60_000_000, false).await.unwrap();
    ran(data, &["admin", "sessions", "--end", "ana@example.org"]).ok();
    assert!(store.session(&session).await.unwrap().is_none());
    let open = ran(data, &["admin", "invite", "ana@example.org"]).ok();
    ran(data, &["admin", "dismiss", "ana@example.org"]).ok();
    assert_eq!(store.person(&ana.id).await.unwrap().unwrap().site_role, SiteRole::None);
    let open = open.out.trim().split_once("?t=").unwrap().1;
    assert!(invite::take(&store, open, "en").await.unwrap().is_none(), "an open invitation is withdrawn");
    assert_eq!(store.audit_verify().await.unwrap().broken, None);
}
