//! Which device signed in, in a few words for its owner. Made of what the browser says of itself, which is a stranger's
//! text: only words of ours come out.

/// What is looked at of what a browser says.
const LOOKED_AT: usize = 512;

/// A browser and a system, as far as they can be told: `Safari, iPhone`.
pub fn words(user_agent: &str) -> String {
    let told: String = user_agent.chars().take(LOOKED_AT).collect();
    // The order matters: most of them also claim to be the ones below.
    let browser = first(
        &told,
        &[
            ("MicroMessenger/", "WeChat"),
            ("AlipayClient/", "Alipay"),
            ("Edg/", "Edge"),
            ("EdgA/", "Edge"),
            ("EdgiOS/", "Edge"),
            ("OPR/", "Opera"),
            ("SamsungBrowser/", "Samsung Internet"),
            ("HuaweiBrowser/", "Huawei Browser"),
            ("MiuiBrowser/", "Mi Browser"),
            ("UCBrowser/", "UC Browser"),
            ("QQBrowser/", "QQ Browser"),
            ("FxiOS/", "Firefox"),
            ("Firefox/", "Firefox"),
            ("CriOS/", "Chrome"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
        ],
    );
    let system = first(
        &told,
        &[
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("HarmonyOS", "HarmonyOS"),
            ("Android", "Android"),
            ("Windows", "Windows"),
            ("CrOS", "ChromeOS"),
            ("Macintosh", "Mac"),
            ("Linux", "Linux"),
        ],
    );
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => String::new(),
    }
}

fn first(told: &str, signs: &[(&str, &'static str)]) -> Option<&'static str> {
    let mut known = signs.iter();
    known
        .find(|(sign, _)| told.contains(sign))
        .map(|(_, word)| *word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_browsers_say() {
        for (told, said) in [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/19.0 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Mobile/15E148 MicroMessenger/8.0.60(0x18003c2f) NetType/WIFI Language/zh_CN",
                "WeChat, iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 \
                 Safari/537.36 Edg/143.0.0.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile \
                 Safari/537.36",
                "Chrome, Android",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
                "Firefox, Linux",
            ),
            ("curl/8.5", ""),
            ("", ""),
            ("<b>iPhone</b>", "iPhone"),
        ] {
            assert_eq!(words(told), said, "{told}");
        }
        assert_eq!(words(&"Firefox/".repeat(100_000)), "Firefox");
    }
}
