//! Which of a Bluetooth device's characteristics takes the bytes: a table of what printers and displays offer.

use btleplug::api::{CharPropFlags, Characteristic, Service};
use uuid::Uuid;

/// A 16-bit number, written out as Bluetooth does.
const fn short(number: u16) -> Uuid {
    Uuid::from_u128(((number as u128) << 96) | 0x0000_0000_0000_1000_8000_0080_5f9b_34fb)
}

const fn long(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// Service, what is written to, what answers come from. The first that a device has is taken, so those that only
/// printers and displays have stand before those that many kinds of devices have.
const TABLE: &[(Uuid, Uuid, Uuid)] = &[
    (short(0x18f0), short(0x2af1), short(0x2af0)),
    (short(0xff00), short(0xff02), short(0xff01)),
    (
        long(0x4953_5343_fe7d_4ae5_8fa9_9faf_d205_e455),
        long(0x4953_5343_8841_43f4_a8d4_ecbe_3472_9bb3),
        long(0x4953_5343_1e4d_4bd9_ba61_23c6_4724_9616),
    ),
    (
        long(0xe781_0a71_73ae_499d_8c15_faa9_aef0_c3f2),
        long(0xbef8_d6c9_9c21_4c9e_b632_bd58_c100_9f9f),
        long(0xbef8_d6c9_9c21_4c9e_b632_bd58_c100_9f9f),
    ),
    (
        long(0x38eb_4a80_c570_11e3_9507_0002_a5d5_c51b),
        long(0x38eb_4a82_c570_11e3_9507_0002_a5d5_c51b),
        long(0x38eb_4a81_c570_11e3_9507_0002_a5d5_c51b),
    ),
    (
        long(0x6e40_0001_b5a3_f393_e0a9_e50e_24dc_ca9e),
        long(0x6e40_0002_b5a3_f393_e0a9_e50e_24dc_ca9e),
        long(0x6e40_0003_b5a3_f393_e0a9_e50e_24dc_ca9e),
    ),
    (short(0xfff0), short(0xfff2), short(0xfff1)),
    (short(0xfff0), short(0xfff1), short(0xfff1)),
    (short(0xffe0), short(0xffe1), short(0xffe1)),
    (short(0xffe0), short(0xffe2), short(0xffe1)),
];

/// Services that every device has for its own purposes.
const COMMON: [Uuid; 4] = [short(0x1800), short(0x1801), short(0x180a), short(0x180f)];
/// Speaks a protocol of its own, on the same kind of service: bytes sent to it would print nonsense.
const OTHER_LANGUAGE: Uuid = short(0xae30);

/// Whether it is a service that printers and displays have.
pub(super) fn is_listed(service: &Uuid) -> bool {
    TABLE.iter().any(|(listed, _, _)| listed == service)
}

/// What to write to, and what answers come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) to: Characteristic,
    pub(super) notify: Option<Characteristic>,
}

fn can_write(characteristic: &Characteristic) -> bool {
    characteristic
        .properties
        .intersects(CharPropFlags::WRITE | CharPropFlags::WRITE_WITHOUT_RESPONSE)
}

fn can_notify(characteristic: &Characteristic) -> bool {
    characteristic
        .properties
        .intersects(CharPropFlags::NOTIFY | CharPropFlags::INDICATE)
}

/// Chooses by the table; else the first that takes bytes without asking back, else the first that takes any.
pub(super) fn choose(services: &[Service], wanted: Option<Uuid>) -> Option<Chosen> {
    let open = || {
        services.iter().filter(move |service| match wanted {
            Some(wanted) => service.uuid == wanted,
            None => !COMMON.contains(&service.uuid) && service.uuid != OTHER_LANGUAGE,
        })
    };
    for (service, to, notify) in TABLE {
        let at = open().find(|offered| offered.uuid == *service);
        let to = at.and_then(|at| {
            at.characteristics
                .iter()
                .find(|offered| offered.uuid == *to && can_write(offered))
        });
        if let (Some(at), Some(to)) = (at, to) {
            let notify = at
                .characteristics
                .iter()
                .find(|offered| offered.uuid == *notify && can_notify(offered));
            return Some(Chosen {
                to: to.clone(),
                notify: notify.cloned(),
            });
        }
    }
    let all = || open().flat_map(|service| &service.characteristics);
    let quick = all().find(|offered| {
        offered
            .properties
            .contains(CharPropFlags::WRITE_WITHOUT_RESPONSE)
    });
    let to = quick.or_else(|| all().find(|offered| can_write(offered)))?;
    let notify =
        all().find(|offered| offered.service_uuid == to.service_uuid && can_notify(offered));
    Some(Chosen {
        to: to.clone(),
        notify: notify.cloned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const W: CharPropFlags = CharPropFlags::WRITE;
    const Q: CharPropFlags = CharPropFlags::WRITE_WITHOUT_RESPONSE;
    const N: CharPropFlags = CharPropFlags::NOTIFY;

    fn service(number: u16, offers: &[(u16, CharPropFlags)]) -> Service {
        Service {
            uuid: short(number),
            primary: true,
            characteristics: offers
                .iter()
                .map(|(uuid, properties)| Characteristic {
                    uuid: short(*uuid),
                    service_uuid: short(number),
                    properties: *properties,
                    descriptors: BTreeSet::new(),
                })
                .collect(),
        }
    }

    #[test]
    fn numbers_are_written_out_as_bluetooth_does() {
        assert_eq!(
            short(0xff00).to_string(),
            "0000ff00-0000-1000-8000-00805f9b34fb"
        );
        assert!(is_listed(&short(0x18f0)) && !is_listed(&short(0x1800)));
    }

    #[test]
    fn the_table_comes_first_then_what_takes_bytes() {
        let name = service(0x1800, &[(0x2a00, W)]);
        let cat = service(0xae30, &[(0xae01, Q), (0xae02, N)]);
        let printer = service(0xff00, &[(0xff01, N), (0xff02, W | Q), (0xff03, N)]);
        let module = service(0xffe0, &[(0xffe1, Q | N), (0xffe2, W)]);
        let unknown = service(0xabc0, &[(0xabc1, W), (0xabc2, Q), (0xabc3, N)]);
        let locked = service(0xff00, &[(0xff02, CharPropFlags::READ)]);
        type Case<'a> = (&'a [&'a Service], Option<u16>, Option<(u16, Option<u16>)>);
        let table: [Case<'_>; 8] = [
            (
                &[&name, &module, &printer],
                None,
                Some((0xff02, Some(0xff01))),
            ),
            (&[&name, &module], None, Some((0xffe1, Some(0xffe1)))),
            (&[&name, &unknown], None, Some((0xabc2, Some(0xabc3)))),
            (&[&name, &cat], None, None),
            (&[&cat], Some(0xae30), Some((0xae01, Some(0xae02)))),
            (
                &[&printer, &module],
                Some(0xffe0),
                Some((0xffe1, Some(0xffe1))),
            ),
            (&[&locked, &module], None, Some((0xffe1, Some(0xffe1)))),
            (&[&name], None, None),
        ];
        for (services, wanted, expected) in table {
            let services: Vec<Service> = services.iter().map(|s| (*s).clone()).collect();
            let chosen = choose(&services, wanted.map(short))
                .map(|chosen| (chosen.to.uuid, chosen.notify.map(|notify| notify.uuid)));
            let expected = expected.map(|(to, from)| (short(to), from.map(short)));
            assert_eq!(chosen, expected);
        }
    }
}
