//! Results in words: what it is, where, what really opens, who says so.

use std::collections::BTreeMap;

use super::{Choice, asked::Asked};
use crate::{
    model::source::Tier,
    search::Card,
    site::{here::Here, icons, said},
};

/// One result, in words.
pub struct ResultCard {
    pub address: String,
    pub name: String,
    pub also_known_as: Option<String>,
    pub icon: &'static str,
    pub kind: String,
    pub place: Option<String>,
    pub miles: Option<String>,
    pub portal_name: Option<String>,
    pub domain: Option<String>,
    /// See, save, send.
    pub can: Vec<String>,
    /// Domain of its own web site.
    pub website: Option<String>,
    pub app_access: bool,
    pub listed: bool,
    pub said: String,
    /// The organization it is part of.
    pub part_of: Option<String>,
    /// All places of one organization that match, and where they are listed.
    pub places: Option<Choice>,
}

impl ResultCard {
    pub fn new(here: &Here, card: &Card) -> Self {
        let date =
            card.load_date.parse::<jiff::civil::Date>().map_or_else(|_| card.load_date.clone(), |day| here.date(day));
        let can = |code: &String| match code.as_str() {
            "view" => Some(here.t("card-see")),
            "download" => Some(here.t("card-save")),
            "send" => Some(here.t("card-send")),
            _ => None,
        };
        Self {
            address: here.organization(&card.slug),
            name: card.name.clone(),
            also_known_as: card.also_known_as.clone(),
            icon: icons::kind(card.kind),
            kind: here.kind(card.kind),
            place: here.place(card.city.as_deref(), card.state.as_deref(), &card.areas),
            miles: card.miles.map(|miles| here.miles(miles)),
            portal_name: card.portal_name.clone().filter(|name| *name != card.name),
            domain: card.portal_domain.clone().filter(|_| card.portal_url.is_some()),
            website: card.website_domain.clone(),
            can: card.can.iter().filter_map(can).collect(),
            app_access: card.app_access,
            listed: card.listed,
            part_of: card.part_of.as_ref().map(|parent| parent.name.clone()),
            places: None,
            said: if card.tier == Tier::STARTER.number() {
                here.t("card-starter")
            } else {
                said::listed(here, card.tier, &card.source_name, date)
            },
        }
    }
}

/// The results as this search shows them: what stands behind one is a link away, and two of one name in one town
/// carry their ZIP codes.
pub fn shown(here: &Here, asked: &Asked, cards: &[Card]) -> Vec<ResultCard> {
    let mut same: BTreeMap<_, usize> = BTreeMap::new();
    for card in cards {
        *same.entry((&card.name, &card.city, &card.state)).or_default() += 1;
    }
    cards
        .iter()
        .map(|card| {
            let mut shown = ResultCard::new(here, card);
            shown.places = behind(here, asked, card);
            if let (Some(place), Some(zip)) = (&mut shown.place, &card.zip)
                && same[&(&card.name, &card.city, &card.state)] > 1
            {
                place.push(' ');
                place.push_str(zip);
            }
            shown
        })
        .collect()
}

/// The places of one organization that share this result.
fn behind(here: &Here, asked: &Asked, card: &Card) -> Option<Choice> {
    if card.places_matching == 0 {
        return None;
    }
    let (brand, name) = match &card.part_of {
        Some(parent) => (&parent.id, &parent.name),
        None => (&card.id, &card.name),
    };
    Some(Choice {
        words: here.t2("card-places-matching", "count", card.places_matching, "name", name),
        address: asked.changed(|other| other.part_of = Some(brand.clone())).address(here),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::{Lang, samples};

    #[test]
    fn two_of_one_name_in_one_town_are_told_apart() {
        let here = samples::here(Lang::En, "/find");
        let first = samples::cards().remove(0);
        let other = Card { zip: Some("83704".into()), ..first.clone() };
        let places = |cards: &[Card]| -> Vec<Option<String>> {
            shown(&here, &Asked::default(), cards).into_iter().map(|card| card.place).collect()
        };
        assert_eq!(places(std::slice::from_ref(&first)), [Some("Boise, ID".into())]);
        assert_eq!(places(&[first, other]), [Some("Boise, ID 83702".into()), Some("Boise, ID 83704".into())]);
    }
}
