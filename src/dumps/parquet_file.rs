//! A table as Apache Parquet: zstd, row groups of a bounded number of rows.

use std::{fs::File, io, path::Path, sync::Arc};

use parquet::{
    basic::{Compression, ConvertedType, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel},
    data_type::{BoolType, ByteArray, ByteArrayType, Int32Type, Int64Type},
    errors::ParquetError,
    file::{
        properties::WriterProperties,
        writer::{SerializedColumnWriter, SerializedFileWriter},
    },
    schema::types::{Type, TypePtr},
};

use super::table::{Cell, Column, Kind, Row, Table};

/// Rows of a row group: what is held in memory.
const GROUP: usize = 20_000;
/// Days are counted from here.
const EPOCH: jiff::civil::Date = jiff::civil::date(1970, 1, 1);

/// A Parquet file that is being written.
pub struct ParquetFile {
    out: SerializedFileWriter<File>,
    table: &'static Table,
    columns: Vec<Held>,
    rows: usize,
}

/// The values of a column that wait to be written, those that are there; and for each row whether it has one.
struct Held {
    there: Vec<i16>,
    values: Values,
}

enum Values {
    Texts(Vec<ByteArray>),
    Numbers(Vec<i64>),
    YesNo(Vec<bool>),
    Days(Vec<i32>),
}

impl ParquetFile {
    /// Begins the file of a table.
    pub fn create(file: &Path, table: &'static Table) -> io::Result<Self> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3).map_err(broken)?))
            .set_created_by(format!("connector {}", env!("CARGO_PKG_VERSION")))
            .build();
        let fields = table.columns.iter().map(field).collect::<Result<Vec<TypePtr>, _>>().map_err(broken)?;
        let schema = Type::group_type_builder(table.name).with_fields(fields).build().map_err(broken)?;
        let out = SerializedFileWriter::new(File::create(file)?, Arc::new(schema), Arc::new(properties));
        let columns = table.columns.iter().map(|column| Held::new(column.kind)).collect();
        Ok(Self { out: out.map_err(broken)?, table, columns, rows: 0 })
    }

    /// Adds a row.
    pub fn add(&mut self, row: &Row<'_>) -> io::Result<()> {
        for (held, cell) in self.columns.iter_mut().zip(row) {
            held.add(cell);
        }
        self.rows += 1;
        if self.rows == GROUP { self.write_group() } else { Ok(()) }
    }

    /// Ends the file and makes it lasting.
    pub fn finish(mut self) -> io::Result<()> {
        if self.rows > 0 {
            self.write_group()?;
        }
        self.out.into_inner().map_err(broken)?.sync_all()
    }

    fn write_group(&mut self) -> io::Result<()> {
        let mut group = self.out.next_row_group().map_err(broken)?;
        for (held, column) in self.columns.iter_mut().zip(self.table.columns) {
            let writer = group.next_column().map_err(broken)?;
            let mut writer = writer.ok_or_else(|| io::Error::other("a column of a Parquet file is missing"))?;
            held.write(&mut writer, column.always).map_err(broken)?;
            writer.close().map_err(broken)?;
        }
        group.close().map_err(broken)?;
        self.rows = 0;
        Ok(())
    }
}

impl Held {
    fn new(kind: Kind) -> Self {
        let values = match kind {
            Kind::Text => Values::Texts(Vec::new()),
            Kind::Number | Kind::Moment => Values::Numbers(Vec::new()),
            Kind::YesNo => Values::YesNo(Vec::new()),
            Kind::Day => Values::Days(Vec::new()),
        };
        Self { there: Vec::new(), values }
    }

    fn add(&mut self, cell: &Cell<'_>) {
        let there = match (&mut self.values, cell) {
            (Values::Texts(all), Cell::Text(text)) => {
                all.push(ByteArray::from(text.as_bytes().to_vec()));
                true
            }
            (Values::Numbers(all), Cell::Number(number)) => {
                all.push(*number);
                true
            }
            (Values::Numbers(all), Cell::Moment(moment)) => {
                all.push(moment.as_microsecond());
                true
            }
            (Values::YesNo(all), Cell::YesNo(yes)) => {
                all.push(*yes);
                true
            }
            (Values::Days(all), Cell::Day(day)) => {
                all.push(EPOCH.until(*day).map_or(0, |span| span.get_days()));
                true
            }
            _ => false,
        };
        self.there.push(i16::from(there));
    }

    /// Writes what waits; for a column that may lack values, with the marks of what is there.
    fn write(&mut self, to: &mut SerializedColumnWriter<'_>, always: bool) -> Result<(), ParquetError> {
        let there = (!always).then_some(self.there.as_slice());
        match &mut self.values {
            Values::Texts(all) => {
                to.typed::<ByteArrayType>().write_batch(all, there, None)?;
                all.clear();
            }
            Values::Numbers(all) => {
                to.typed::<Int64Type>().write_batch(all, there, None)?;
                all.clear();
            }
            Values::YesNo(all) => {
                to.typed::<BoolType>().write_batch(all, there, None)?;
                all.clear();
            }
            Values::Days(all) => {
                to.typed::<Int32Type>().write_batch(all, there, None)?;
                all.clear();
            }
        }
        self.there.clear();
        Ok(())
    }
}

fn field(column: &Column) -> Result<TypePtr, ParquetError> {
    let (physical, logical) = match column.kind {
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Number => (Physical::INT64, None),
        Kind::YesNo => (Physical::BOOLEAN, None),
        Kind::Day => (Physical::INT32, Some(LogicalType::Date)),
        Kind::Moment => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS))),
    };
    let repetition = if column.always { Repetition::REQUIRED } else { Repetition::OPTIONAL };
    let field = Type::primitive_type_builder(column.name, physical)
        .with_logical_type(logical)
        .with_converted_type(ConvertedType::NONE)
        .with_repetition(repetition)
        .build()?;
    Ok(Arc::new(field))
}

fn broken(error: ParquetError) -> io::Error {
    match error {
        // A full disk stays a full disk.
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    }
}
