//! The pages for linked terminals: whoever runs the hub hands them over, from the app's own assets or a folder.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// How many files a folder of pages may have, and how many bytes together: ours are far below.
const FILES_MAX: usize = 500;
const BYTES_MAX: u64 = 32 * 1024 * 1024;
/// The longest path of a page.
const PATH_MAX: usize = 200;

/// One file.
#[derive(Clone)]
pub struct Page {
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// Its media type.
    pub media_type: Cow<'static, str>,
}

impl Page {
    /// A file, its media type by its name's ending.
    pub fn named(name: &str, bytes: Vec<u8>) -> Self {
        Self {
            bytes: Cow::Owned(bytes),
            media_type: Cow::Borrowed(media_type(name)),
        }
    }
}

type Find = dyn Fn(&str) -> Option<Page> + Send + Sync;

/// Where pages come from: asked with a path below `/phone/` (`index.html`, `assets/phone.js`).
#[derive(Clone)]
pub struct Pages(Arc<Find>);

impl std::fmt::Debug for Pages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pages")
    }
}

impl Pages {
    /// From whoever has them. Only paths of plain segments are asked for.
    pub fn new(find: impl Fn(&str) -> Option<Page> + Send + Sync + 'static) -> Self {
        Self(Arc::new(find))
    }

    /// From a folder, read once: what is changed there later is not served.
    pub fn from_folder(folder: &Path) -> std::io::Result<Self> {
        let (mut files, mut bytes, mut folders) = (HashMap::new(), 0, vec![folder.to_owned()]);
        while let Some(next) = folders.pop() {
            for entry in std::fs::read_dir(&next)? {
                let entry = entry?;
                let (path, kind) = (entry.path(), entry.file_type()?);
                if kind.is_dir() {
                    folders.push(path);
                    continue;
                }
                let name = path
                    .strip_prefix(folder)
                    .ok()
                    .and_then(|name| name.to_str())
                    .map(|name| name.replace('\\', "/"));
                // A link could lead anywhere, and what has no plain name is never asked for.
                let Some(name) = name.filter(|name| kind.is_file() && is_plain(name)) else {
                    continue;
                };
                bytes += entry.metadata()?.len();
                if files.len() >= FILES_MAX || bytes > BYTES_MAX {
                    return Err(std::io::Error::other("too many files, or too large ones"));
                }
                let page = Page::named(&name, std::fs::read(&path)?);
                files.insert(name, page);
            }
        }
        if !files.contains_key("index.html") {
            return Err(std::io::Error::new(
                std::io::ErrorKind::NotFound,
                "there is no index.html",
            ));
        }
        Ok(Self::new(move |path| files.get(path).cloned()))
    }

    pub(crate) fn find(&self, path: &str) -> Option<Page> {
        is_plain(path).then(|| (self.0)(path)).flatten()
    }
}

/// Segments of letters, digits, `-`, `_` and `.`, none of which begins with a dot.
fn is_plain(path: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    let segment =
        |part: &str| !part.is_empty() && !part.starts_with('.') && part.bytes().all(plain);
    path.len() <= PATH_MAX && path.split('/').all(segment)
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("wav") => "audio/wav",
        Some("mp3") => "audio/mpeg",
        Some("ogg") => "audio/ogg",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_its_plain_files_and_nothing_around_it() {
        let dir = tempfile::tempdir().unwrap();
        let pages = dir.path().join("phone");
        std::fs::create_dir_all(pages.join("assets")).unwrap();
        assert!(Pages::from_folder(&pages).is_err(), "no index.html");
        std::fs::write(dir.path().join("secret.txt"), "s").unwrap();
        std::fs::write(pages.join("index.html"), "<html>").unwrap();
        std::fs::write(pages.join("assets/a-1.js"), "1").unwrap();
        std::fs::write(pages.join(".hidden"), "h").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(dir.path().join("secret.txt"), pages.join("link.txt")).unwrap();
        let pages = Pages::from_folder(&pages).unwrap();
        let found = |path: &str| pages.find(path).map(|page| page.media_type.into_owned());
        assert_eq!(
            found("index.html").as_deref(),
            Some("text/html; charset=utf-8")
        );
        assert_eq!(
            found("assets/a-1.js").as_deref(),
            Some("text/javascript; charset=utf-8")
        );
        for none in [
            "",
            "/",
            "assets",
            "assets/",
            "../secret.txt",
            "assets/../index.html",
            ".hidden",
            "link.txt",
            "/index.html",
            "index.html/",
            "assets\\a-1.js",
            "assets//a-1.js",
            "%2e",
            &"a/".repeat(200),
        ] {
            assert_eq!(found(none), None, "{none}");
        }
        // Whoever hands pages over is never asked for anything else either.
        let open = Pages::new(|_| {
            Some(Page {
                bytes: Cow::Borrowed(b"x"),
                media_type: Cow::Borrowed("text/plain"),
            })
        });
        assert!(open.find("a/b.c").is_some());
        assert!(open.find("a/../b").is_none());
    }
}
