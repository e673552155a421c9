//! `cessnet time`.

use super::Session;
use crate::cli::Time;
use crate::progress::Progress;
use crate::travel::{self, Aftermath, Journey, Manner};
use anyhow::Result;
use cess_chain::{Booking, Chain, Clock};
use cess_primitives::ProtocolParams;

pub(super) async fn time(session: &Session, time: Time) -> Result<()> {
    let manifest = session.manifest()?;
    let chain = session.chain(&manifest).await?;
    let params = chain.params().await?;
    let Some(span) = time.span else {
        return show(session, &chain, &params).await;
    };
    let ticks = span.ticks(&params)?;
    let manner = match time.at_once {
        true => Manner::AtOnce,
        false => Manner::Careful,
    };
    let progress = Progress::new(session.json);
    let root = session.root(&manifest)?;
    let journey = travel::jump(&chain, &root, ticks, manner, &progress).await?;
    let mut json = serde_json::json!({
        "ticks": journey.ticks(), "waited_blocks": journey.waited,
        "from": at(&journey.from, &params), "to": at(&journey.to, &params),
    });
    let mut text = arrival(&journey, &params);
    if !time.no_wait {
        let aftermath = journey.settle(&chain, &progress).await?;
        json["fell_due"] = serde_json::json!(aftermath.fell_due);
        json["settled_after_blocks"] = aftermath.blocks.into();
        text.push_str(&settled(&aftermath));
    }
    progress.finish();
    session.print(text, json);
    Ok(())
}

/// Tick, day and the part of it, as far as they are numbers.
fn at(clock: &Clock, params: &ProtocolParams) -> serde_json::Value {
    serde_json::json!({
        "tick": clock.tick(), "block": clock.block, "offset": clock.offset,
        "day": clock.tick() / params.one_day,
    })
}

/// `day 4, 07:28`
fn of_day(tick: u32, params: &ProtocolParams) -> String {
    let (day, rest) = (tick / params.one_day, tick % params.one_day);
    let minutes = u64::from(rest) * 24 * 60 / u64::from(params.one_day);
    format!("day {day}, {:02}:{:02}", minutes / 60, minutes % 60)
}

fn arrival(journey: &Journey, params: &ProtocolParams) -> String {
    let (from, to) = (journey.from.tick(), journey.to.tick());
    let mut text = format!(
        "tick {from} ({}) → {to} ({}): {} ticks, a day has {}",
        of_day(from, params),
        of_day(to, params),
        journey.ticks(),
        params.one_day
    );
    if journey.waited > 0 {
        text.push_str(&format!(
            "\nwaited {} blocks, so that nobody missed a deadline by the jump",
            journey.waited
        ));
    }
    text
}

fn settled(aftermath: &Aftermath) -> String {
    let mut text = match aftermath.fell_due.is_empty() {
        true => "\nnothing fell due".to_owned(),
        false => format!("\nfell due, and was done in {} blocks:", aftermath.blocks),
    };
    for (what, count) in &aftermath.fell_due {
        text.push_str(&format!("\n  {count:>5} {what}"));
    }
    text
}

async fn show(session: &Session, chain: &Chain, params: &ProtocolParams) -> Result<()> {
    let chain = chain.at(chain.best().await?.1);
    let clock = chain.clock().await?;
    let now = clock.tick();
    let era = chain.active_era().await?;
    let calendar = chain.bookings().await?;
    let (overdue, ahead): (Vec<Booking>, Vec<Booking>) = calendar
        .into_iter()
        .filter(|booking| booking.due.is_automatic())
        .partition(|booking| booking.tick < now);
    let rows = [
        ("tick", now.to_string()),
        ("time", of_day(now, params)),
        (
            "a day",
            format!("{} ticks of {} ms", params.one_day, params.slot_ms),
        ),
        ("block", clock.block.to_string()),
        ("moved forward by", format!("{} ticks", clock.offset)),
        ("era", era.map_or("-".into(), |era| era.to_string())),
        (
            "overdue",
            match overdue.is_empty() {
                true => "nothing".into(),
                false => travel::list(&overdue),
            },
        ),
        (
            "next",
            match ahead.first() {
                Some(next) => format!(
                    "{} in {} ticks",
                    travel::describe(next.due),
                    next.tick - now
                ),
                None => "nothing is booked".into(),
            },
        ),
    ];
    let text: Vec<_> = rows
        .iter()
        .map(|(name, value)| format!("{name:<18} {value}"))
        .collect();
    let mut json = at(&clock, params);
    json["one_day"] = params.one_day.into();
    json["era"] = era.into();
    json["overdue"] = overdue.len().into();
    json["next"] = serde_json::json!(ahead.first().map(|next| serde_json::json!({
        "tick": next.tick, "what": travel::describe(next.due),
    })));
    session.print(text.join("\n"), json);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tick_is_a_time_of_the_protocols_day() {
        let params = ProtocolParams::fast();
        assert_eq!(of_day(0, &params), "day 0, 00:00");
        assert_eq!(of_day(4 * 180 + 45, &params), "day 4, 06:00");
        assert_eq!(of_day(179, &params), "day 0, 23:52");
    }

    #[test]
    fn what_fell_due_is_listed() {
        let aftermath = Aftermath {
            blocks: 2,
            fell_due: [("files deleted", 3)].into(),
        };
        let text = settled(&aftermath);
        assert!(
            text.contains("2 blocks") && text.contains("3 files deleted"),
            "{text}"
        );
        assert!(settled(&Aftermath::default()).contains("nothing fell due"));
    }
}
