//! An answer in its envelope, and the two ways to write it.

use std::borrow::Cow;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::xml;

/// How a surface writes its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `/execute`, `/json-api`.
    Json,
    /// `/xml-api`.
    Xml,
}

/// An answer in its envelope. JSON is written at once; XML, which few still ask for, is made of it.
pub struct Envelope {
    root: Cow<'static, str>,
    in_root: bool,
    json: Vec<u8>,
}

impl Envelope {
    /// An envelope whose members stand at the top in JSON, and below this root in XML.
    pub(crate) fn below(root: impl Into<Cow<'static, str>>, members: &impl Serialize) -> Envelope {
        Envelope { root: root.into(), in_root: false, json: to_bytes(members) }
    }

    /// An envelope that is the one member of this name in JSON, and the root in XML.
    pub(crate) fn named(root: &'static str, members: &impl Serialize) -> Envelope {
        struct Named<'a, T>(&'static str, &'a T);
        impl<T: Serialize> Serialize for Named<'_, T> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(self.0, self.1)?;
                map.end()
            }
        }
        Envelope { root: root.into(), in_root: true, json: to_bytes(&Named(root, members)) }
    }

    /// The envelope's bytes.
    #[must_use]
    pub fn into_bytes(self, format: Format) -> Vec<u8> {
        match format {
            Format::Json => self.json,
            Format::Xml => {
                let mut value: serde_json::Value = serde_json::from_slice(&self.json).unwrap_or_default();
                if self.in_root
                    && let Some(members) = value.get_mut(&*self.root)
                {
                    value = members.take();
                }
                xml::document(&self.root, &value)
            }
        }
    }
}

fn to_bytes(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1024);
    match serde_json::to_writer(&mut bytes, value) {
        Ok(()) => bytes,
        // Only a map with keys that are no texts could fail, and no data of ours has one.
        Err(_) => br#"{"status":0,"errors":["The answer could not be written."],"data":null}"#.to_vec(),
    }
}
