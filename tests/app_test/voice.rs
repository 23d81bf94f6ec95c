//! The real voice into a recorded sound sink: how long and how loud; and a speech service that dies.

use crate::rig::Rig;
use tests::{
    customer::{Sale, WechatV3, now},
    stage::{self, sound},
    wait,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_amount_is_heard_and_comes_back_after_the_speech_service_died() {
    let mut rig = Rig::set_up("settings").await;
    let wechat = WechatV3::default();
    let door = rig.add(wechat.config()).await;
    let book = rig.book();

    let quiet = rig.stage.record(&rig.stage.path("quiet.wav")).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(700));
    let silence = sound::loudness(&quiet.stop()).unwrap();
    assert_eq!(silence.heard_ms, 0, "there is noise without a payment: {silence:?}");

    for number in 1..=2 {
        let recording = rig.stage.record(&rig.stage.path(&format!("said-{number}.wav"))).unwrap();
        rig.deliver(&door, &wechat.payment(&Sale::new(number, 12_345, now()), now())).await;
        let at = usize::try_from(number).unwrap() - 1;
        let spoken = || async { book.times().get(at).copied().filter(|one| one.spoken.is_some()) };
        wait::until("the voice", 40, spoken).await;
        // The sentence has begun; its end is where nothing is heard any more.
        tokio::time::sleep(std::time::Duration::from_secs(6)).await;
        let heard = sound::loudness(&recording.stop()).unwrap();
        println!("payment {number}: {heard:?}");
        assert!((1_500..12_000).contains(&heard.heard_ms), "chime and a sentence: {heard:?}");
        assert!((20..700).contains(&heard.level), "neither a whisper nor clipped: {heard:?}");
        if number == 1 {
            rig.stage.speech_dies();
            stage::sound::speech_lives(&mut rig.stage).unwrap();
        }
    }
}
