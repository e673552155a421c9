# Rows of docs/weights.md from a `weights.rs` that scripts/weights wrote; set `pallet`.
# A read is 25 µs and a write 100 µs, as the runtime's RocksDbWeight has them.

# The product of the slopes of every `before(slope...).saturating_mul(x` and x's maximum.
function grown(before, after,    rest, total, part, slope, by) {
    total = 0
    rest = body
    while (match(rest, before "[0-9_u]+" after "[a-z]\\.into")) {
        part = substr(rest, RSTART, RLENGTH)
        rest = substr(rest, RSTART + RLENGTH)
        slope = part
        sub(before, "", slope)
        sub(after ".*", "", slope)
        gsub("_u64|_", "", slope)
        by = part
        sub(/\.into$/, "", by)
        by = substr(by, length(by))
        total += slope * max[name, by]
    }
    return total
}

function number(pattern,    found) {
    if (!match(body, pattern)) return 0
    found = substr(body, RSTART, RLENGTH)
    sub(/^[^(]*\(/, "", found)
    gsub(/[^0-9]/, "", found)
    return found + 0
}

function row(    time, proof, reads, writes, parts) {
    gsub(/[ \n]+/, "", body)
    gsub(/,\)/, ")", body)
    match(body, /from_parts\([0-9_]+,[0-9_]+\)/)
    split(substr(body, RSTART + 11, RLENGTH - 12), parts, ",")
    gsub("_", "", parts[1])
    gsub("_", "", parts[2])
    time = parts[1] + grown("from_parts\\(", ",0\\)\\.saturating_mul\\(")
    proof = parts[2] + grown("from_parts\\(0,", "\\)\\.saturating_mul\\(")
    reads = number("reads\\([0-9]+\\)") + grown("reads\\(", "\\.saturating_mul\\(")
    writes = number("writes\\([0-9]+\\)") + grown("writes\\(", "\\.saturating_mul\\(")
    printf "| %s | `%s` | %s | %.0f | %d | %d | %.0f | %d |\n", pallet, name, with[name], \
        time / 1e6, reads, writes, time / 1e6 + 25 * reads + 100 * writes, proof
}

/^    \/\/\/ At least/ {
    notes = $0
    next
}

/^    fn / {
    name = $2
    sub(/\(.*/, "", name)
    if (/;$/) {
        while (match(notes, /`[a-z]` up to [0-9]+/)) {
            note = substr(notes, RSTART, RLENGTH)
            notes = substr(notes, RSTART + RLENGTH)
            split(note, word, " ")
            letter = substr(word[1], 2, 1)
            max[name, letter] = word[4]
            with[name] = with[name] (with[name] ? ", " : "") letter " = " word[4]
        }
    } else {
        body = ""
        inside = 1
        next
    }
}

inside && /^    }/ {
    row()
    inside = 0
}

inside { body = body $0 "\n" }
