//! The real voice into a recorded sound sink: how long and how loud; and a speech service that dies.

use crate::rig::{Door, Rig};
use std::time::Duration;
use tests::{
    customer::{Sale, WechatV3, now},
    stage::{Loudness, sound},
    wait,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_amount_is_heard_and_comes_back_after_the_speech_service_died() {
    let mut rig = Rig::set_up("settings").await;
    let wechat = WechatV3::default();
    let door = rig.add(wechat.config()).await;

    let quiet = rig.stage.record(&rig.stage.path("quiet.wav")).unwrap();
    std::thread::sleep(Duration::from_millis(700));
    let silence = sound::loudness(&quiet.stop()).unwrap();
    assert_eq!(
        silence.heard_ms, 0,
        "there is noise without a payment: {silence:?}"
    );

    let first = heard_of(&rig, &door, 1).await;
    assert!(
        (1_500..12_000).contains(&first.heard_ms),
        "chime and a sentence: {first:?}"
    );
    assert!(
        (20..700).contains(&first.level),
        "neither a whisper nor clipped: {first:?}"
    );

    rig.stage.speech_dies();
    sound::speech_lives(&mut rig.stage).unwrap();
    let mut later = vec![];
    for number in 2..=4 {
        let heard = heard_of(&rig, &door, number).await;
        later.push(heard);
        assert!(
            heard.heard_ms > 200,
            "at least the chime, whatever the voice does: {later:?}"
        );
        if heard.heard_ms > 1_500 {
            return;
        }
    }
    panic!("the voice did not come back: {later:?}");
}

/// What is heard of one payment.
async fn heard_of(rig: &Rig, door: &Door, number: u64) -> Loudness {
    let recording = rig
        .stage
        .record(&rig.stage.path(&format!("said-{number}.wav")))
        .unwrap();
    let letter = WechatV3::default().payment(&Sale::new(number, 12_345, now()), now());
    rig.deliver(door, &letter).await;
    let at = usize::try_from(number).unwrap() - 1;
    let book = rig.book();
    let spoken = || async {
        book.times()
            .get(at)
            .copied()
            .filter(|one| one.spoken.is_some())
    };
    // The mark comes when the sentence has ended.
    wait::until("the voice", 60, spoken).await;
    let heard = sound::loudness(&recording.stop()).unwrap();
    println!("payment {number}: {heard:?}");
    heard
}
