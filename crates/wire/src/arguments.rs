//! From parameters to a function's typed arguments, with errors that name the argument.

use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use crate::params::Params;

/// Why an argument was not accepted: a whole sentence for the caller.
#[derive(Debug, PartialEq, Eq)]
pub enum ArgumentError {
    /// A required argument is missing.
    Missing(String),
    /// An argument's value breaks the rule of its type.
    Invalid {
        /// The argument's name.
        argument: String,
        /// The rule that it breaks.
        why: String,
    },
    /// A value breaks a rule before it is known which argument it belongs to; becomes `Invalid`.
    Rule(String),
}

impl std::fmt::Display for ArgumentError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ArgumentError::Missing(argument) => write!(f, "The “{argument}” argument is required."),
            ArgumentError::Invalid { argument, why } => {
                write!(f, "The “{argument}” argument is invalid: {why}.")
            }
            ArgumentError::Rule(why) => write!(f, "An argument is invalid: {why}."),
        }
    }
}

impl std::error::Error for ArgumentError {}

impl serde::de::Error for ArgumentError {
    fn custom<T: std::fmt::Display>(why: T) -> Self {
        ArgumentError::Rule(why.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        ArgumentError::Missing(field.to_owned())
    }
}

/// Deserializes a struct: each field takes the parameters of its name, or of its place among the fields. A map
/// takes every parameter.
pub(crate) struct Arguments<'a> {
    pub(crate) params: &'a Params,
    pub(crate) by: By,
}

/// How a parameter is told to be a field's.
#[derive(Clone, Copy)]
pub(crate) enum By {
    /// It has the field's name.
    Name,
    /// `arg-0` is the first field's, `arg-1` the second's. An empty one is as good as absent: there is no other way
    /// to leave one out that others follow.
    Place,
}

impl<'de> Deserializer<'de> for Arguments<'de> {
    type Error = ArgumentError;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ArgumentError> {
        let Arguments { params, by } = self;
        let given = fields.iter().enumerate();
        let given = given.map(|(place, name)| Given { place, name, values: by.values(params, place, name) });
        let decoded = visitor.visit_map(Members::of(by, given));
        decoded.map_err(|error| match error {
            ArgumentError::Missing(field) => {
                let place = fields.iter().position(|other| *other == field).unwrap_or_default();
                ArgumentError::Missing(by.label(place, &field))
            }
            other => other,
        })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ArgumentError> {
        let params = self.params;
        let mut names: Vec<&str> = params.names().collect();
        names.sort_unstable();
        names.dedup();
        let given =
            names.into_iter().map(|name| Given { place: 0, name, values: params.values(name).collect() });
        visitor.visit_map(Members::of(By::Name, given))
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ArgumentError> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct enum identifier ignored_any
    }
}

impl By {
    fn values<'a>(self, params: &'a Params, place: usize, name: &'a str) -> Vec<&'a str> {
        match self {
            By::Name => params.values(name).collect(),
            By::Place => params.named(&argument(place)).filter(|value| !value.is_empty()).collect(),
        }
    }

    /// What the caller knows an argument as.
    fn label(self, place: usize, name: &str) -> String {
        match self {
            By::Name => name.to_owned(),
            By::Place => format!("{} ({name})", argument(place)),
        }
    }
}

fn argument(place: usize) -> String {
    format!("arg-{place}")
}

/// What was given for one member.
struct Given<'a> {
    place: usize,
    name: &'a str,
    values: Vec<&'a str>,
}

/// The members for which something was given.
struct Members<'a> {
    by: By,
    given: std::vec::IntoIter<Given<'a>>,
    current: Option<Given<'a>>,
}

impl<'a> Members<'a> {
    fn of(by: By, given: impl Iterator<Item = Given<'a>>) -> Members<'a> {
        let given: Vec<_> = given.filter(|given| !given.values.is_empty()).collect();
        Members { by, given: given.into_iter(), current: None }
    }
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = ArgumentError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ArgumentError> {
        self.current = self.given.next();
        let name = self.current.as_ref().map(|given| BorrowedStrDeserializer::new(given.name));
        name.map(|name| seed.deserialize(name)).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ArgumentError> {
        let Some(Given { place, name, values }) = self.current.take() else {
            return Err(ArgumentError::Rule("it has no value".to_owned()));
        };
        seed.deserialize(Values(values)).map_err(|error| match error {
            ArgumentError::Rule(why) => ArgumentError::Invalid { argument: self.by.label(place, name), why },
            named => named,
        })
    }
}

/// The values of one argument; a function that wants one value gets it if they all agree.
struct Values<'a>(Vec<&'a str>);

impl<'a> Values<'a> {
    fn single(&self) -> Result<&'a str, ArgumentError> {
        match self.0.split_first() {
            Some((first, others)) if others.iter().all(|other| other == first) => Ok(first),
            _ => Err(ArgumentError::Rule("it was given more than once, with different values".to_owned())),
        }
    }

    fn number<T: std::str::FromStr>(&self) -> Result<T, ArgumentError> {
        self.single()?
            .trim()
            .parse()
            .map_err(|_| ArgumentError::Rule("it must be a whole number in range".to_owned()))
    }
}

macro_rules! numbers {
    ($($deserialize:ident $visit:ident)*) => {
        $(fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ArgumentError> {
            visitor.$visit(self.number()?)
        })*
    };
}

impl<'de> Deserializer<'de> for Values<'de> {
    type Error = ArgumentError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ArgumentError> {
        visitor.visit_borrowed_str(self.single()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ArgumentError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ArgumentError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ArgumentError> {
        let text: StrDeserializer<'_, ArgumentError> = self.single()?.into_deserializer();
        visitor.visit_enum(text)
    }

    /// The original knows 1 and 0 only.
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ArgumentError> {
        match self.single()? {
            "1" => visitor.visit_bool(true),
            "0" | "" => visitor.visit_bool(false),
            _ => Err(ArgumentError::Rule("it must be 1 or 0".to_owned())),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ArgumentError> {
        visitor.visit_seq(Items(self.0.into_iter()))
    }

    numbers! {
        deserialize_i8 visit_i8 deserialize_i16 visit_i16 deserialize_i32 visit_i32 deserialize_i64 visit_i64
        deserialize_u8 visit_u8 deserialize_u16 visit_u16 deserialize_u32 visit_u32 deserialize_u64 visit_u64
    }

    serde::forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct
        identifier ignored_any
    }
}

struct Items<'a>(std::vec::IntoIter<&'a str>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = ArgumentError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ArgumentError> {
        self.0.next().map(|text| seed.deserialize(BorrowedStrDeserializer::new(text))).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Args {
        email: String,
        quota: Option<u32>,
        #[serde(default)]
        skip: bool,
        #[serde(default)]
        ip: Vec<String>,
        #[serde(rename = "api.version", default)]
        version: u8,
    }

    fn decode(query: &str) -> Result<Args, ArgumentError> {
        let mut params = Params::default();
        params.add_urlencoded(query.as_bytes()).unwrap();
        params.decode()
    }

    #[test]
    fn every_kind_of_argument_is_decoded_and_strangers_are_ignored() {
        let args = decode("email=a&quota=10&skip=1&ip-0=x&ip-1=y&api.version=1&cache_buster=77").unwrap();
        assert_eq!(
            args,
            Args {
                email: "a".into(),
                quota: Some(10),
                skip: true,
                ip: vec!["x".into(), "y".into()],
                version: 1
            }
        );
        assert_eq!(decode("email=a").unwrap().quota, None);
    }

    #[test]
    fn an_error_names_the_argument_and_the_rule() {
        let text = |query: &str| decode(query).unwrap_err().to_string();
        assert_eq!(text("quota=1"), "The “email” argument is required.");
        assert_eq!(
            text("email=a&quota=ten"),
            "The “quota” argument is invalid: it must be a whole number in range."
        );
        assert_eq!(
            text("email=a&quota=-1"),
            "The “quota” argument is invalid: it must be a whole number in range."
        );
        assert_eq!(text("email=a&skip=yes"), "The “skip” argument is invalid: it must be 1 or 0.");
        assert_eq!(
            text("email=a&email=b"),
            "The “email” argument is invalid: it was given more than once, with different values."
        );
    }

    #[test]
    fn a_map_has_every_parameter_and_its_errors_name_them() {
        type Map = std::collections::BTreeMap<String, String>;
        let decode = |query: &str| {
            let mut params = Params::default();
            params.add_urlencoded(query.as_bytes()).unwrap();
            params.decode::<Map>()
        };
        let expected: Map = [("a", "1"), ("b", "2")].map(|(name, value)| (name.into(), value.into())).into();
        assert_eq!(decode("b=2&a=1&a=1").unwrap(), expected);
        assert_eq!(
            decode("a=1&a=2").unwrap_err().to_string(),
            "The “a” argument is invalid: it was given more than once, with different values."
        );
    }

    #[test]
    fn the_same_value_in_query_and_body_is_one_value() {
        assert_eq!(decode("email=a&email=a").unwrap().email, "a");
    }

    #[test]
    fn arguments_by_place_are_decoded_in_the_order_of_the_fields() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct ByPlace {
            email: String,
            quota: Option<u32>,
            domain: Option<String>,
        }
        let decode = |query: &str| {
            let mut params = Params::default();
            params.add_urlencoded(query.as_bytes()).unwrap();
            params.decode_by_place::<ByPlace>().map_err(|error| error.to_string())
        };
        let args = |quota, domain: Option<&str>| ByPlace {
            email: "a".into(),
            quota,
            domain: domain.map(str::to_owned),
        };
        assert_eq!(decode("arg-2=d&arg-0=a&arg-1=5&email=other&arg-9=x"), Ok(args(Some(5), Some("d"))));
        assert_eq!(decode("arg-0=a&arg-1=&arg-2=d"), Ok(args(None, Some("d"))));
        assert_eq!(decode("email=a"), Err("The “arg-0 (email)” argument is required.".to_owned()));
        assert_eq!(
            decode("arg-0=a&arg-1=ten"),
            Err("The “arg-1 (quota)” argument is invalid: it must be a whole number in range.".to_owned())
        );
        assert!(decode("arg-0=a&arg-0=b").is_err());
    }
}
