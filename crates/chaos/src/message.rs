//! The messages of a round: tenants' own, and some that belong to nobody.

use fastrand::Rng;
use serde_json::json;

use crate::round::Round;

/// A message, and whose it is.
#[derive(Clone, Debug)]
pub struct Message {
    /// What the source and the answers call it.
    pub id: String,
    /// The order group, or what a source has for one: a partition key, an item's key. Where there is no order it
    /// promises nothing.
    pub group: String,
    /// What is in it.
    pub body: String,
    /// The tenant id that the sender gave a second time, beside the body or as `sender` in it, which has to agree with
    /// the first one.
    pub attribute: String,
    /// None where the router has to reject it.
    pub tenant: Option<String>,
}

const GROUPS_PER_TENANT: u64 = 3;
/// Groups in which several tenants' messages stand.
const SHARED_GROUPS: u64 = 4;

/// Tenants, by number. Of every six a registry has suspended one, and does not know another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crowd {
    /// The first one's number.
    pub first: u64,
    /// How many they are.
    pub count: u64,
}

impl Crowd {
    /// The tenants of a registry, each with its status.
    pub(crate) fn listed(self) -> impl Iterator<Item = (String, &'static str)> {
        let numbers = (self.first..self.first + self.count).filter(|number| number % 6 != UNKNOWN);
        numbers.map(|number| (name(number), if number % 6 == SUSPENDED { "suspended" } else { "active" }))
    }

    /// One of them; the first ones come more often than the last.
    fn any(self, rng: &mut Rng) -> u64 {
        self.first + rng.u64(0..self.count).min(rng.u64(0..self.count))
    }
}

const SUSPENDED: u64 = 4;
const UNKNOWN: u64 = 5;

fn name(tenant: u64) -> String {
    format!("tenant-{tenant}")
}

/// Whether there is one, so that the messages of tenants whom it refuses belong to nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Registry {
    /// Tenants are asked for.
    Asked,
    /// A message's word is taken.
    None,
}

/// The messages, in the order in which they are sent.
pub(crate) fn draw(round: &Round, registry: Registry, rng: &mut Rng) -> Vec<Message> {
    let numbers = round.first..round.first + round.messages;
    numbers.map(|number| one(format!("m{number:04}"), round, registry, rng)).collect()
}

fn one(id: String, round: &Round, registry: Registry, rng: &mut Rng) -> Message {
    let number = round.crowd.any(rng);
    let tenant = name(number);
    let group = match rng.u32(0..3) {
        0 => format!("shared#{}", rng.u64(0..SHARED_GROUPS)),
        _ => format!("{tenant}#{}", rng.u64(0..GROUPS_PER_TENANT)),
    };
    let padding = "x".repeat(round.padding);
    let body = |named: &str| {
        json!({ "tenantId": named, "sender": tenant, "of": id, "padding": padding }).to_string()
    };
    let refused = registry == Registry::Asked && [SUSPENDED, UNKNOWN].contains(&(number % 6));
    let nobodys = |body: String| (body, None);
    let (body, owner) = match rng.u32(0..100) {
        // Another tenant's id in the body.
        0..4 => nobodys(body(&format!("{tenant}0"))),
        4..7 => nobodys("no JSON".to_owned()),
        7..9 => nobodys(json!({ "of": id }).to_string()),
        9..11 => nobodys(body("no good")),
        _ => (body(&tenant), Some(tenant.clone()).filter(|_| !refused)),
    };
    Message { id, group, body, attribute: tenant, tenant: owner }
}
