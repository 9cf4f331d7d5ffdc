//! The views of the FHIR server: one base address each, because profiles contradict one another.
//!
//! Da Vinci PDex Plan-Net 1.x and the National Directory of Healthcare (NDH STU1) demand different codes for the payload of
//! the same endpoint, and both demand what sources often do not say. So each has a base of its own; plain R4 shows everything.

/// Under which profiles resources are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum View {
    /// `/fhir`: FHIR R4 without profiles, everything there is.
    Plain,
    /// `/fhir/plan-net`: Da Vinci PDex Plan-Net.
    PlanNet,
    /// `/fhir/ndh`: National Directory of Healthcare.
    Ndh,
}

impl View {
    /// Every view.
    pub const ALL: [Self; 3] = [Self::Plain, Self::PlanNet, Self::Ndh];

    /// The path of its base address, without a slash at the end.
    pub fn path(self) -> &'static str {
        match self {
            Self::Plain => "/fhir",
            Self::PlanNet => "/fhir/plan-net",
            Self::Ndh => "/fhir/ndh",
        }
    }

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "FHIR R4",
            Self::PlanNet => "Da Vinci PDex Plan-Net",
            Self::Ndh => "National Directory of Healthcare (NDH)",
        }
    }

    /// Where the profiles and codes of its implementation guide stand; nothing in plain R4.
    pub fn guide(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::PlanNet => Some("http://hl7.org/fhir/us/davinci-pdex-plan-net"),
            Self::Ndh => Some("http://hl7.org/fhir/us/ndh"),
        }
    }
}

/// Why a resource is not in a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LeftOut {
    /// The profile wants `active` to be true: this organization moved or closed.
    NotActive,
    /// The profile wants a `type`: no source says what kind of organization it is.
    NoType,
    /// The profile wants an `address`: no source says where it is.
    NoAddress,
    /// It belongs to an organization that is left out itself.
    Organization,
}

impl LeftOut {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::NotActive, Self::NoType, Self::NoAddress, Self::Organization];

    /// Its word in counts.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotActive => "not-active",
            Self::NoType => "no-type",
            Self::NoAddress => "no-address",
            Self::Organization => "organization-left-out",
        }
    }

    /// The reason in a sentence.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NotActive => "its profile wants `active` to be true, and this organization moved or closed",
            Self::NoType => "its profile wants a `type`, and no source says what kind of organization it is",
            Self::NoAddress => "its profile wants an `address`, and no source says where it is",
            Self::Organization => "it belongs to an organization that this view leaves out",
        }
    }
}
