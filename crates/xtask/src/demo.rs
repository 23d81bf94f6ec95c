//! `demo` and `run`: builds the app and starts it. The story itself is told by the `demo` program of `tests`, which
//! knows how the platforms speak.

use crate::{
    pages, setup,
    shell::{cmd, run as run_command, say},
};

/// Builds everything and lets a made-up customer pay.
pub(crate) fn demo(headless: bool) -> anyhow::Result<()> {
    if !cfg!(target_os = "linux") {
        // The story drives the app's windows, which only WebKit's driver lets anybody do here.
        say(
            "The story is played on Linux only. Here the app starts: its first start leads to a test payment",
        );
        return run(&[]);
    }
    let headless = headless || !has_display();
    prepare(if headless {
        setup::STAGE
    } else {
        setup::DRIVER
    })?;
    say("Building the app and the made-up customer (the first time takes several minutes)");
    // One build, so that both agree on the features of what they share and nothing is compiled twice.
    run_command(&mut cmd(
        "cargo",
        &[
            "build", "-p", "tillbell", "-p", "tests", "--bin", "tillbell", "--bin", "demo",
        ],
    ))?;
    say(if headless {
        "No display here: bringing up a virtual front desk"
    } else {
        "Starting the app"
    });
    let mut words = vec![];
    if headless {
        words.push("--headless");
    }
    run_command(&mut cmd(&program("debug", "demo"), &words))
}

/// Builds the app and starts it on this desktop.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    prepare(setup::VOICE)?;
    say("Building the app (the first time takes several minutes)");
    run_command(&mut cmd("cargo", &["build", "-p", "tillbell"]))?;
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    run_command(&mut cmd(&program("debug", "tillbell"), &args))
}

fn prepare(further: setup::Part) -> anyhow::Result<()> {
    setup::system(&[setup::BUILD, setup::VOICE, further])?;
    pages::install()?;
    pages::build()
}

/// Where cargo puts a program.
pub(crate) fn program(profile: &str, name: &str) -> String {
    crate::shell::target()
        .join(profile)
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
        .to_string_lossy()
        .into_owned()
}

/// Whether somebody sits before this machine.
fn has_display() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
