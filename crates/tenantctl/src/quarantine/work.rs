//! Handing messages on: sent, acknowledged, deleted; lane by lane.

use std::time::Instant;

use futures_util::StreamExt;
use futures_util::stream;

use super::handing::{Answer, Fate, Left, Sent};
use super::holding::Holding;
use super::invoke::{Answering, Router};
use super::lanes::Lane;
use super::message::{Held, Pointer};
use super::outgoing::Outgoing;
use super::progress::Progress;
use super::queue::Queue;
use super::stop::Stop;
use super::stored;

/// How many lanes are worked on at once.
const WORKERS: usize = 4;

/// A message, and where its record goes.
pub(crate) struct Item {
    pub(crate) held: Held,
    pub(crate) way: Way,
    /// The object that holds the record, where one does.
    pub(crate) stored: Option<Pointer>,
}

/// Where a record goes.
pub(crate) enum Way {
    /// Into a queue.
    Queue(Queue, Outgoing),
    /// To a router, as this event.
    Router(String, Answering),
}

/// An item's end, and what else has to be said about it.
pub(crate) struct Done {
    pub(crate) item: Item,
    pub(crate) fate: Fate,
    pub(crate) remark: Option<String>,
}

/// Those who hand messages on.
pub(crate) struct Workers<'a> {
    pub(crate) holding: &'a Holding<'a>,
    pub(crate) router: Option<&'a Router>,
    pub(crate) s3: &'a aws_sdk_s3::Client,
    pub(crate) stop: &'a Stop,
    pub(crate) progress: &'a Progress,
}

impl Workers<'_> {
    /// Works on all lanes, some at a time, while the messages are held.
    pub(crate) async fn run(&self, lanes: Vec<Lane<Item>>) -> Vec<Done> {
        let total: usize = lanes.iter().map(Lane::len).sum();
        let working = async {
            let mut done = Vec::with_capacity(total);
            let mut running = stream::iter(lanes).map(|lane| self.lane(lane)).buffer_unordered(WORKERS);
            while let Some(lane) = running.next().await {
                done.extend(lane);
                self.progress.tell(|| format!("{} of {total} handed on", done.len()));
            }
            done
        };
        self.holding.during(working).await
    }

    async fn lane(&self, lane: Lane<Item>) -> Vec<Done> {
        match lane {
            Lane::Together(items) => self.hand_on(items).await,
            Lane::InOrder(items) => {
                let mut done: Vec<Done> = Vec::with_capacity(items.len());
                let mut blocked = false;
                for item in items {
                    if blocked {
                        let why = "one that stands before it in its order was left".to_owned();
                        done.push(Done { item, fate: Fate::Left(Left::NotSent(why)), remark: None });
                        continue;
                    }
                    let one = self.hand_on(vec![item]).await;
                    blocked = one.iter().any(|done| done.fate != Fate::Done);
                    done.extend(one);
                }
                done
            }
        }
    }

    /// Sends, and deletes what was acknowledged.
    async fn hand_on(&self, items: Vec<Item>) -> Vec<Done> {
        if self.stop.is_asked() {
            let left = || Fate::Left(Left::NotSent("interrupted before it was sent".to_owned()));
            return items.into_iter().map(|item| Done { item, fate: left(), remark: None }).collect();
        }
        let mut fates: Vec<Option<Fate>> = vec![None; items.len()];
        let mut sent: Vec<(usize, Sent)> = Vec::with_capacity(items.len());
        for (place, item) in items.iter().enumerate() {
            match self.holding.received(&item.held).send(Instant::now()) {
                Ok(item) => sent.push((place, item)),
                Err(left) => fates[place] = Some(Fate::Left(left)),
            }
        }
        let going: Vec<&Way> = sent.iter().map(|(place, _)| &items[*place].way).collect();
        let answers = self.send(&going).await;
        let (mut places, mut acknowledged) = (Vec::new(), Vec::new());
        for ((place, sent), answer) in sent.into_iter().zip(answers) {
            match sent.answered(answer) {
                Ok(taken) => {
                    places.push(place);
                    acknowledged.push(taken);
                }
                Err(left) => fates[place] = Some(Fate::Left(left)),
            }
        }
        let deletions = self.holding.queue().delete(&acknowledged).await;
        for ((place, taken), deletion) in places.into_iter().zip(acknowledged).zip(deletions) {
            fates[place] = Some(taken.deleted(deletion));
        }
        let mut done = Vec::with_capacity(items.len());
        for (item, fate) in items.into_iter().zip(fates) {
            let fate =
                fate.unwrap_or_else(|| Fate::Left(Left::MaybeSent("nothing was said of it".to_owned())));
            let mut remark = None;
            if fate == Fate::Done {
                self.holding.deleted(&item.held.id);
                // The object goes last: until then the message can find it.
                if let Some(pointer) = &item.stored {
                    remark = stored::remove(self.s3, pointer).await;
                }
            }
            done.push(Done { item, fate, remark });
        }
        done
    }

    /// All go to the same place, as they are of one lane.
    async fn send(&self, ways: &[&Way]) -> Vec<Answer> {
        let messages: Vec<Outgoing> = ways
            .iter()
            .filter_map(|way| match way {
                Way::Queue(_, message) => Some(message.clone()),
                Way::Router(..) => None,
            })
            .collect();
        if let Some(Way::Queue(queue, _)) = ways.first()
            && messages.len() == ways.len()
        {
            return queue.send(&messages).await;
        }
        let mut answers = Vec::with_capacity(ways.len());
        for way in ways {
            answers.push(match (way, self.router) {
                (Way::Router(event, answering), Some(router)) => router.invoke(event, *answering).await,
                _ => Answer::Refused("no router is named".to_owned()),
            });
        }
        answers
    }
}

impl<T> Lane<T> {
    fn len(&self) -> usize {
        match self {
            Self::InOrder(items) | Self::Together(items) => items.len(),
        }
    }
}
