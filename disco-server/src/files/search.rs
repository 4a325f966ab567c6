//! Searches the text of files, with ripgrep's matcher.

use std::ops::ControlFlow;
use std::os::fd::AsFd;
use std::time::Instant;

use globset::GlobMatcher;
use grep_matcher::Matcher;
use grep_regex::{RegexMatcher, RegexMatcherBuilder};
use grep_searcher::{
    BinaryDetection, Searcher, SearcherBuilder, Sink, SinkContext, SinkContextKind, SinkMatch,
};
use rustix::fs::OFlags;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list::{below, compile};
use super::walk::{Entry, Kind, Next, Walk};
use crate::error::{Error, ErrorCode, Result};
use crate::page;
use crate::sandbox::paths::open_entry;
use crate::sandbox::{RelPath, Root};

/// The most matches of one answer.
const MOST: usize = 2000;
/// Longer lines are cut, in characters.
const LONGEST: usize = 500;

/// What to search.
#[expect(clippy::struct_excessive_bools, reason = "they are independent switches of a tool's arguments")]
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["query"]))]
pub struct SearchRequest {
    /// The text to find; a regular expression if `regex` is set.
    #[schemars(length(min = 1))]
    pub query: String,
    /// The folder or file to search, relative to the workspace; the workspace itself if empty.
    pub path: String,
    /// Only files whose path below the folder matches, as in `*.rs` or `src/**/*.rs`.
    pub glob: Option<String>,
    /// Only files whose name ends so, as in `rs`.
    pub file_type: Option<String>,
    /// Whether `query` is a regular expression, in the syntax of ripgrep.
    pub regex: bool,
    /// Whether capital letters differ from small ones.
    pub case_sensitive: bool,
    /// How many lines to give before and after each match, up to 20.
    pub context: usize,
    /// How many matches at most, up to 2000.
    pub max_results: usize,
    /// Whether to give the lines; if not, only the first match of each file, without its text.
    pub include_content: bool,
    /// Whether to search what `.gitignore` hides, and the inside of `.git`.
    pub include_ignored: bool,
}

impl Default for SearchRequest {
    fn default() -> Self {
        Self {
            query: String::new(),
            path: String::new(),
            glob: None,
            file_type: None,
            regex: false,
            case_sensitive: false,
            context: 0,
            max_results: 100,
            include_content: true,
            include_ignored: false,
        }
    }
}

/// One match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FileMatch")]
pub struct Match {
    /// The file, relative to the workspace.
    pub path: String,
    /// The line, counted from 1.
    pub line: u64,
    /// Where in the line the match begins, in bytes from 1.
    pub column: usize,
    /// The line; cut after 500 characters. Absent unless `include_content`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The lines before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
    /// The lines after.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FileMatches")]
pub struct SearchResult {
    /// In the order of paths and lines.
    pub matches: Vec<Match>,
    /// How many files were searched.
    pub files_searched: usize,
    /// How many were left out: too large, not readable, or not text.
    pub files_skipped: usize,
    /// Whether there may be more: the search stopped at `max_results`, at what an answer holds, or when
    /// its time was over.
    pub truncated: bool,
    /// What was not looked at, and why: of folders with very many names the rest, what is too deep or too large, and
    /// what its time did not suffice for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

impl SearchResult {
    /// As many of the matches as an answer holds.
    pub(super) fn fit(&mut self) {
        let shown = page::fitting(&self.matches);
        self.truncated |= shown < self.matches.len();
        self.matches.truncate(shown);
    }
}

/// Searches files.
///
/// # Errors
/// `INVALID_PATTERN` for the regular expression or the glob, `FILE_NOT_FOUND`, and those of the path.
pub fn search(root: &Root, request: &SearchRequest) -> Result<SearchResult> {
    let path = RelPath::parse(&request.path)?;
    let mut search = Search {
        matcher: matcher(request)?,
        glob: request.glob.as_deref().map(compile).transpose()?,
        ending: request
            .file_type
            .as_ref()
            .map(|ending| format!(".{}", ending.trim_start_matches(['.', '*']))),
        searcher: SearcherBuilder::new()
            .line_number(true)
            .before_context(request.context.min(20))
            .after_context(request.context.min(20))
            .binary_detection(BinaryDetection::quit(0))
            .build(),
        most: request.max_results.clamp(1, MOST),
        with_text: request.include_content,
        end: Instant::now() + root.walks().patience(),
        largest_mb: root.walks().search_mb,
        too_large: 0,
        result: SearchResult::default(),
    };
    match root.open_file(&path) {
        Ok(file) => search.file(&path, &file),
        Err(error) if error.code == ErrorCode::IsADirectory => {
            let walk = Walk { ignored: request.include_ignored, ..Walk::everything() };
            let left_out = walk.run(root, &path, &mut |entry| search.visit(&path, entry))?;
            search.result.truncated |= left_out.is_late;
            search.result.left_out = left_out.told;
        }
        Err(error) => return Err(error),
    }
    search.tell_too_large();
    Ok(search.result)
}

fn matcher(request: &SearchRequest) -> Result<RegexMatcher> {
    if request.query.is_empty() {
        return Err(Error::new(ErrorCode::InvalidArgument, "`query` is empty")
            .suggest("to list files use `file_list`"));
    }
    RegexMatcherBuilder::new()
        .fixed_strings(!request.regex)
        .case_insensitive(!request.case_sensitive)
        .line_terminator(Some(b'\n'))
        .build(&request.query)
        .map_err(|error| {
            Error::new(ErrorCode::InvalidPattern, format!("`query` cannot be searched: {error}"))
                .suggest("searches are line by line; leave `regex` out to search the text as it is")
        })
}

struct Search {
    matcher: RegexMatcher,
    glob: Option<GlobMatcher>,
    ending: Option<String>,
    searcher: Searcher,
    most: usize,
    with_text: bool,
    end: Instant,
    largest_mb: u64,
    too_large: usize,
    result: SearchResult,
}

impl Search {
    fn visit(&mut self, start: &RelPath, entry: &Entry<'_>) -> ControlFlow<(), Next> {
        if self.result.truncated {
            return ControlFlow::Break(());
        }
        let is_wanted = entry.kind == Kind::File
            && self.glob.as_ref().is_none_or(|glob| glob.is_match(below(start, &entry.path)))
            && self.ending.as_ref().is_none_or(|ending| entry.path.as_str().ends_with(ending.as_str()));
        if is_wanted {
            match open_entry(entry.folder.as_fd(), entry.name, OFlags::RDONLY) {
                Ok(fd) => self.file(&entry.path, &fd.into()),
                Err(_) => self.result.files_skipped += 1,
            }
        }
        ControlFlow::Continue(Next::Enter)
    }

    fn file(&mut self, path: &RelPath, file: &std::fs::File) {
        let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file);
        let is_too_large = metadata.as_ref().is_some_and(|metadata| metadata.len() > self.largest_mb << 20);
        self.too_large += usize::from(is_too_large);
        if metadata.is_none() || is_too_large {
            self.result.files_skipped += 1;
            return;
        }
        self.result.files_searched += 1;
        let mut sink = Lines {
            path,
            matcher: &self.matcher,
            most: self.most,
            with_text: self.with_text,
            end: self.end,
            before: Vec::new(),
            result: &mut self.result,
        };
        if self.searcher.search_file(&self.matcher, file, &mut sink).is_err() {
            self.result.files_skipped += 1;
        }
    }

    fn tell_too_large(&mut self) {
        if self.too_large > 0 {
            let (files, most) = (self.too_large, self.largest_mb);
            self.result.left_out.push(format!("files of more than {most} MiB: {files} (`search_mb`)"));
        }
    }
}

/// Takes what the searcher finds in one file.
struct Lines<'a> {
    path: &'a RelPath,
    matcher: &'a RegexMatcher,
    most: usize,
    with_text: bool,
    end: Instant,
    before: Vec<String>,
    result: &'a mut SearchResult,
}

impl Sink for Lines<'_> {
    type Error = std::io::Error;

    fn matched(&mut self, _: &Searcher, found: &SinkMatch<'_>) -> Result<bool, Self::Error> {
        if self.result.matches.len() == self.most || Instant::now() > self.end {
            self.result.truncated = true;
            return Ok(false);
        }
        let column = self.matcher.find(found.bytes()).ok().flatten().map_or(1, |found| found.start() + 1);
        self.result.matches.push(Match {
            path: self.path.to_string(),
            line: found.line_number().unwrap_or(0),
            column,
            text: self.with_text.then(|| cut(found.bytes())),
            before: std::mem::take(&mut self.before),
            after: Vec::new(),
        });
        Ok(self.with_text)
    }

    fn context(&mut self, _: &Searcher, line: &SinkContext<'_>) -> Result<bool, Self::Error> {
        match line.kind() {
            SinkContextKind::After => {
                if let Some(last) = self.result.matches.last_mut() {
                    last.after.push(cut(line.bytes()));
                }
            }
            _ => self.before.push(cut(line.bytes())),
        }
        Ok(true)
    }
}

fn cut(line: &[u8]) -> String {
    let line = String::from_utf8_lossy(line);
    let line = line.trim_end_matches(['\n', '\r']);
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{} [...]", &line[..at]),
        None => line.to_owned(),
    }
}
