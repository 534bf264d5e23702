//! YAML with exact byte spans, kubectl's value rules, a serde deserializer that keeps spans, and edits as byte ranges.
#![deny(missing_docs)]
