//! Command lines that need no shell: a program and its words. They are started at once, as `make` does it, which
//! saves the time that the shell takes to begin.

/// What a shell does itself, or may take for a part of its language.
const SHELL: &str = ". : [ alias bg bind break builtin caller case cd command compgen complete compopt continue \
    coproc declare dirs disown do done echo elif else enable esac eval exec exit export false fc fg fi for function \
    getopts hash help history if in jobs kill let local logout mapfile popd printf pushd pwd read readarray readonly \
    return select set shift shopt source suspend test then time times trap true type typeset ulimit umask unalias \
    unset until wait while";

/// The words of `<shell> -c <line>` if the shell would do nothing but start a program with them.
///
/// A program that is named by a path is left to the shell: it may be a script that does not say in what language.
/// So is all where a variable tells the shell to do more.
pub(super) fn words(argv: &[String], env: &[(String, String)]) -> Option<Vec<String>> {
    let [shell, flag, line] = argv else { return None };
    let is_line = matches!(shell.as_str(), "bash" | "sh") && flag == "-c";
    let is_told =
        |name: &str| name.starts_with("BASH") || ["ENV", "SHELLOPTS", "POSIXLY_CORRECT"].contains(&name);
    if !is_line
        || line.len() > 4096
        || !line.chars().all(is_plain)
        || env.iter().any(|(name, _)| is_told(name))
    {
        return None;
    }
    let words: Vec<String> =
        line.split([' ', '\t']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let program = words.first()?;
    let is_program =
        !program.contains(['/', '=']) && !SHELL.split_ascii_whitespace().any(|word| word == program);
    is_program.then_some(words)
}

/// What stands for itself everywhere in a line, and what is between words.
fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_-./:,+@%= \t".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str, env: &[(&str, &str)]) -> Option<String> {
        let env: Vec<_> = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let argv = ["bash", "-c", line].map(str::to_owned);
        words(&argv, &env).map(|words| words.join("|"))
    }

    #[test]
    fn a_program_and_its_words_need_no_shell() {
        assert_eq!(told("node -v", &[]).unwrap(), "node|-v");
        assert_eq!(told(" git \t log --format=%h  a/b.txt", &[]).unwrap(), "git|log|--format=%h|a/b.txt");
    }

    #[test]
    fn what_a_shell_would_change_or_do_itself_is_left_to_it() {
        for line in [
            "echo a", "cd a", "a=1 env", "./run", "ls *", "ls ~", "ls {a,b}", "a; b", "a & b", "a|b",
            "a > b", "$a", "`a`", "a 'b'", "a \"b\"", "a\nb", "a # b", "!a", "a \\b", "time ls", "", " ",
            "a[1]", "a?b", "é",
        ] {
            assert_eq!(told(line, &[]), None, "{line:?}");
        }
    }

    #[test]
    fn variables_that_talk_to_the_shell_reach_it() {
        assert_eq!(told("ls", &[("BASH_ENV", "/workspace/rc")]), None);
        assert_eq!(told("ls", &[("BASH_FUNC_ls%%", "() { echo no; }")]), None);
        assert_eq!(told("ls", &[("ENVIRONMENT", "test")]).unwrap(), "ls");
    }

    #[test]
    fn other_programs_are_not_looked_into() {
        assert_eq!(words(&["git", "-c", "core.pager=cat"].map(str::to_owned), &[]), None);
        assert_eq!(words(&["bash", "-c", "ls", "name"].map(str::to_owned), &[]), None);
    }
}
