//! `--list`: what the server offers, and which crate it comes from.

use std::fmt::Write as _;

use crate::server::registry::Offer;

/// A table for people.
pub(super) fn text(offer: &Offer) -> String {
    let mut out = String::new();
    let tools = offer
        .tools()
        .iter()
        .map(|tool| (tool.info().name.as_str(), tool.origin().module, tool.info().description.as_deref()));
    section(&mut out, "tools", tools);
    let resources = offer
        .resources()
        .iter()
        .map(|resource| (resource.spelling(), resource.origin().module, resource.description()));
    section(&mut out, "resources", resources);
    let prompts = offer.prompts().iter().map(|prompt| {
        (prompt.info().name.as_str(), prompt.origin().module, prompt.info().description.as_deref())
    });
    section(&mut out, "prompts", prompts);
    out
}

fn section<'a>(
    out: &mut String,
    kind: &str,
    rows: impl Iterator<Item = (&'a str, &'a str, Option<&'a str>)> + Clone,
) {
    let widest = |widths: &mut dyn Iterator<Item = usize>| widths.max().unwrap_or(0);
    let name_width = widest(&mut rows.clone().map(|row| row.0.len()));
    let origin_width = widest(&mut rows.clone().map(|row| row.1.len()));
    if name_width == 0 {
        return;
    }
    let _ = writeln!(out, "{kind}:");
    for (name, origin, description) in rows {
        let first_line = description.and_then(|text| text.lines().next()).unwrap_or_default();
        let _ = writeln!(out, "  {name:name_width$}  {origin:origin_width$}  {first_line}");
    }
}
