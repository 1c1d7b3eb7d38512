//! The types that a column can have, and what each means to Arrow, JSON and Frictionless.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, BooleanBuilder, Date32Array, Date32Builder, Float64Array, Float64Builder, Int16Array, Int16Builder,
    Int32Array, Int32Builder, Int64Array, Int64Builder, StringArray, StringBuilder,
};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The types of published columns: those that Stata, R and CSV read all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// UTF-8 text.
    Utf8,
    /// 16-bit integer.
    Int16,
    /// 32-bit integer.
    Int32,
    /// 64-bit integer.
    Int64,
    /// Double.
    Float64,
    /// True or false.
    Boolean,
    /// Days since 1970-01-01.
    Date32,
}

impl FieldType {
    /// The Arrow type.
    pub fn arrow(self) -> DataType {
        match self {
            Self::Utf8 => DataType::Utf8,
            Self::Int16 => DataType::Int16,
            Self::Int32 => DataType::Int32,
            Self::Int64 => DataType::Int64,
            Self::Float64 => DataType::Float64,
            Self::Boolean => DataType::Boolean,
            Self::Date32 => DataType::Date32,
        }
    }

    /// The type in a Frictionless table schema.
    pub fn frictionless(self) -> &'static str {
        match self {
            Self::Utf8 => "string",
            Self::Int16 | Self::Int32 | Self::Int64 => "integer",
            Self::Float64 => "number",
            Self::Boolean => "boolean",
            Self::Date32 => "date",
        }
    }
}

/// A day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Day(pub i32);

impl Day {
    /// The date.
    pub fn date(self) -> Option<chrono::NaiveDate> {
        chrono::NaiveDate::from_epoch_days(self.0)
    }
}

impl From<chrono::NaiveDate> for Day {
    fn from(date: chrono::NaiveDate) -> Self {
        Self(date.to_epoch_days())
    }
}

/// A Rust type that a column can hold.
pub trait Column: Sized {
    /// Its type in the published table.
    const TYPE: FieldType;
    /// Whether it can be missing.
    const NULLABLE: bool;
    /// Collects values.
    type Builder: ColumnBuilder + Default;

    /// Adds this value.
    fn append(&self, builder: &mut Self::Builder);

    /// The value at a place of an array.
    ///
    /// # Errors
    /// When the array is of another type.
    fn get(array: &dyn Array, at: usize) -> Result<Self, ArrowError>;

    /// As JSON.
    fn json(&self) -> Value;
}

/// An Arrow builder that ends as an array.
pub trait ColumnBuilder {
    /// The values collected.
    fn array(&mut self) -> ArrayRef;
}

fn cast<T: 'static>(array: &dyn Array) -> Result<&T, ArrowError> {
    array
        .as_any()
        .downcast_ref()
        .ok_or_else(|| ArrowError::SchemaError(format!("a column is {}, not as the field table says", array.data_type())))
}

macro_rules! column {
    ($rust:ty, $type:ident, $builder:ty, $array:ty, $put:expr, $take:expr, $json:expr) => {
        impl ColumnBuilder for $builder {
            fn array(&mut self) -> ArrayRef {
                Arc::new(self.finish())
            }
        }

        impl Column for $rust {
            const TYPE: FieldType = FieldType::$type;
            const NULLABLE: bool = false;
            type Builder = $builder;

            fn append(&self, builder: &mut $builder) {
                builder.append_value($put(self));
            }

            fn get(array: &dyn Array, at: usize) -> Result<Self, ArrowError> {
                Ok($take(cast::<$array>(array)?.value(at)))
            }

            fn json(&self) -> Value {
                $json(self)
            }
        }

        impl Column for Option<$rust> {
            const TYPE: FieldType = FieldType::$type;
            const NULLABLE: bool = true;
            type Builder = $builder;

            fn append(&self, builder: &mut $builder) {
                builder.append_option(self.as_ref().map($put));
            }

            fn get(array: &dyn Array, at: usize) -> Result<Self, ArrowError> {
                let array = cast::<$array>(array)?;
                Ok(array.is_valid(at).then(|| $take(array.value(at))))
            }

            fn json(&self) -> Value {
                self.as_ref().map_or(Value::Null, $json)
            }
        }
    };
}

column!(String, Utf8, StringBuilder, StringArray, String::as_str, |v: &str| v.to_owned(), |v: &String| Value::from(v.as_str()));
column!(i16, Int16, Int16Builder, Int16Array, |v: &i16| *v, |v| v, |v: &i16| Value::from(*v));
column!(i32, Int32, Int32Builder, Int32Array, |v: &i32| *v, |v| v, |v: &i32| Value::from(*v));
column!(i64, Int64, Int64Builder, Int64Array, |v: &i64| *v, |v| v, |v: &i64| Value::from(*v));
column!(f64, Float64, Float64Builder, Float64Array, |v: &f64| *v, |v| v, number);
column!(bool, Boolean, BooleanBuilder, BooleanArray, |v: &bool| *v, |v| v, |v: &bool| Value::from(*v));
column!(Day, Date32, Date32Builder, Date32Array, |v: &Day| v.0, Day, |v: &Day| v
    .date()
    .map_or(Value::Null, |d| Value::from(d.to_string())));

/// Whole numbers without a fraction, as people write counts.
#[expect(clippy::cast_possible_truncation, reason = "bounded to the integers that a double holds exactly")]
fn number(value: &f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < EXACT { Value::from(*value as i64) } else { Value::from(*value) }
}
