//! The pages and files over the wire, with their headers.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode},
};
use tower::ServiceExt;

use crate::site::{
    Lang,
    served::{BOISE, Site},
    tests::{Dom, parsed},
};

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    fn page(self) -> Dom {
        parsed(String::from_utf8(self.body).unwrap())
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Asks for a page, in a frame or not.
async fn ask(site: &Site, request: Request<Body>) -> Answer {
    let program = crate::site::router(site.app.clone()).merge(super::router(site.app.clone()));
    let answer = program.oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    Answer { status: parts.status, headers: parts.headers, body: to_bytes(body, usize::MAX).await.unwrap().into() }
}

async fn get(site: &Site, address: &str) -> Answer {
    ask(site, Request::get(address).body(Body::empty()).unwrap()).await
}

fn path(address: &str) -> &str {
    address.strip_prefix("https://connector.example.org").unwrap()
}

#[tokio::test]
async fn only_the_frame_may_be_framed() {
    let site = Site::new().await;
    for address in ["/embed/picker", "/embed/picker?origin=https://app.example&lang=es", "/embed/picker?q=joseph"] {
        let frame = get(&site, address).await;
        assert_eq!(frame.status, StatusCode::OK, "{address}");
        assert!(frame.header("content-security-policy").ends_with("frame-ancestors *"), "{address}");
        assert_eq!(frame.header("cross-origin-resource-policy"), "cross-origin", "{address}");
        assert_eq!(frame.header("cross-origin-embedder-policy"), "require-corp", "{address}");
        assert_eq!(frame.header("x-frame-options"), "", "{address}");
    }
    for address in
        ["/embed/example", "/es/embed/example", "/embed/versions.json", "/embed/none", "/", "/find", "/es/help"]
    {
        let page = get(&site, address).await;
        assert!(page.header("content-security-policy").ends_with("frame-ancestors 'none'"), "{address}");
    }
    for address in ["/embed/picker?q=joseph", "/embed/example", "/embed/picker-1.js", "/embed/picker?origin=*"] {
        let page = get(&site, address).await;
        assert_eq!(page.header("set-cookie"), "", "{address}");
        assert_eq!(page.header("referrer-policy"), "no-referrer", "{address}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{address}");
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{address}: {policy}");
    }
}

#[tokio::test]
async fn a_version_is_one_file_for_ever_and_its_integrity_is_told() {
    let site = Site::new().await;
    let list = get(&site, "/embed/versions.json").await;
    assert_eq!(list.header("access-control-allow-origin"), "*");
    let list = list.json();
    assert_eq!(list["stable"], "https://connector.example.org/embed/picker-1.js");
    assert_eq!(get(&site, path(list["frame"].as_str().unwrap())).await.status, StatusCode::OK);
    let stable = get(&site, "/embed/picker-1.js").await;
    assert_eq!(stable.header("cache-control"), "public, max-age=300");
    let versions = list["versions"].as_array().unwrap();
    assert!(!versions.is_empty());
    for (n, version) in versions.iter().enumerate() {
        let file = get(&site, path(version["immutable"].as_str().unwrap())).await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.header("content-type").starts_with("text/javascript"));
        assert!(file.header("cache-control").contains("immutable"));
        assert_eq!(file.header("access-control-allow-origin"), "*", "integrity is checked on what CORS lets read");
        assert_eq!(file.header("cross-origin-resource-policy"), "cross-origin");
        assert_eq!(file.body.len() as u64, version["bytes"]);
        assert!(version["integrity"].as_str().unwrap().starts_with("sha384-"));
        if n == 0 {
            assert_eq!(file.body, stable.body, "the newest is the stable one");
        }
    }
    for none in ["/embed/picker-1.0.0.000000000000.js", "/embed/picker-2.js", "/embed/%ff", "/embed/..%2fCargo.toml"] {
        assert_eq!(get(&site, none).await.status, StatusCode::NOT_FOUND, "{none}");
    }
}

#[tokio::test]
async fn the_script_comes_small_and_not_twice() {
    let site = Site::new().await;
    let asking = |name: &str, value: &str| {
        ask(&site, Request::get("/embed/picker-1.js").header(name, value).body(Body::empty()).unwrap())
    };
    for encoding in ["gzip", "br", "zstd"] {
        let packed = asking("accept-encoding", encoding).await;
        assert_eq!(packed.header("content-encoding"), encoding);
        assert!(packed.header("vary").contains("accept-encoding"), "{}", packed.header("vary"));
        assert!(packed.body.len() < 15_000, "{encoding}: {}", packed.body.len());
    }
    let tag = get(&site, "/embed/picker-1.js").await.header("etag").to_owned();
    let same = asking("if-none-match", &tag).await;
    assert_eq!((same.status, same.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(same.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn what_is_asked_wrong_is_a_page_that_says_so() {
    let site = Site::new().await;
    for (query, words) in [
        ("origin=*", "https://app.example"),
        ("origin=http://app.example&lang=es", "origin falta"),
        ("colour=blue", "only-with-endpoint"),
        ("q=%3Cscript%3E&kind=%3Cscript%3E", "hospital"),
    ] {
        let page = get(&site, &format!("/embed/picker?{query}")).await;
        assert_eq!((page.status, page.header("cache-control")), (StatusCode::BAD_REQUEST, "no-store"), "{query}");
        let page = page.page();
        assert!(page.text(".warning").contains(words), "{query}: {}", page.text(".warning"));
        assert!(page.texts("form, script").is_empty() && !page.html().contains("<script>"), "{query}");
        assert_eq!(page.attributes("main", "data-origin"), [""], "{query}: nothing is told to anybody");
    }
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let request = Request::builder().method(method).uri("/embed/picker").body(Body::empty()).unwrap();
        assert_eq!(ask(&site, request).await.status, StatusCode::METHOD_NOT_ALLOWED);
    }
}

#[tokio::test]
async fn nothing_that_is_typed_breaks_the_frame() {
    let site = Site::new().await;
    let long = "a".repeat(5_000);
    for query in [
        "q=%00%01%ff",
        "q=%22)%20OR%20*:*",
        "q=%F0%9F%98%80&lang=es",
        "%ff=%ff",
        "&&&=",
        &format!("q={long}"),
        &format!("{long}=1"),
    ] {
        let page = get(&site, &format!("/embed/picker?{query}")).await;
        assert!([StatusCode::OK, StatusCode::BAD_REQUEST].contains(&page.status), "{query}: {}", page.status);
        assert!(page.body.len() < 20_000, "{query}");
    }
    let head = ask(&site, Request::head("/embed/picker?q=joseph").body(Body::empty()).unwrap()).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
}

#[tokio::test]
async fn without_a_script_the_frame_is_a_form_that_leads_to_doors() {
    let site = Site::new().await;
    for (lang, label, go) in [("en", "Find the place", "Go to MyChart"), ("es", "Busque el lugar", "Entre a MyChart")] {
        let page = get(&site, &format!("/embed/picker?lang={lang}&q=joseph&state=ID&origin=https://app.example")).await;
        assert_eq!(page.header("cache-control"), "private, max-age=60", "what was typed stays with who typed it");
        let page = page.page();
        assert_eq!(page.attributes("html", "lang"), [lang]);
        assert!(page.text("label").starts_with(label));
        assert_eq!(page.attributes("form", "action"), ["/embed/picker"]);
        let hidden = page.attributes("input[type=hidden]", "name");
        assert_eq!(hidden, ["lang", "origin", "state"], "what was set is set again");
        assert_eq!(page.attributes("main", "data-origin"), ["https://app.example"]);
        assert_eq!(page.texts(".result h3"), ["St. Joseph’s Hospital"], "the one in Tampa is not in Idaho");
        assert_eq!(page.texts("a.go-there"), [go]);
        assert_eq!(page.attributes("a.go-there", "href"), ["https://boise.example.org/mychart"]);
        assert_eq!(page.attributes("a.go-there", "rel"), ["noopener noreferrer nofollow"]);
        assert!(page.text(".opens").contains("example.org"), "the domain is shown");
        // Nothing of ours but the frame itself may be framed.
        assert_eq!(page.texts("a").len(), page.attributes("a[target=_blank]", "href").len());
        let slug = page.attributes(".result h3 a", "href").remove(0);
        assert!(slug.ends_with(BOISE), "{slug}");
    }
    let nothing = get(&site, "/embed/picker?q=zzzz").await.page();
    assert!(nothing.text("h2").contains("zzzz") && nothing.texts(".result").is_empty());
    let apps = get(&site, "/embed/picker?q=joseph&only-with-endpoint=true").await.page();
    assert!(apps.texts(".result").is_empty(), "no app can connect to them");
}

#[tokio::test]
async fn a_recalled_door_is_not_in_the_frame() {
    let site = Site::new().await;
    site.app.store.recall_host("boise.example.org", "test").await.unwrap();
    crate::app::catch_up(&site.app.store, &site.app.index).await.unwrap();
    let page = get(&site, "/embed/picker?q=joseph&state=ID").await.page();
    assert_eq!(page.texts(".result h3").len(), 1);
    assert!(!page.html().contains("boise.example.org"));
}

#[tokio::test]
async fn the_example_is_a_page_in_both_languages() {
    let site = Site::new().await;
    for lang in Lang::ALL {
        let page = get(&site, &format!("{}/embed/example", lang.prefix())).await;
        let policy = page.header("content-security-policy").to_owned();
        assert!(policy.contains("connect-src 'self' https:;") && policy.contains("script-src 'self';"), "{policy}");
        let page = page.page();
        assert_eq!(page.attributes("html", "lang"), [lang.code()]);
        assert_eq!(page.attributes("record-door-picker", "lang"), [lang.code()]);
        assert_eq!(page.texts("main section.step").len(), 5);
        assert!(page.text("pre").contains("https://connector.example.org/embed/picker-1.js"));
        for asset in page.attributes("script[src^='/assets/']", "src") {
            assert_eq!(get(&site, &asset).await.status, StatusCode::OK, "{asset}");
        }
        assert_eq!(
            page.attributes("main [hidden]", "hidden").len(),
            7,
            "nothing that needs a script is shown before it runs"
        );
        assert!(page.texts("style, [style], script:not([src])").is_empty());
    }
}
