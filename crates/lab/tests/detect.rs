//! Whole experiments, small and with fixed seeds: what they measure can't change from run to run.

use cess_lab::{
    statistics::Interval, DamageMode, Graph, Hit, LabError, Layout, Plan, Scheme, Share, Trial,
    Watch,
};
use cess_primitives::Preset;
use std::sync::atomic::AtomicBool;

const BOTH: [Scheme; 2] = [Scheme::Rsa, Scheme::Bls12381];

fn plan() -> Plan {
    Plan {
        schemes: BOTH.to_vec(),
        layout: Layout::of_fragments(3, 4096, 64),
        samples: vec![4],
        damages: vec![share(3.0)],
        audits: 150,
        ..Plan::of(Preset::Fast, 20).unwrap()
    }
}

fn share(percent: f64) -> Share {
    Share::percent(percent).unwrap()
}

fn run(plan: &Plan) -> Vec<Trial> {
    let watch = Watch {
        progress: &|_, _, _| {},
        stop: &AtomicBool::new(false),
    };
    plan.run(watch).unwrap()
}

#[test]
fn what_is_measured_is_what_theory_expects_with_every_scheme() {
    let plan = Plan {
        damages: vec![share(1.0), share(5.0)],
        samples: vec![2, 8],
        ..plan()
    };
    let trials = run(&plan);
    assert_eq!(trials.len(), 8);
    for trial in &trials {
        let (found, audits) = (trial.measured.detected, trial.measured.audits);
        assert_eq!(audits, 150);
        let interval = Interval::clopper_pearson(found, audits, 0.999);
        assert!(
            interval.holds(trial.theory()),
            "{} is not in {interval:?}: {trial:?}",
            trial.theory()
        );
        assert!(found > 0 && found < audits, "{trial:?}");
    }
}

#[test]
fn schemes_find_the_same_damage_in_the_same_audits() {
    let trials = run(&plan());
    let [rsa, bls] = &trials[..] else {
        panic!("{trials:?}");
    };
    assert_eq!(rsa.hit, bls.hit);
    assert_eq!(rsa.measured.detected, bls.measured.detected);
    assert_eq!(rsa.measured.read, bls.measured.read);
}

#[test]
fn whole_data_raises_no_alarm_and_spoilt_data_never_passes() {
    for mode in ["chunks", "bytes", "run", "fragments"] {
        let plan = Plan {
            mode: mode.parse::<DamageMode>().unwrap(),
            damages: vec![share(0.0), share(100.0), share(0.0)],
            samples: vec![1, 16],
            layout: Layout::of_fragments(3, 1024, 16),
            audits: 10,
            ..plan()
        };
        for trial in run(&plan) {
            let spoilt = trial.damage == share(100.0);
            let expected = if spoilt { 10 } else { 0 };
            assert_eq!(trial.measured.detected, expected, "{trial:?}");
            assert_eq!(trial.theory(), f64::from(u8::from(spoilt)));
            let hit = match spoilt {
                true => Hit {
                    fragments: 3,
                    chunks: 48,
                    indices: 16,
                },
                false => Hit::default(),
            };
            assert_eq!(trial.hit, hit);
        }
    }
}

#[test]
fn a_lost_fragment_is_always_missed() {
    let plan = Plan {
        mode: DamageMode::Fragments,
        damages: vec![share(30.0)],
        samples: vec![1],
        audits: 10,
        ..plan()
    };
    for trial in run(&plan) {
        assert_eq!((trial.hit.fragments, trial.measured.detected), (1, 10));
        // Nothing of it can be read.
        assert_eq!(trial.measured.read, 10 * 2 * 64);
    }
}

#[test]
fn an_audit_reads_the_challenged_chunks_and_no_more() {
    for trial in run(&plan()) {
        let chunk = 4096 / 64;
        assert_eq!(trial.measured.read, 150 * 3 * 4 * chunk);
        let traffic = &trial.measured.traffic;
        // The challenge alone has 24 bytes for each chunk.
        assert!(
            traffic.challenge >= 4 * 24 && traffic.message > traffic.challenge,
            "{traffic:?}"
        );
        assert!(
            traffic.proof as usize > traffic.submitted.len(),
            "{traffic:?}"
        );
        assert!(
            traffic.verdict > 2048,
            "the verdict carries the filter: {traffic:?}"
        );
        assert!(trial.tagging.message > 64, "{trial:?}");
    }
}

/// Two sets of idle files of 16 KiB: the least that the graph allows.
fn idle_plan() -> Plan {
    let plan = Plan {
        graph: Graph {
            layers: 2,
            degree: 1,
        },
        audits: 60,
        ..plan()
    };
    plan.over_idle_files(8, 16 << 10, 4)
}

#[test]
fn damage_to_idle_files_is_found_as_theory_expects() {
    let plan = Plan {
        damages: vec![share(0.0), share(10.0), share(100.0)],
        ..idle_plan()
    };
    let trials = run(&plan);
    let [none, some, all] = &trials[..] else {
        panic!("{trials:?}");
    };
    assert_eq!((none.measured.detected, all.measured.detected), (0, 60));
    assert_eq!((none.theory(), all.theory()), (0.0, 1.0));
    let interval = Interval::clopper_pearson(some.measured.detected, 60, 0.999);
    assert!(interval.holds(some.theory()), "{interval:?}: {some:?}");
}

#[test]
fn a_lost_idle_file_is_missed_when_its_set_is_chosen() {
    let plan = Plan {
        mode: DamageMode::Fragments,
        damages: vec![share(1.0)],
        ..idle_plan()
    };
    let [lost] = &run(&plan)[..] else {
        panic!("one damage, one trial");
    };
    assert_eq!((lost.hit.fragments, lost.theory()), (1, 0.5));
    let interval = Interval::clopper_pearson(lost.measured.detected, 60, 0.999);
    assert!(interval.holds(0.5), "{interval:?}: {lost:?}");
    assert!(lost.measured.traffic.submitted.len() == 32 && lost.measured.read > 0);
}

#[test]
fn a_stopped_experiment_ends_and_a_plan_that_makes_no_sense_does_not_begin() {
    let stopped = Watch {
        progress: &|_, _, _| {},
        stop: &AtomicBool::new(true),
    };
    assert!(matches!(plan().run(stopped), Err(LabError::Stopped)));
    let impossible = Plan {
        samples: vec![65],
        ..plan()
    };
    let error = impossible.run(stopped).unwrap_err();
    assert!(error.to_string().contains("more than the 64"), "{error}");
}
