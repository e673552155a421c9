//! Progress of long work: a bar on a terminal, plain lines elsewhere.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Reports how far a piece of work is.
#[derive(Debug)]
pub struct Progress {
    kind: Kind,
    started: Instant,
}

#[derive(Debug)]
enum Kind {
    Bar(ProgressBar),
    Lines { last: Mutex<String> },
    Silent,
}

impl Progress {
    /// On standard error: a bar on a terminal, lines otherwise, nothing when `quiet`.
    pub fn new(quiet: bool) -> Self {
        let kind = if quiet {
            Kind::Silent
        } else if std::io::stderr().is_terminal() {
            let bar = ProgressBar::new(0);
            let style =
                ProgressStyle::with_template("{spinner} [{elapsed}] {bar:30} {pos}/{len} {msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.enable_steady_tick(Duration::from_millis(120));
            Kind::Bar(bar)
        } else {
            Kind::Lines {
                last: Mutex::default(),
            }
        };
        Self {
            kind,
            started: Instant::now(),
        }
    }

    /// `done` of `all` parts are done; `what` happens now.
    pub fn step(&self, done: usize, all: usize, what: &str) {
        match &self.kind {
            Kind::Bar(bar) => {
                bar.set_length(all as u64);
                bar.set_position(done as u64);
                bar.set_message(what.to_owned());
            }
            Kind::Lines { last } => {
                let line = format!("{done}/{all} {what}");
                let mut last = last.lock().unwrap_or_else(|e| e.into_inner());
                if *last != line {
                    eprintln!("[{:5.1} s] {line}", self.started.elapsed().as_secs_f32());
                    *last = line;
                }
            }
            Kind::Silent => {}
        }
    }

    /// The work is over.
    pub fn finish(&self) {
        if let Kind::Bar(bar) = &self.kind {
            bar.finish_and_clear();
        }
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}
