//! `import`.

use crate::{
    Answer, FAILED, FINE, FOUND, Failure, LOCKED, opening, secret::SecretArgs, statements::now,
};
use book::{
    Follow,
    imports::{By, GivenFile, ImportError, Imported, ImportedStatement, Outcome},
};
use clap::Args;
use domain::Currency;
use serde::Serialize;
use statements::{
    file::{FileError, Limits},
    mapping::Mapping,
    read::Defaults,
};
use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

/// No file with a mapping is longer.
const MAPPING_MAX: u64 = 1 << 20;

/// Statements to load.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The files, as they were downloaded.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Who loads them: stands in the book.
    #[arg(long, default_value = "tillbell-book")]
    who: String,
    /// What the columns of an unknown table mean: a mapping as JSON. It is kept.
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// The currency of tables that do not say it, where the shop's is not known.
    #[arg(long, value_parser = currency)]
    currency: Option<Currency>,
    #[command(flatten)]
    secret: SecretArgs,
}

fn currency(text: &str) -> Result<Currency, &'static str> {
    Currency::new(text).ok_or("a currency is three capital letters, as CNY")
}

#[derive(Serialize)]
struct FileTold {
    file: String,
    what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<ImportedStatement>,
}

impl FileTold {
    fn of(Outcome { name, what }: Outcome) -> Self {
        let (what, why, statement) = match what {
            Ok(Imported::New(statement)) => ("loaded", None, Some(statement)),
            Ok(Imported::Known(statement)) => ("known", None, Some(statement)),
            Ok(Imported::Stopped) => ("stopped", None, None),
            Err(error) => ("refused", Some(error.to_string()), None),
        };
        Self {
            file: name,
            what,
            why,
            statement,
        }
    }

    fn failed(file: &Path, failure: Failure) -> Self {
        let name = file.file_name().unwrap_or_default();
        Self {
            file: name.to_string_lossy().into_owned(),
            what: "refused",
            why: Some(failure.text),
            statement: None,
        }
    }

    /// It counts, every row of it could be read, and it is what it says of itself.
    fn is_fine(&self) -> bool {
        self.statement.as_ref().is_some_and(|one| {
            one.unreadable_count == 0 && one.checks.iter().all(|check| check.holds)
        })
    }

    fn words(&self) -> String {
        let mut text = format!("{}: {}", self.file, self.what);
        if let Some(why) = &self.why {
            text.push_str(&format!(": {why}"));
        }
        text.push('\n');
        let Some(one) = &self.statement else {
            return text;
        };
        let account = one.account.as_deref().map(|account| format!(", {account}"));
        text.push_str(&format!(
            "  {}{}: {} rows, {} of them known from another file\n",
            one.platform,
            account.unwrap_or_default(),
            one.rows,
            one.repeated
        ));
        for check in one.checks.iter().filter(|check| !check.holds) {
            text.push_str(&format!(
                "  does not fit: {}, the file says {}, its rows make {}\n",
                check.what, check.stated, check.found
            ));
        }
        for row in &one.unreadable {
            text.push_str(&format!(
                "  line {} cannot be read ({}): {}\n",
                row.line, row.reason, row.text
            ));
        }
        text
    }
}

pub(crate) async fn import(path: &Path, args: ImportArgs, answer: Answer) -> Result<u8, Failure> {
    let mapping = args.mapping.as_deref().map(mapping).transpose()?;
    let ledger = opening::write(path).await?;
    if let Some(mapping) = mapping {
        ledger.save_mapping(&mapping).await?;
    }
    let shop = ledger.shop().await?;
    let known = shop.as_ref().map(|shop| shop.currency).or(args.currency);
    let defaults = Defaults {
        currency: known.unwrap_or(Currency::CNY),
        zone: opening::rule(&ledger).await?.zone,
    };
    let by = By {
        who: args.who.clone(),
        at: now(),
    };
    // Standard input gives it once, and it is for all files.
    let password = args.secret.given()?;
    let (mut told, mut worst) = (Vec::new(), FINE);
    for file in &args.files {
        let load =
            |given| ledger.import_file(given, defaults.clone(), by.clone(), Follow::default());
        let done = load_one(file, &args.secret, password.clone(), load).await;
        match done {
            Ok(outcomes) => told.extend(outcomes.into_iter().map(FileTold::of)),
            // What is in the book by now is told all the same, and so are the files behind it.
            Err(failure) => {
                eprintln!("tillbell-book: {}", failure.text);
                worst = failure.code;
                told.push(FileTold::failed(file, failure));
            }
        }
    }
    ledger.close().await;
    answer.give(&told, || told.iter().map(FileTold::words).collect())?;
    Ok(match told.iter().all(FileTold::is_fine) {
        true => FINE,
        false if worst == FINE => FOUND,
        false => worst,
    })
}

/// Loads a file; asks for its password where it needs one and none was given.
async fn load_one<L>(
    file: &Path,
    secret: &SecretArgs,
    password: Option<domain::Secret>,
    load: impl Fn(GivenFile) -> L,
) -> Result<Vec<Outcome>, Failure>
where
    L: Future<Output = Result<Vec<Outcome>, ImportError>>,
{
    let given = given(file, password)?;
    let mut done = load(given.clone()).await;
    if given.password.is_none() && matches!(done, Err(ImportError::File(FileError::NeedsPassword)))
    {
        let password = secret.ask(&format!("Password of {}", file.display()), false)?;
        done = load(GivenFile {
            password: Some(password),
            ..given
        })
        .await;
    }
    done.map_err(|error| match error {
        ImportError::Book(error) => error.into(),
        ImportError::File(error) => {
            let code = match error {
                FileError::NeedsPassword | FileError::WrongPassword => LOCKED,
                _ => FAILED,
            };
            Failure::new(code, format!("{}: {error}", file.display()))
        }
    })
}

fn given(path: &Path, password: Option<domain::Secret>) -> Result<GivenFile, Failure> {
    let failed = |error| Failure::new(FAILED, format!("{}: {error}", path.display()));
    let most = Limits::default().unpacked;
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
        .map_err(failed)?;
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    Ok(GivenFile {
        name,
        bytes,
        password,
    })
}

fn mapping(path: &Path) -> Result<Mapping, Failure> {
    let failed = |error: String| Failure::new(FAILED, format!("{}: {error}", path.display()));
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(MAPPING_MAX).read_to_string(&mut text))
        .map_err(|error| failed(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| failed(error.to_string()))
}
