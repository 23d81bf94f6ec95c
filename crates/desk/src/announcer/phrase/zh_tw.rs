//! Mandarin as in Taiwan.

use super::{
    Clock, Said, SaidGroup, Why, Wording,
    chinese::{self, Minor, Script, Unit},
    join,
};
use domain::{Kind, Money, Trust};

pub(super) struct Taiwan;

const SCRIPT: Script = Script {
    liang: "兩",
    wan: "萬",
    yi: "億",
    dot: "點",
    liang_bai: true,
    hour: "點",
    minute: "分",
    sharp: "整",
};

fn unit(code: &str) -> Option<Unit> {
    let jiao = Minor::Tenths("角", "分");
    let (prefix, whole, minor) = match code {
        "TWD" => ("", "元", jiao),
        "CNY" => ("人民幣", "元", jiao),
        "HKD" => ("港幣", "元", jiao),
        "MOP" => ("澳門幣", "元", jiao),
        "SGD" => ("新加坡幣", "元", jiao),
        "USD" => ("", "美元", Minor::Named("美分")),
        "EUR" => ("", "歐元", Minor::Named("歐分")),
        "GBP" => ("", "英鎊", Minor::Named("便士")),
        "JPY" => ("", "日圓", Minor::Named("")),
        "KRW" => ("", "韓元", Minor::Named("")),
        "VND" => ("", "越南盾", Minor::Named("")),
        "THB" => ("", "泰銖", Minor::Named("薩當")),
        "MYR" => ("", "令吉", Minor::Named("仙")),
        "INR" => ("", "盧比", Minor::Named("派士")),
        "BRL" => ("", "雷亞爾", Minor::Named("分")),
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
        (Kind::Payment, Trust::Confirmed) => "入帳",
        (Kind::Payment, Trust::Reported) => "收款",
        (Kind::Refund, _) => "退款",
    }
}

impl Wording for Taiwan {
    fn amount(&self, money: Money) -> String {
        chinese::amount(money, unit(money.currency().code()), &SCRIPT)
    }

    fn platform(&self, name: &str) -> Option<&'static str> {
        Some(match name {
            "wechat" => "微信",
            "wechat_work" => "企業微信",
            "alipay" => "支付寶",
            "unionpay" => "雲閃付",
            "ecny" => "數位人民幣",
            "meituan" => "美團",
            "aggregator_cn" => "聚合碼",
            "bank_cn" | "bank_in" | "bank_th" | "bank_vn" => "銀行",
            _ => return None,
        })
    }

    fn payment(&self, said: &Said<'_>) -> String {
        let number = said
            .number
            .map(|n| format!("第{}筆", chinese::ordinal(u64::from(n), &SCRIPT)));
        let reported = (said.trust == Trust::Reported).then_some("手機通知");
        let head = format!(
            "{}{}",
            said.platform.unwrap_or_default(),
            what(said.kind, said.trust)
        );
        let amount = said.amount.as_deref().unwrap_or("金額不明");
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
        let since = since.map(|at| format!("從{}起", chinese::clock(at, &SCRIPT)));
        let head = match why {
            Why::Burst => "連續多筆".to_owned(),
            Why::Late => join("，", [Some("補報之前的款項"), since.as_deref()]),
        };
        let groups = groups.iter().map(|group| {
            let count = chinese::counted(u64::from(group.count), &SCRIPT);
            let what = if group.test {
                "測試"
            } else {
                what(group.kind, group.trust)
            };
            let reported = if group.trust == Trust::Reported && !group.test {
                "手機通知"
            } else {
                ""
            };
            match &group.total {
                Some(total) => format!("{reported}{what}{count}筆，共{total}"),
                None if group.test => format!("{what}{count}筆"),
                None => format!("{reported}{what}{count}筆，金額不明"),
            }
        });
        format!("{head}：{}", groups.collect::<Vec<_>>().join("；"))
    }

    fn stopped(&self, since: Option<Clock>) -> String {
        let since = since
            .map(|at| format!("從{}起，", chinese::clock(at, &SCRIPT)))
            .unwrap_or_default();
        format!("注意，{since}收不到付款訊息，請查看電腦")
    }

    fn refused(&self, since: Option<Clock>) -> String {
        let since = since
            .map(|at| format!("從{}起，", chinese::clock(at, &SCRIPT)))
            .unwrap_or_default();
        format!("注意，{since}付款訊息被拒收，請查看電腦")
    }

    fn back(&self, since: Option<Clock>) -> String {
        let since = since
            .map(|at| format!("，中斷從{}開始", chinese::clock(at, &SCRIPT)))
            .unwrap_or_default();
        format!("付款訊息恢復了{since}")
    }

    fn again(&self) -> &'static str {
        "再報一次："
    }

    fn check(&self) -> &'static str {
        "這是聲音檢查，聽得清楚這句話，就聽得到收款播報"
    }
}
