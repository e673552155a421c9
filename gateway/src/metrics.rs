//! What is counted, as Prometheus reads it.

use prometheus::{IntCounter, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};

/// The counters of a gateway.
pub(crate) struct Metrics {
    registry: Registry,
    /// Uploads by outcome: `accepted`, `shared`, `repeated`, `refused`.
    pub(crate) uploads: IntCounterVec,
    /// Bytes of accepted uploads.
    pub(crate) received_bytes: IntCounter,
    /// Uploads by how they ended: `stored`, `failed`.
    pub(crate) deals: IntCounterVec,
    /// Fragments that miners took or refused: `ok`, `failed`.
    pub(crate) fragments_sent: IntCounterVec,
    /// Fragments asked of miners: `ok`, `failed`.
    pub(crate) fragments_fetched: IntCounterVec,
    /// Segments read, by where from: `cache`, `miners`.
    pub(crate) segments_read: IntCounterVec,
    /// Bytes of files given out.
    pub(crate) served_bytes: IntCounter,
    /// Uploads that are not stored yet.
    pub(crate) open_uploads: IntGauge,
    /// Bytes in the cache, pinned ones included.
    pub(crate) cache_bytes: IntGauge,
    /// Protocol time of the last block seen.
    pub(crate) tick: IntGauge,
}

impl Metrics {
    pub(crate) fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new_custom(Some("cess_gateway".into()), None)?;
        let counters = |name: &str, help: &str, label: &str| {
            let counters = IntCounterVec::new(Opts::new(name, help), &[label])?;
            registry.register(Box::new(counters.clone()))?;
            Ok::<_, prometheus::Error>(counters)
        };
        let counter = |name: &str, help: &str| {
            let counter = IntCounter::new(name, help)?;
            registry.register(Box::new(counter.clone()))?;
            Ok::<_, prometheus::Error>(counter)
        };
        let gauge = |name: &str, help: &str| {
            let gauge = IntGauge::new(name, help)?;
            registry.register(Box::new(gauge.clone()))?;
            Ok::<_, prometheus::Error>(gauge)
        };
        Ok(Self {
            uploads: counters("uploads_total", "Uploads by outcome", "outcome")?,
            received_bytes: counter("received_bytes_total", "Bytes of accepted uploads")?,
            deals: counters("deals_total", "Uploads by how they ended", "outcome")?,
            fragments_sent: counters("fragments_sent_total", "Fragments sent to miners", "result")?,
            fragments_fetched: counters(
                "fragments_fetched_total",
                "Fragments asked of miners",
                "result",
            )?,
            segments_read: counters(
                "segments_read_total",
                "Segments read for downloads",
                "source",
            )?,
            served_bytes: counter("served_bytes_total", "Bytes of files given out")?,
            open_uploads: gauge("open_uploads", "Uploads that are not stored yet")?,
            cache_bytes: gauge("cache_bytes", "Bytes in the cache")?,
            tick: gauge("tick", "Protocol time of the last block seen")?,
            registry,
        })
    }

    /// All of them in Prometheus' text format.
    pub(crate) fn text(&self) -> Result<String, prometheus::Error> {
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}
