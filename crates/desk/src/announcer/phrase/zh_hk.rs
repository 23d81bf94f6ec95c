//! Cantonese as it is spoken in Hong Kong: 蚊, 毫 and 仙.

use super::{
    Clock, Said, SaidGroup, Why, Wording,
    chinese::{self, Minor, Script, Unit},
    join,
};
use domain::{Kind, Money, Trust};

pub(super) struct Cantonese;

const SCRIPT: Script = Script {
    liang: "兩",
    wan: "萬",
    yi: "億",
    dot: "點",
    liang_bai: false,
    hour: "點",
    minute: "分",
    sharp: "正",
};

fn unit(code: &str) -> Option<Unit> {
    let hou = Minor::Tenths("毫", "仙");
    let (prefix, whole, minor) = match code {
        "HKD" => ("", "蚊", hou),
        "CNY" => ("人民幣", "蚊", hou),
        "MOP" => ("澳門幣", "蚊", hou),
        "TWD" => ("新台幣", "蚊", hou),
        "SGD" => ("坡紙", "蚊", hou),
        "USD" => ("美金", "蚊", hou),
        "EUR" => ("", "歐元", Minor::Named("歐仙")),
        "GBP" => ("", "英鎊", Minor::Named("便士")),
        "JPY" => ("", "日圓", Minor::Named("")),
        "KRW" => ("", "韓圜", Minor::Named("")),
        "VND" => ("", "越南盾", Minor::Named("")),
        "THB" => ("", "泰銖", Minor::Named("沙丹")),
        "MYR" => ("", "馬幣", Minor::Named("仙")),
        "INR" => ("", "盧比", Minor::Named("派士")),
        "BRL" => ("", "巴西雷亞爾", Minor::Named("仙")),
        "KWD" => ("", "科威特第納爾", Minor::Named("費爾")),
        _ => return None,
    };
    Some(Unit {
        prefix,
        whole,
        minor,
    })
}

fn what(kind: Kind, trust: Trust) -> &'static str {
    match (kind, trust) {
        (Kind::Payment, Trust::Confirmed) => "入咗數",
        (Kind::Payment, Trust::Reported) => "收款",
        (Kind::Refund, _) => "退款",
    }
}

impl Wording for Cantonese {
    fn amount(&self, money: Money) -> String {
        chinese::amount(money, unit(money.currency().code()), &SCRIPT)
    }

    fn platform(&self, name: &str) -> Option<&'static str> {
        Some(match name {
            "wechat" => "微信",
            "wechat_work" => "企業微信",
            "alipay" => "支付寶",
            "unionpay" => "雲閃付",
            "ecny" => "數字人民幣",
            "meituan" => "美團",
            "aggregator_cn" => "聚合碼",
            "bank_cn" | "bank_in" | "bank_th" | "bank_vn" => "銀行",
            _ => return None,
        })
    }

    fn payment(&self, said: &Said<'_>) -> String {
        let number = said
            .number
            .map(|n| format!("第{}單", chinese::ordinal(u64::from(n), &SCRIPT)));
        let reported = (said.trust == Trust::Reported).then_some("手機話");
        let head = format!(
            "{}{}",
            said.platform.unwrap_or_default(),
            what(said.kind, said.trust)
        );
        let amount = said.amount.as_deref().unwrap_or("唔知幾多錢");
        let test = said.test.then_some("測試");
        join(
            "，",
            [
                test,
                reported.filter(|_| !said.test),
                Some(head.as_str()),
                number.as_deref(),
                Some(amount),
            ],
        )
    }

    fn sum(&self, why: Why, since: Option<Clock>, groups: &[SaidGroup]) -> String {
        let since = since.map(|at| format!("由{}開始", chinese::clock(at, &SCRIPT)));
        let head = match why {
            Why::Burst => "一連幾單".to_owned(),
            Why::Late => join("，", [Some("補報之前嘅數"), since.as_deref()]),
        };
        let groups = groups.iter().map(|group| {
            let count = chinese::counted(u64::from(group.count), &SCRIPT);
            let what = if group.test {
                "測試"
            } else {
                what(group.kind, group.trust)
            };
            let reported = if group.trust == Trust::Reported && !group.test {
                "手機話"
            } else {
                ""
            };
            match &group.total {
                Some(total) => format!("{reported}{what}{count}單，總共{total}"),
                None if group.test => format!("{what}{count}單"),
                None => format!("{reported}{what}{count}單，唔知幾多錢"),
            }
        });
        format!("{head}：{}", groups.collect::<Vec<_>>().join("；"))
    }

    fn stopped(&self, since: Option<Clock>) -> String {
        let since = since
            .map(|at| format!("由{}開始，", chinese::clock(at, &SCRIPT)))
            .unwrap_or_default();
        format!("注意，{since}收唔到付款消息，請睇下電腦")
    }

    fn refused(&self, since: Option<Clock>) -> String {
        let since = since
            .map(|at| format!("由{}開始，", chinese::clock(at, &SCRIPT)))
            .unwrap_or_default();
        format!("注意，{since}付款消息被拒收，請睇下電腦")
    }

    fn back(&self, since: Option<Clock>) -> String {
        let since = since
            .map(|at| format!("，係由{}開始斷咗", chinese::clock(at, &SCRIPT)))
            .unwrap_or_default();
        format!("付款消息返嚟喇{since}")
    }

    fn again(&self) -> &'static str {
        "再報一次："
    }

    fn check(&self) -> &'static str {
        "呢句係聲音檢查，聽得清楚，就聽到收款"
    }
}
