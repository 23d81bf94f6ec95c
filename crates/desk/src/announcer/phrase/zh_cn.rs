//! Mandarin as in mainland China.

use super::{
    Clock, Said, SaidGroup, Why, Wording,
    chinese::{self, Minor, Script, Unit},
    join,
};
use domain::{Kind, Money, Trust};

pub(super) struct Mandarin;

const SCRIPT: Script = Script {
    liang: "两",
    wan: "万",
    yi: "亿",
    dot: "点",
    liang_bai: true,
    hour: "点",
    minute: "分",
    sharp: "整",
};

fn unit(code: &str) -> Option<Unit> {
    let jiao = Minor::Tenths("角", "分");
    if code == "TWD" {
        return Some(Unit {
            prefix: "新台币",
            whole: "元",
            minor: jiao,
        });
    }
    let (whole, minor) = match code {
        "CNY" => ("元", jiao),
        "HKD" => ("港元", jiao),
        "MOP" => ("澳门元", jiao),
        "SGD" => ("新加坡元", jiao),
        "USD" => ("美元", Minor::Named("美分")),
        "CAD" => ("加元", Minor::Named("加分")),
        "AUD" => ("澳元", Minor::Named("澳分")),
        "EUR" => ("欧元", Minor::Named("欧分")),
        "GBP" => ("英镑", Minor::Named("便士")),
        "JPY" => ("日元", Minor::Named("")),
        "KRW" => ("韩元", Minor::Named("")),
        "VND" => ("越南盾", Minor::Named("")),
        "CLP" => ("智利比索", Minor::Named("")),
        "THB" => ("泰铢", Minor::Named("萨当")),
        "MYR" => ("林吉特", Minor::Named("仙")),
        "IDR" => ("印尼盾", Minor::Named("仙")),
        "PHP" => ("菲律宾比索", Minor::Named("分")),
        "INR" => ("卢比", Minor::Named("派士")),
        "BRL" => ("雷亚尔", Minor::Named("分")),
        "MXN" => ("墨西哥比索", Minor::Named("分")),
        "BDT" => ("塔卡", Minor::Named("波伊沙")),
        "KES" => ("肯尼亚先令", Minor::Named("分")),
        "ETB" => ("比尔", Minor::Named("分")),
        "KWD" => ("科威特第纳尔", Minor::Named("费尔")),
        "BHD" => ("巴林第纳尔", Minor::Named("费尔")),
        _ => return None,
    };
    Some(Unit {
        prefix: "",
        whole,
        minor,
    })
}

fn what(kind: Kind, trust: Trust) -> &'static str {
    match (kind, trust) {
        (Kind::Payment, Trust::Confirmed) => "到账",
        (Kind::Payment, Trust::Reported) => "收款",
        (Kind::Refund, _) => "退款",
    }
}

impl Wording for Mandarin {
    fn amount(&self, money: Money) -> String {
        chinese::amount(money, unit(money.currency().code()), &SCRIPT)
    }

    fn platform(&self, name: &str) -> Option<&'static str> {
        Some(match name {
            "wechat" => "微信",
            "wechat_work" => "企业微信",
            "alipay" => "支付宝",
            "unionpay" => "云闪付",
            "ecny" => "数字人民币",
            "meituan" => "美团",
            "aggregator_cn" => "聚合码",
            "bank_cn" | "bank_in" | "bank_th" | "bank_vn" => "银行",
            _ => return None,
        })
    }

    fn payment(&self, said: &Said<'_>) -> String {
        let number = said
            .number
            .map(|n| format!("第{}笔", chinese::ordinal(u64::from(n), &SCRIPT)));
        let reported = (said.trust == Trust::Reported).then_some("手机通知");
        let head = format!(
            "{}{}",
            said.platform.unwrap_or_default(),
            what(said.kind, said.trust)
        );
        let amount = said.amount.as_deref().unwrap_or("金额未知");
        let test = said.test.then_some("测试");
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
        let since = since.map(|at| format!("从{}起", chinese::clock(at, &SCRIPT)));
        let head = match why {
            Why::Burst => "连续多笔".to_owned(),
            Why::Late => join("，", [Some("补报之前的款项"), since.as_deref()]),
        };
        let groups = groups.iter().map(|group| {
            let count = chinese::counted(u64::from(group.count), &SCRIPT);
            let what = if group.test {
                "测试"
            } else {
                what(group.kind, group.trust)
            };
            let reported = if group.trust == Trust::Reported && !group.test {
                "手机通知"
            } else {
                ""
            };
            match &group.total {
                Some(total) => format!("{reported}{what}{count}笔，共{total}"),
                None if group.test => format!("{what}{count}笔"),
                None => format!("{reported}{what}{count}笔，金额未知"),
            }
        });
        format!("{head}：{}", groups.collect::<Vec<_>>().join("；"))
    }

    fn stopped(&self, since: Option<Clock>) -> String {
        let since = since
            .map(|at| format!("从{}起，", chinese::clock(at, &SCRIPT)))
            .unwrap_or_default();
        format!("注意，{since}听不到收款消息，请查看电脑")
    }

    fn refused(&self, since: Option<Clock>) -> String {
        let since = since
            .map(|at| format!("从{}起，", chinese::clock(at, &SCRIPT)))
            .unwrap_or_default();
        format!("注意，{since}收款消息被拒收，请查看电脑")
    }

    fn back(&self, since: Option<Clock>) -> String {
        let since = since
            .map(|at| format!("，中断从{}开始", chinese::clock(at, &SCRIPT)))
            .unwrap_or_default();
        format!("收款消息恢复了{since}")
    }

    fn again(&self) -> &'static str {
        "再报一遍："
    }

    fn check(&self) -> &'static str {
        "这是声音检查，听得清这句话，就能听到收款播报"
    }
}
