//! What a worker counts, for Prometheus.

use prometheus::{
    Encoder, Histogram, HistogramOpts, IntCounter, IntCounterVec, Opts, Registry, TextEncoder,
};
use tonic::{Code, Response, Status};

/// The counters; clones count together.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    /// Fragments tagged.
    pub tags: IntCounter,
    /// Time to tag a fragment.
    pub tag_seconds: Histogram,
    /// Certificates over idle space.
    pub certificates: IntCounter,
    verdicts: IntCounterVec,
    refusals: IntCounterVec,
}

impl Metrics {
    /// Counters at zero.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new_custom(Some("cess_tee".into()), None)?;
        let buckets = vec![0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0];
        let this = Self {
            tags: IntCounter::new("tags_total", "Fragments tagged")?,
            tag_seconds: Histogram::with_opts(
                HistogramOpts::new("tag_seconds", "Time to tag a fragment").buckets(buckets),
            )?,
            certificates: IntCounter::new("certificates_total", "Certificates over idle space")?,
            verdicts: IntCounterVec::new(
                Opts::new("verdicts_total", "Verdicts over proofs"),
                &["part", "result"],
            )?,
            refusals: IntCounterVec::new(
                Opts::new("refusals_total", "Requests that were refused"),
                &["service", "code"],
            )?,
            registry,
        };
        let registry = &this.registry;
        registry.register(Box::new(this.tags.clone()))?;
        registry.register(Box::new(this.tag_seconds.clone()))?;
        registry.register(Box::new(this.certificates.clone()))?;
        registry.register(Box::new(this.verdicts.clone()))?;
        registry.register(Box::new(this.refusals.clone()))?;
        Ok(this)
    }

    /// Counts a verdict.
    pub fn verdict(&self, part: &str, result: bool) {
        self.verdicts
            .with_label_values(&[part, if result { "true" } else { "false" }])
            .inc();
    }

    /// What a service answers; a refusal is counted.
    pub fn answered<T>(
        &self,
        service: &str,
        answer: Result<T, Status>,
    ) -> Result<Response<T>, Status> {
        answer
            .map(Response::new)
            .inspect_err(|status| self.refused(service, status))
    }

    /// Counts a request that was refused; failures of the worker itself go to the log too.
    pub fn refused(&self, service: &str, status: &Status) {
        if matches!(status.code(), Code::Internal | Code::Unknown) {
            tracing::error!(service, %status, "request failed");
        } else {
            tracing::debug!(service, %status, "request refused");
        }
        self.refusals
            .with_label_values(&[service, &format!("{:?}", status.code())])
            .inc();
    }

    /// The text that Prometheus reads.
    pub fn text(&self) -> Result<String, prometheus::Error> {
        let mut out = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut out)?;
        String::from_utf8(out).map_err(|error| prometheus::Error::Msg(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_show_in_the_text() {
        let metrics = Metrics::new().unwrap();
        metrics.tags.inc();
        metrics.verdict("idle", true);
        metrics.refused("tag", &Status::unavailable("x"));
        let text = metrics.text().unwrap();
        assert!(text.contains("cess_tee_tags_total 1"), "{text}");
        assert!(
            text.contains(r#"cess_tee_verdicts_total{part="idle",result="true"} 1"#),
            "{text}"
        );
        assert!(
            text.contains(r#"cess_tee_refusals_total{code="Unavailable",service="tag"} 1"#),
            "{text}"
        );
    }
}
