//! Reads what `git status --porcelain=v2 --branch -z` writes.

use super::status::{Change, ChangeKind, Status};

/// Records end with NUL; a rename has a second part, the old name. What is not understood is passed over.
pub(super) fn parse(text: &str) -> Status {
    let mut status = Status::default();
    let mut records = text.split('\0');
    while let Some(record) = records.next() {
        let Some((kind, rest)) = record.split_once(' ') else {
            continue;
        };
        match kind {
            "#" => header(&mut status, rest),
            // XY sub mH mI mW hH hI path
            "1" => changed(&mut status, rest, 7, None),
            // XY sub mH mI mW hH hI score path, and the old name
            "2" => changed(&mut status, rest, 8, records.next()),
            // XY sub m1 m2 m3 mW h1 h2 h3 path
            "u" => status.conflicted.extend(field(rest, 9).map(str::to_owned)),
            "?" => status.untracked.push(rest.to_owned()),
            _ => {}
        }
    }
    status
}

fn header(status: &mut Status, rest: &str) {
    let Some((key, value)) = rest.split_once(' ') else {
        return;
    };
    match key {
        "branch.oid" if value != "(initial)" => status.commit = Some(value.to_owned()),
        "branch.head" if value != "(detached)" => status.branch = Some(value.to_owned()),
        "branch.upstream" => status.upstream = Some(value.to_owned()),
        "branch.ab" => {
            for number in value.split(' ') {
                let count = number.get(1..).and_then(|digits| digits.parse().ok()).unwrap_or(0);
                if number.starts_with('+') {
                    status.ahead = count;
                } else {
                    status.behind = count;
                }
            }
        }
        _ => {}
    }
}

fn changed(status: &mut Status, rest: &str, fields_before: usize, from: Option<&str>) {
    let mut letters = rest.chars();
    let (staged, unstaged) = (letters.next(), letters.next());
    let Some(path) = field(rest, fields_before) else {
        return;
    };
    for (letter, list) in [(staged, &mut status.staged), (unstaged, &mut status.modified)] {
        let Some(change) = letter.and_then(kind) else {
            continue;
        };
        let is_moved = matches!(change, ChangeKind::Renamed | ChangeKind::Copied);
        let from = from.filter(|_| is_moved).map(str::to_owned);
        list.push(Change { path: path.to_owned(), change, from });
    }
}

/// What stands after so many fields, spaces included.
fn field(rest: &str, before: usize) -> Option<&str> {
    rest.splitn(before + 1, ' ').nth(before)
}

fn kind(letter: char) -> Option<ChangeKind> {
    Some(match letter {
        'A' => ChangeKind::Added,
        'M' => ChangeKind::Modified,
        'D' => ChangeKind::Deleted,
        'R' => ChangeKind::Renamed,
        'C' => ChangeKind::Copied,
        'T' => ChangeKind::TypeChanged,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_record_is_read() {
        let text = "# branch.oid 1234\0# branch.head main\0# branch.upstream origin/main\0# branch.ab +2 -3\0\
            1 MM N... 100644 100644 100644 a b both ways.txt\0\
            2 R. N... 100644 100644 100644 a b R100 new name\0old name\0\
            u UU N... 1 2 3 4 a b c conflict\0\
            ? un tracked\0! ignored\0";
        let status = parse(text);
        assert_eq!((status.branch.as_deref(), status.ahead, status.behind), (Some("main"), 2, 3));
        assert_eq!(status.staged.len(), 2);
        assert_eq!(status.staged[1].path, "new name");
        assert_eq!(status.staged[1].from.as_deref(), Some("old name"));
        assert_eq!(status.modified.len(), 1);
        assert_eq!(status.modified[0].path, "both ways.txt");
        assert_eq!(status.conflicted, ["conflict"]);
        assert_eq!(status.untracked, ["un tracked"]);
    }
}
