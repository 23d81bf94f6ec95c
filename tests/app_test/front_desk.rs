//! The virtual front desk itself: when this fails, look here before looking at the app.

use tests::stage::{Stage, sound};

#[test]
fn the_front_desk_shows_and_sounds() {
    let _turn = crate::rig::turn();
    let mut stage = Stage::start().unwrap();
    stage
        .other_program("Till", "echo 3 x tea; sleep 60")
        .unwrap();
    let picture = stage.path("screen.png");
    stage.picture(&picture).unwrap();
    assert!(
        std::fs::metadata(&picture).unwrap().len() > 1000,
        "an empty picture"
    );

    let recording = stage.record(&stage.path("said.wav")).unwrap();
    assert!(
        stage
            .ask("spd-say", &["-w", "-l", "en", "twelve dollars fifty"])
            .is_some(),
        "speech service refused"
    );
    let heard = sound::loudness(&recording.stop()).unwrap();
    assert!(heard.heard_ms > 500 && heard.level > 20, "{heard:?}");
}
