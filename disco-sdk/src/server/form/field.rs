//! One field of a form.

use std::marker::PhantomData;
use std::ops::RangeBounds;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::super::bound::Bound;
use super::super::bound::length::{Lengths, Measured};
use super::super::bound::range::Ranged;
use super::choice::{Choice, read_some, some_of};

/// What a field of a form can be: a text, a number, a switch, a choice, several choices, or an
/// `Option` of one of these, which may be left out.
///
/// ```
/// use disco_sdk::form::{Field, FieldSchema};
/// use serde_json::Value;
///
/// /// An address of mail.
/// struct Mail(String);
///
/// impl Field for Mail {
///     fn field() -> FieldSchema<Self> {
///         FieldSchema::new("string").with_format("email")
///     }
///
///     fn read(value: Option<Value>) -> Result<Self, String> {
///         String::read(value).map(Self)
///     }
///
///     fn write(&self) -> Value {
///         self.0.as_str().into()
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a form",
    label = "no client could show this field",
    note = "forms are flat: texts, numbers, `bool`s, enums with `#[derive(Form)]`, `Vec`s of such enums, and `Option`s of these"
)]
pub trait Field: Sized + 'static {
    /// How clients show it.
    fn field() -> FieldSchema<Self>;

    /// Reads what was filled in; `None`: nothing was.
    ///
    /// # Errors
    /// What does not fit, in words for the person.
    fn read(value: Option<Value>) -> Result<Self, String>;

    /// As it is filled in.
    fn write(&self) -> Value;
}

/// How clients show a field: a `PrimitiveSchemaDefinition` of the specification.
#[derive(Debug)]
pub struct FieldSchema<T> {
    schema: Map<String, Value>,
    may_be_absent: bool,
    of: PhantomData<fn() -> T>,
}

impl<T> FieldSchema<T> {
    /// A field whose values are of this JSON type: `string`, `number`, `integer` or `boolean`.
    #[must_use]
    pub fn new(kind: &str) -> Self {
        Self::of(json!({"type": kind}))
    }

    pub(super) fn of(schema: Value) -> Self {
        let Value::Object(schema) = schema else {
            return Self::of(json!({}));
        };
        Self { schema, may_be_absent: false, of: PhantomData }
    }

    fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.schema.insert(key.to_owned(), value.into());
        self
    }

    /// What the field is called.
    #[must_use]
    pub fn with_title(self, title: &str) -> Self {
        self.with("title", title)
    }

    /// What the person should know of it.
    #[must_use]
    pub fn with_description(self, description: &str) -> Self {
        self.with("description", description)
    }

    /// What the text has to be: `email`, `uri`, `date` or `date-time`. Clients check it.
    #[must_use]
    pub fn with_format(self, format: &str) -> Self {
        self.with("format", format)
    }

    /// The least and the greatest number.
    #[must_use]
    pub fn with_range(mut self, range: impl RangeBounds<T::Number>) -> Self
    where
        T: Ranged,
    {
        Bound::<T>::range(&range).describe(&mut self.schema);
        self
    }

    /// How many characters the text has, or how many choices can be made.
    #[must_use]
    pub fn with_length(mut self, range: impl RangeBounds<usize>) -> Self
    where
        T: Measured,
    {
        self.schema.extend(Lengths::of(&range).schema(&T::UNIT));
        self
    }

    /// What is filled in already, and what is taken if the field is left out.
    #[must_use]
    pub fn with_default(mut self, default: &T) -> Self
    where
        T: Field,
    {
        self.may_be_absent = true;
        let value = default.write();
        self.with("default", value)
    }

    /// The schema of the inner value for a field that may be left out.
    fn optional<U>(self) -> FieldSchema<U> {
        FieldSchema { schema: self.schema, may_be_absent: true, of: PhantomData }
    }

    pub(super) fn into_parts(self) -> (Map<String, Value>, bool) {
        (self.schema, self.may_be_absent)
    }
}

/// Reads a value that has to be there.
fn read<T: DeserializeOwned>(value: Option<Value>) -> Result<T, String> {
    let value = value.ok_or("is missing")?;
    serde_json::from_value(value).map_err(|error| error.to_string())
}

macro_rules! fields {
    ($($field:ty: $schema:expr;)+) => {
        $(
            #[diagnostic::do_not_recommend]
            impl Field for $field {
                fn field() -> FieldSchema<Self> {
                    $schema
                }

                fn read(value: Option<Value>) -> Result<Self, String> {
                    read(value)
                }

                fn write(&self) -> Value {
                    self.to_owned().into()
                }
            }
        )+
    };
}

fields! {
    String: FieldSchema::new("string");
    bool: FieldSchema::new("boolean");
    f32: FieldSchema::new("number");
    f64: FieldSchema::new("number");
    i8: FieldSchema::new("integer").with_range(i8::MIN..=i8::MAX);
    i16: FieldSchema::new("integer").with_range(i16::MIN..=i16::MAX);
    i32: FieldSchema::new("integer");
    i64: FieldSchema::new("integer");
    u8: FieldSchema::new("integer").with_range(0..=u8::MAX);
    u16: FieldSchema::new("integer").with_range(0..=u16::MAX);
    u32: FieldSchema::new("integer").with_range(0..);
    u64: FieldSchema::new("integer").with_range(0..);
    usize: FieldSchema::new("integer").with_range(0..);
}

/// May be left out.
#[diagnostic::do_not_recommend]
impl<T: Field> Field for Option<T> {
    fn field() -> FieldSchema<Self> {
        T::field().optional()
    }

    fn read(value: Option<Value>) -> Result<Self, String> {
        value.map(|value| T::read(Some(value))).transpose()
    }

    fn write(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::write)
    }
}

/// Several of a list of choices.
#[diagnostic::do_not_recommend]
impl<T: Choice> Field for Vec<T> {
    fn field() -> FieldSchema<Self> {
        some_of(T::OPTIONS)
    }

    fn read(value: Option<Value>) -> Result<Self, String> {
        read_some(value)
    }

    fn write(&self) -> Value {
        self.iter().map(Choice::name).collect()
    }
}
