//! Numbers as people read them.

use std::time::Duration;

/// `37.6 %`, with more digits near the ends.
pub(crate) fn percent(fraction: f64) -> String {
    let percent = fraction * 100.0;
    let from_end = percent.min(100.0 - percent);
    match from_end {
        0.0 => format!("{percent:.0} %"),
        end if end < 0.01 => format!("{percent:.4} %"),
        end if end < 1.0 => format!("{percent:.2} %"),
        _ => format!("{percent:.1} %"),
    }
}

/// `12 B`, `4.0 KiB`, ...
pub(crate) fn bytes(count: f64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if count < 1024.0 {
        return format!("{count:.0} B");
    }
    let (mut value, mut unit) = (count / 1024.0, 0);
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// `80 s`, `20 min`, `2.7 d`: the largest unit that leaves at least two of it.
pub(crate) fn time(time: Duration) -> String {
    const UNITS: [(f64, &str); 5] = [
        (365.0 * 86_400.0, "years"),
        (86_400.0, "d"),
        (3600.0, "h"),
        (60.0, "min"),
        (1.0, "s"),
    ];
    let seconds = time.as_secs_f64();
    let unit = UNITS.iter().find(|(length, _)| seconds >= 2.0 * length);
    let (length, name) = unit.unwrap_or(&(1.0, "s"));
    number(seconds / length) + " " + name
}

/// Microseconds of a CPU: `850 µs`, `2.1 ms`, `1.3 s`.
pub(crate) fn cpu(micros: f64) -> String {
    match micros {
        m if m < 1000.0 => format!("{m:.0} µs"),
        m if m < 1e6 => format!("{} ms", number(m / 1e3)),
        m => format!("{} s", number(m / 1e6)),
    }
}

/// Three digits of a number.
pub(crate) fn number(number: f64) -> String {
    match number {
        n if n < 10.0 && n.fract() != 0.0 => format!("{n:.1}"),
        n => format!("{n:.0}"),
    }
}

/// Columns as wide as their widest cell, two spaces apart.
pub(crate) fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let widths = cells.map(|cell| cell.chars().count());
        widths
            .chain([header[column].chars().count()])
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<_> = (0..header.len()).map(width).collect();
    let line = |cells: Vec<&str>| {
        let padded = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("  {cell:<width$}"));
        padded.collect::<String>().trim_end().to_owned() + "\n"
    };
    let head = line(header.to_vec());
    let body = rows
        .iter()
        .map(|row| line(row.iter().map(String::as_str).collect()));
    head + &body.collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_near_the_ends_keep_their_digits() {
        let cases = [
            (0.0, "0 %"),
            (1.0, "100 %"),
            (0.3762, "37.6 %"),
            (0.0046, "0.46 %"),
            (0.99995, "99.9950 %"),
        ];
        for (fraction, text) in cases {
            assert_eq!(percent(fraction), text);
        }
    }

    #[test]
    fn units_fit_the_size() {
        assert_eq!(bytes(600.0), "600 B");
        assert_eq!(bytes(376.0 * 1024.0), "376.0 KiB");
        assert_eq!(bytes(8.0 * 1024.0 * 1024.0), "8.0 MiB");
        assert_eq!(time(Duration::from_secs(90)), "90 s");
        assert_eq!(time(Duration::from_secs(1200)), "20 min");
        assert_eq!(time(Duration::from_secs(86_400 * 27 / 10)), "2.7 d");
        assert_eq!(time(Duration::from_secs(86_400 * 800)), "2.2 years");
        assert_eq!(cpu(850.4), "850 µs");
        assert_eq!(cpu(2100.0), "2.1 ms");
        assert_eq!(cpu(1.5e6), "1.5 s");
    }

    #[test]
    fn columns_line_up() {
        let rows = [
            vec!["1".into(), "long cell".into()],
            vec!["µµµ".into(), "x".into()],
        ];
        let text = table(&["a", "b"], &rows);
        assert_eq!(text, "  a    b\n  1    long cell\n  µµµ  x\n");
    }
}
