//! The pictures that the demo leaves, and the page that says what each of them shows.

use anyhow::Context;
use std::{
    fs,
    path::{Path, PathBuf},
};
use tests::{app::Driven, stage::Stage};

/// Pictures in a folder, or only words on a real desktop.
pub(crate) struct Album {
    folder: PathBuf,
    pictures: bool,
    notes: Vec<String>,
}

impl Album {
    /// An empty album.
    pub(crate) fn new(folder: &Path, pictures: bool) -> Self {
        Self {
            folder: folder.to_owned(),
            pictures,
            notes: vec![],
        }
    }

    /// Whether pictures are taken.
    pub(crate) fn has_pictures(&self) -> bool {
        self.pictures
    }

    /// A picture of the whole screen.
    pub(crate) fn screen(&mut self, stage: &Stage, name: &str, what: &str) -> anyhow::Result<()> {
        if self.pictures {
            let file = format!("{name}.png");
            stage.picture(&self.folder.join(&file))?;
            self.note(&file, what);
        }
        Ok(())
    }

    /// A picture of one window.
    pub(crate) fn window(
        &mut self,
        stage: &Stage,
        title: &str,
        name: &str,
        what: &str,
    ) -> anyhow::Result<()> {
        if self.pictures {
            let found = stage.ask("xdotool", &["search", "--onlyvisible", "--name", title]);
            let found = found.and_then(|ids| ids.lines().next().map(str::to_owned));
            let id = found.with_context(|| format!("no window {title}"))?;
            let file = format!("{name}.png");
            let path = self.folder.join(&file);
            stage
                .ask("import", &["-window", &id, &path.to_string_lossy()])
                .context("no picture")?;
            self.note(&file, what);
        }
        Ok(())
    }

    /// A picture of the page that the app is turned to, whatever lies over its window.
    pub(crate) async fn page(
        &mut self,
        app: &Driven,
        name: &str,
        what: &str,
    ) -> anyhow::Result<()> {
        if self.pictures {
            let file = format!("{name}.png");
            app.picture(&self.folder.join(&file)).await?;
            self.note(&file, what);
        }
        Ok(())
    }

    /// A line for the page.
    pub(crate) fn note(&mut self, file: &str, what: &str) {
        self.notes.push(format!("{file:<28} {what}"));
    }

    /// Writes the page and prints it.
    pub(crate) fn close(self) -> anyhow::Result<()> {
        let text = self.notes.join("\n");
        fs::write(
            self.folder.join("README.txt"),
            format!("What somebody at this front desk saw and heard:\n\n{text}\n"),
        )?;
        println!(
            "\nWhat was seen and heard is kept in {}:\n\n{text}\n",
            self.folder.display()
        );
        Ok(())
    }
}
