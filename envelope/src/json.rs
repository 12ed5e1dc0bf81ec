//! JSON objects, and nothing else in their place: what serde derives takes a list of the fields, too.

use core::{fmt, marker::PhantomData};

use serde::{
	de::{value::MapAccessDeserializer, MapAccess, Visitor},
	Deserialize, Deserializer,
};

/// Reads JSON that is an object.
pub(crate) fn object<'de, T: Deserialize<'de>>(json: &'de [u8]) -> serde_json::Result<T> {
	serde_json::from_slice(json).map(|Object(value)| value)
}

/// Reads a list of objects. For a field's `deserialize_with`.
pub(crate) fn objects<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
	deserializer: D,
) -> Result<Vec<T>, D::Error> {
	let objects = Vec::<Object<T>>::deserialize(deserializer)?;
	Ok(objects.into_iter().map(|Object(value)| value).collect())
}

struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		deserializer.deserialize_map(Fields(PhantomData))
	}
}

struct Fields<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
	type Value = Object<T>;

	fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("an object")
	}

	fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Object<T>, A::Error> {
		T::deserialize(MapAccessDeserializer::new(fields)).map(Object)
	}
}
