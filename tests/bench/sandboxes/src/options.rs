//! What the command line says.

use std::path::PathBuf;

use crate::Result;

pub struct Options {
    /// The program.
    pub disco: String,
    /// How often what is done one after the other is done.
    pub rounds: usize,
    /// The engine's address and an image, if docker is to be measured.
    pub docker: Option<(String, String)>,
    /// The page of the book that is to be written.
    pub page: Option<PathBuf>,
}

impl Options {
    pub fn read(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let (mut disco, mut rounds, mut host, mut image, mut page) = (None, 100, None, None, None);
        while let Some(word) = words.next() {
            let value = words.next().ok_or_else(|| format!("{word} wants a value"))?;
            match word.as_str() {
                "--disco" => disco = Some(value),
                "--rounds" => rounds = value.parse()?,
                "--docker" => host = Some(value),
                "--page" => page = Some(value.into()),
                "--image" => image = Some(value),
                _ => return Err(format!("there is no option {word}").into()),
            }
        }
        Ok(Self { disco: disco.ok_or("--disco PROGRAM")?, rounds, docker: host.zip(image), page })
    }
}
