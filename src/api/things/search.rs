//! `/search`, `/suggest`, `/near`: what the index finds.

use axum::response::Response;

use crate::{
    api::{Api, answer::Answer, call::Call, given::Given, reply},
    model::{features::Feature, kind::Kind},
    search::Request,
    web::problem::Problem,
};

/// `/search`
pub async fn search(api: Api, call: Call) -> Result<Response, Problem> {
    let given = &call.given;
    let request = Request {
        q: given.one("q").unwrap_or_default().trim().to_owned(),
        part_of: given.id("part_of"),
        explain: given.flag("explain") == Some(true),
        ..asked(given)
    };
    answer(api, request).await
}

/// `/near`
pub async fn near(api: Api, call: Call) -> Result<Response, Problem> {
    answer(api, asked(&call.given)).await
}

/// What both may ask.
fn asked(given: &Given) -> Request {
    Request {
        near: given.one("near").map(str::to_owned),
        within: given.one("within").and_then(|miles| miles.parse().ok()),
        kinds: given.words("kind").into_iter().filter_map(Kind::from_code).collect(),
        states: given.words("state").into_iter().map(str::to_owned).collect(),
        features: given.words("feature").into_iter().filter_map(Feature::parse).collect(),
        tiers: given.words("tier").into_iter().filter_map(|tier| tier.parse().ok()).collect(),
        limit: given.number("limit"),
        counts: given.flag("counts") == Some(true),
        ..Request::default()
    }
}

async fn answer(api: Api, request: Request) -> Result<Response, Problem> {
    // A search is bounded to about a millisecond, less than another thread would cost; counting may take many.
    let found = if request.counts {
        let index = api.app.index.clone();
        tokio::task::spawn_blocking(move || index.search(&request))
            .await
            .map_err(|cut_off| Problem::broken("a search", &cut_off))?
    } else {
        api.app.index.search(&request)
    };
    reply::own(&Answer::from(found.map_err(|error| Problem::broken("a search", &error))?))
}

/// `/suggest`
pub async fn suggest(api: Api, call: Call) -> Result<Response, Problem> {
    let text = call.given.one("q").unwrap_or_default();
    let found = api.app.index.suggest(text, api.app.config.brand.state, call.given.number("limit"));
    let results = found.map_err(|error| Problem::broken("suggesting names", &error))?;
    reply::own(&Answer { total: results.len(), results, ..Answer::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::table;

    #[test]
    fn a_search_may_ask_everything() {
        let query = "near=Boise,+ID&within=12.5&kind=hospital&state=ID&feature=view,send.app_access&tier=1,3&limit=5\
             &counts=true";
        let expected = Request {
            near: Some("Boise, ID".into()),
            within: Some(12.5),
            kinds: vec![Kind::Hospital],
            states: vec!["ID".into()],
            features: vec![Feature::parse("view").unwrap(), Feature::parse("send.app_access").unwrap()],
            tiers: vec![1, 3],
            limit: 5,
            counts: true,
            ..Request::default()
        };
        assert_eq!(asked(&Given::read(&table::SEARCH, Some(query)).unwrap()), expected);
        assert_eq!(asked(&Given::read(&table::SEARCH, None).unwrap()), Request { limit: 20, ..Request::default() });
    }
}
