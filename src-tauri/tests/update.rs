//! The app's side of updates, with Tauri's updater and real signatures by a key that lives for one test: what is offered
//! of a description, and which packages are refused. Up to "genuine": installing needs an installed program.

use base64::{Engine, engine::general_purpose::STANDARD};
use desk::update::{Bundle, UpdateSupport};
use minisign::KeyPair;
use serde_json::{Value, json};
use std::io::Cursor;
use tauri::{
    App,
    test::{MockRuntime, mock_builder},
};
use tillbell_lib::{ThisProgram, UpdateSource};

fn key() -> KeyPair {
    KeyPair::generate_unencrypted_keypair().expect("a key")
}

/// A public key as Tauri's signer writes it: the text of its file, encoded once more.
fn public(key: &KeyPair) -> String {
    STANDARD.encode(key.pk.to_box().expect("a box").to_string())
}

/// A signature as Tauri's signer writes it; `comment` is what was signed with the package.
fn signed(key: &KeyPair, package: &[u8], comment: &str) -> String {
    let signature = minisign::sign(None, &key.sk, Cursor::new(package), Some(comment), None);
    STANDARD.encode(signature.expect("a signature").into_string())
}

fn of_version(version: &str) -> String {
    format!("timestamp:1795300000\tfile:tillbell\tversion:{version}")
}

fn app() -> App<MockRuntime> {
    mock_builder()
        .plugin(tauri_plugin_updater::Builder::new().build())
        .build(tillbell_lib::context())
        .expect("the app on the mock runtime")
}

fn program(app: &App<MockRuntime>, key: &KeyPair) -> ThisProgram<MockRuntime> {
    let source = UpdateSource {
        endpoint: "https://updates.invalid/latest.json".to_owned(),
        key: public(key),
    };
    ThisProgram::new(app.handle().clone(), Some(source))
}

/// A description as the release workflow makes it, with a package for this system.
fn description(version: &str, signature: &str) -> Value {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let target = format!("{system}-{}", std::env::consts::ARCH);
    let package = json!({ "url": "https://updates.invalid/package", "signature": signature });
    json!({ "version": version, "notes": "New things.", "platforms": { target: package } })
}

const PACKAGE: &[u8] = b"the newest Tillbell";

#[test]
fn only_what_is_newer_and_for_this_system_is_offered() {
    let (app, key) = (app(), key());
    let program = program(&app, &key);
    let signature = signed(&key, PACKAGE, &of_version("99.0.0"));
    let offered = program.offered(&description("99.0.0", &signature));
    let offered = offered.expect("readable").expect("an offer");
    assert_eq!(offered.version, "99.0.0");
    assert_eq!(offered.url, "https://updates.invalid/package");
    assert_eq!(offered.notes, "New things.");
    let same = env!("CARGO_PKG_VERSION");
    for older in [same, "0.0.1", "0.1.0-beta.1"] {
        let offered = program.offered(&description(older, &signature));
        assert_eq!(offered, Ok(None), "{older} is not newer than {same}");
    }
    let elsewhere = json!({ "version": "99.0.0", "platforms": { "amiga-m68k": { "url": "https://x.invalid/", "signature": signature } } });
    for unreadable in [elsewhere, json!({}), json!({ "version": "new" })] {
        assert!(program.offered(&unreadable).is_err(), "{unreadable}");
    }
}

#[test]
fn a_package_is_genuine_only_as_the_version_that_it_was_signed_as() {
    let (app, key, stranger) = (app(), key(), key());
    let program = program(&app, &key);
    let good = signed(&key, PACKAGE, &of_version("99.0.0"));
    let genuine = |version: &str, signature: &str, package: &[u8]| {
        program.verify(&description(version, signature), package)
    };
    assert_eq!(genuine("99.0.0", &good, PACKAGE), Ok(()));
    let mut tampered = PACKAGE.to_vec();
    tampered[3] ^= 1;
    let older = signed(&key, PACKAGE, &of_version("0.0.9"));
    let without = signed(&key, PACKAGE, "timestamp:1795300000\tfile:tillbell");
    let theirs = signed(&stranger, PACKAGE, &of_version("99.0.0"));
    let refused: [(&str, &str, &str, &[u8]); 7] = [
        ("a tampered package", "99.0.0", &good, &tampered),
        ("a cut package", "99.0.0", &good, &PACKAGE[..5]),
        (
            "an older package under a higher number",
            "99.0.0",
            &older,
            PACKAGE,
        ),
        ("a signature without a version", "99.0.0", &without, PACKAGE),
        ("another's signature", "99.0.0", &theirs, PACKAGE),
        ("no signature", "99.0.0", "", PACKAGE),
        ("a version that is not newer", "0.0.9", &older, PACKAGE),
    ];
    for (what, version, signature, package) in refused {
        assert!(genuine(version, signature, package).is_err(), "{what}");
        // What is not genuine is not installed either, whoever asks.
        let installed = program.install(&description(version, signature), package);
        assert!(installed.is_err(), "{what}");
    }
}

#[test]
fn a_build_without_a_key_asks_nobody() {
    let app = app();
    let program = ThisProgram::new(app.handle().clone(), None);
    assert_eq!(program.endpoint(), None);
    assert_eq!(program.support(), UpdateSupport::NotConfigured);
    assert!(program.offered(&description("99.0.0", "")).is_err());
    // The tests are built as a contributor builds: nothing made up is trusted.
    if option_env!("TILLBELL_UPDATE_KEY").is_none_or(str::is_empty) {
        assert!(UpdateSource::built_in().is_none());
    }
}

#[test]
fn the_configuration_asks_for_signed_versions_and_holds_no_key() {
    let config: Value = serde_json::from_str(include_str!("../tauri.conf.json")).expect("config");
    let updater = &config["plugins"]["updater"];
    assert_eq!(updater["requireSignedVersion"], true);
    assert_eq!(updater["pubkey"], "", "a key is given when it is built");
    assert_eq!(updater["endpoints"], json!([]));
    for never in [
        "dangerousInsecureTransportProtocol",
        "dangerousAcceptInvalidCerts",
        "allowDowngrades",
    ] {
        assert!(updater.get(never).is_none(), "{never}");
    }
}
