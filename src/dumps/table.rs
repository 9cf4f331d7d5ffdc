//! What a table is: columns with their meaning, rows with their values. CSV, Parquet and SQLite write the same ones.

use std::borrow::Cow;

use jiff::{Timestamp, civil::Date};

use crate::{
    model::id::Id,
    sources::input::escape_formula,
    store::public_file::{Shape, Value},
};

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Number,
    /// Yes or no.
    YesNo,
    /// A day.
    Day,
    /// A moment, UTC.
    Moment,
}

impl Kind {
    /// What it is called in the data dictionary.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "whole number",
            Self::YesNo => "yes or no",
            Self::Day => "day",
            Self::Moment => "moment",
        }
    }
}

/// One column.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What stands in it.
    pub kind: Kind,
    /// It always has a value.
    pub always: bool,
    /// What it means; for one that may lack a value, what the lack means.
    pub meaning: &'static str,
}

/// One table.
#[derive(Debug)]
pub struct Table {
    /// Its name, also that of its files.
    pub name: &'static str,
    /// One row is what?
    pub about: &'static str,
    /// Its first column is its key.
    pub keyed: bool,
    /// Columns by which rows are looked up.
    pub indexes: &'static [&'static str],
    /// Its columns, in their order.
    pub columns: &'static [Column],
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Not known, or none.
    Nothing,
    /// A text.
    Text(Cow<'a, str>),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    YesNo(bool),
    /// A day.
    Day(Date),
    /// A moment.
    Moment(Timestamp),
}

/// The values of a row, in the order of the columns.
pub type Row<'a> = Vec<Cell<'a>>;

impl Table {
    /// As the SQLite file has it.
    pub fn shape(&self) -> Shape {
        let sql = |kind| match kind {
            Kind::Text | Kind::Day | Kind::Moment => "TEXT",
            Kind::Number | Kind::YesNo => "INTEGER",
        };
        Shape {
            name: self.name,
            columns: self.columns.iter().map(|column| (column.name, sql(column.kind), !column.always)).collect(),
            indexes: self.indexes.to_vec(),
            keyed: self.keyed,
        }
    }
}

impl Cell<'_> {
    /// As a field of a CSV file: empty for nothing, `true` and `false`, ISO 8601; never what a spreadsheet would run.
    pub fn field(&self) -> Cow<'_, str> {
        match self {
            Self::Nothing => Cow::Borrowed(""),
            Self::Text(text) => match escape_formula(text) {
                same if same == **text => Cow::Borrowed(text),
                escaped => Cow::Owned(escaped),
            },
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::YesNo(yes) => Cow::Borrowed(if *yes { "true" } else { "false" }),
            Self::Day(day) => Cow::Owned(day.to_string()),
            Self::Moment(moment) => Cow::Owned(moment.to_string()),
        }
    }

    /// As the SQLite file has it.
    pub fn value(&self) -> Value {
        match self {
            Self::Nothing => Value::Null,
            Self::Text(text) => Value::Text(text.to_string()),
            Self::Number(number) => Value::Int(*number),
            Self::YesNo(yes) => Value::Int(i64::from(*yes)),
            Self::Day(day) => Value::Text(day.to_string()),
            Self::Moment(moment) => Value::Text(moment.to_string()),
        }
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a> From<&'a Id> for Cell<'a> {
    fn from(id: &'a Id) -> Self {
        Self::Text(Cow::Borrowed(id.as_str()))
    }
}

impl From<i64> for Cell<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Cell<'_> {
    fn from(number: usize) -> Self {
        Self::Number(number as i64)
    }
}

impl From<bool> for Cell<'_> {
    fn from(yes: bool) -> Self {
        Self::YesNo(yes)
    }
}

impl From<Date> for Cell<'_> {
    fn from(day: Date) -> Self {
        Self::Day(day)
    }
}

impl From<Timestamp> for Cell<'_> {
    fn from(moment: Timestamp) -> Self {
        Self::Moment(moment)
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}
