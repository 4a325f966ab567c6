//! Which images a caller may name. None is ever pulled.

use crate::error::{Error, ErrorCode, Result};

/// A longer name is none.
const LONGEST: usize = 256;

/// Refuses what is no name of an image, and an image that none of the patterns allows.
pub(super) fn check(image: &str, allowed: &[String]) -> Result<()> {
    if !is_name(image) {
        let short: String = image.chars().take(64).collect();
        let what = format!("`{}` is no name of an image", short.escape_debug());
        return Err(Error::new(ErrorCode::InvalidArgument, what).suggest(
            "write it as `debian:12`: a letter or digit first, then letters, digits and ._-/:@, 2 to 256 of them",
        ));
    }
    if allowed.iter().any(|pattern| allows(pattern, image)) {
        return Ok(());
    }
    let told = if allowed.is_empty() { "none".to_owned() } else { allowed.join(", ") };
    let what = format!("the image `{}` is not among those that may be named: {told}", image.escape_debug());
    Err(Error::new(ErrorCode::InvalidArgument, what)
        .suggest("name one that is, or have `docker_images` of the server's settings name it"))
}

fn is_name(image: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/:@".contains(&byte);
    (2..=LONGEST).contains(&image.len())
        && image.as_bytes()[0].is_ascii_alphanumeric()
        && image.bytes().all(fits)
}

/// `*` stands for anything. What could be the beginning of an image's id has to be named in full, or by `*` alone: as a
/// name it would say nothing about the image.
fn allows(pattern: &str, image: &str) -> bool {
    let is_digest =
        image.strip_prefix("sha256:").unwrap_or(image).bytes().all(|byte| byte.is_ascii_hexdigit());
    if pattern == "*" || pattern == image {
        return true;
    }
    !is_digest && matches(pattern, image)
}

fn matches(pattern: &str, image: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == image,
        Some((before, behind)) => image.strip_prefix(before).is_some_and(|rest| {
            let starts = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
            starts.into_iter().any(|at| matches(behind, &rest[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_name_of_an_image_is_refused_even_where_all_are_allowed() {
        let all = ["*".to_owned()];
        let long = "a".repeat(256);
        for image in ["debian", "registry.example.org:5000/a/b_c:1.2", "a@sha256:00", long.as_str()] {
            assert_eq!(check(image, &all), Ok(()), "{image}");
        }
        let longer = "a".repeat(257);
        for image in ["", "a", "-v", "/etc", "a b", "a;b", "a$(id)", "a\nb", "ä:1", longer.as_str()] {
            let error = check(image, &all).expect_err(image);
            assert!(error.message.contains("no name of an image"), "{image}: {}", error.message);
        }
    }

    #[test]
    fn an_image_is_allowed_by_its_name_or_by_a_pattern() {
        for (pattern, image) in [
            ("*", "sha256:0123"),
            ("debian", "debian"),
            ("disco/*", "disco/debian:12"),
            ("*/tools:*", "registry.example.org:5000/tools:1"),
            ("*slim", "debian:stable-slim"),
            ("cafe", "cafe"),
        ] {
            assert!(allows(pattern, image), "{pattern} {image}");
        }
        for (pattern, image) in [
            ("debian", "debian:12"),
            ("disco/*", "other/disco/debian"),
            ("disco/*", "0123456789ab"),
            ("d*", "deadbeef0123"),
            ("*0", "sha256:0000"),
            ("", "debian"),
        ] {
            assert!(!allows(pattern, image), "{pattern} {image}");
        }
        assert_eq!(check("debian", &[]).map_err(|error| error.code), Err(ErrorCode::InvalidArgument));
    }
}
