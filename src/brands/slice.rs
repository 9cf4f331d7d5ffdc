//! Which brands a list is about: all, those of a state, of a vendor, or of both.

use crate::{
    model::{place::STATES, vendor},
    register::{Marks, area_bit},
};

/// A list of brands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Slice {
    /// Number of its area among the bits of [`area_bit`].
    area: Option<u8>,
    /// Number of its vendor in the table of vendors.
    vendor: Option<u8>,
}

impl Slice {
    /// Every brand.
    pub const ALL: Self = Self { area: None, vendor: None };

    /// Only those in a state or serving it, or `US`; nothing when there is none with this code.
    pub fn of_state(self, code: &str) -> Option<Self> {
        let bit = area_bit(code);
        (bit != 0).then_some(Self { area: Some(bit.trailing_zeros() as u8), ..self })
    }

    /// Only those with portals or endpoints of a vendor; nothing when there is none with this code.
    pub fn of_vendor(self, code: &str) -> Option<Self> {
        let at = vendor::all().iter().position(|vendor| vendor.code == code)?;
        Some(Self { vendor: Some(at as u8), ..self })
    }

    /// The codes of states there can be a list of.
    pub fn states() -> impl Iterator<Item = &'static str> {
        STATES.iter().map(|(code, _)| *code).chain(["US"])
    }

    /// The codes of vendors there can be a list of.
    pub fn vendors() -> impl Iterator<Item = &'static str> {
        vendor::all().iter().map(|vendor| vendor.code.as_str())
    }

    /// Every list that these marks stand in.
    pub fn of(areas: u64, vendors: u32) -> impl Iterator<Item = Self> {
        let numbers = |bits: u64| (0..64_u8).filter(move |n| bits >> n & 1 == 1).map(Some);
        let areas = std::iter::once(None).chain(numbers(areas));
        areas.flat_map(move |area| {
            let vendors = std::iter::once(None).chain(numbers(u64::from(vendors)));
            vendors.map(move |vendor| Self { area, vendor })
        })
    }

    /// Do these marks stand in it?
    pub fn takes(self, areas: u64, vendors: u32) -> bool {
        self.area.is_none_or(|n| areas >> n & 1 == 1) && self.vendor.is_none_or(|n| vendors >> n & 1 == 1)
    }

    /// Its name, as the question for it is written; it is read back by [`Self::from_name`].
    pub fn name(self) -> String {
        let state = self.area.and_then(|n| Self::states().nth(usize::from(n))).map(|code| format!("state={code}"));
        let vendor = self.vendor.and_then(|n| Self::vendors().nth(usize::from(n))).map(|code| format!("vendor={code}"));
        let parts: Vec<String> = state.into_iter().chain(vendor).collect();
        if parts.is_empty() { "all".into() } else { parts.join("&") }
    }

    /// The list with a name.
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "all" {
            return Some(Self::ALL);
        }
        name.split('&').try_fold(Self::ALL, |slice, part| match part.split_once('=')? {
            ("state", code) => slice.of_state(code),
            ("vendor", code) => slice.of_vendor(code),
            _ => None,
        })
    }
}

/// The areas and vendors that a list is chosen by.
pub fn marks(marks: &Marks) -> (u64, u32) {
    (marks.located | marks.serves, marks.vendors as u32 | (marks.vendors >> 32) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_marks_stand_in_their_lists() {
        let areas = area_bit("OH") | area_bit("US");
        let all: Vec<Slice> = Slice::of(areas, 0b11).collect();
        assert_eq!(all.len(), 9);
        for slice in all {
            assert_eq!(Slice::from_name(&slice.name()), Some(slice));
            assert!(slice.takes(areas, 0b11));
        }
        let ohio = Slice::ALL.of_state("OH").unwrap();
        assert_eq!(ohio.of_vendor("mychart").unwrap().name(), "state=OH&vendor=mychart");
        assert!(!ohio.takes(area_bit("ID"), 0) && !ohio.of_vendor("mychart").unwrap().takes(areas, 0b10));
        for bad in ["", "state=XX", "vendor=none", "org-1", "state"] {
            assert_eq!(Slice::from_name(bad), None, "{bad}");
        }
    }
}
