"""Tables of the figures of one run: medians with the least and the most, ratios within a round."""

from statistics import median

from plan import GROUPS, ROWS

# Figures in the order of columns: name, title, digits.
COLUMNS = [
    ("cpu_us", "CPU µs", 2),
    ("p50_us", "p50 µs", 0),
    ("p99_us", "p99 µs", 0),
    ("calls_per_s", "calls/s", 0),
    ("rss_kib", "RSS KiB", 0),
    ("answer_bytes", "answer bytes", 0),
    ("cold_us", "cold µs", 0),
    ("session_kib", "KiB each", 2),
    ("stream_kib", "KiB each", 1),
    ("peak_x_text", "peak RSS × text", 2),
    ("without_p99_us", "p99 without µs", 0),
    ("with_p99_us", "p99 with µs", 0),
    ("with_x_without", "×", 2),
]
# What a ratio to the floor is taken of.
COMPARED = ["cpu_us", "cold_us"]


class Figures:
    """The figures of one run, by `group/server/figure`."""

    def __init__(self, result):
        self.result = result

    def of(self, path):
        """The figure in each round that has it; one value if it was counted."""
        return [value for value in self.by_round(path) if value is not None]

    def ratio(self, of, to):
        """The ratio in each round that has both."""
        return [a / b for a, b in zip(self.by_round(of), self.by_round(to)) if a is not None and b]

    def by_round(self, path):
        cell, figure = path.rsplit("/", 1)
        if figure == "instructions":
            return [self.result["instructions"].get(cell)]
        return [found.get(cell, {}).get(figure) for found in self.result["rounds"]]


def number(value, digits):
    return f"{value:,.{digits}f}"


def spread(values, digits):
    """The median, and between what the others lie."""
    if len(values) == 1:
        return number(values[0], digits)
    least, most = number(min(values), digits), number(max(values), digits)
    return f"{number(median(values), digits)} ({least}..{most})"


def markdown(head, lines):
    body = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(line) + " |" for line in body)


def group_table(figures, name):
    """One group as a table, or nothing if it was not played."""
    group = GROUPS[name]
    cells = {cell for found in [*figures.result["rounds"], figures.result["instructions"]] for cell in found}
    present = [server for server in group.servers if f"{name}/{server}" in cells]
    if not present:
        return None
    columns = [c for c in COLUMNS if any(figures.of(f"{name}/{server}/{c[0]}") for server in present)]
    compared = next((c for c in COMPARED if group.floor in present and c in [c[0] for c in columns]), None)
    counted = [s for s in present if figures.of(f"{name}/{s}/instructions")]
    head = ["server", *(title for _, title, _ in columns)]
    if compared:
        head.insert(2, f"× {group.floor}")
    if counted:
        head.append("instructions")
    lines = []
    for server in present:
        line = [server, *(spread(values, digits) if (values := figures.of(f"{name}/{server}/{c}")) else "" for c, _, digits in columns)]
        if compared:
            ratio = figures.ratio(f"{name}/{server}/{compared}", f"{name}/{group.floor}/{compared}")
            line.insert(2, spread(ratio, 2))
        if counted:
            values = figures.of(f"{name}/{server}/instructions")
            line.append(number(values[0], 0) if values else "")
        lines.append(line)
    return f"**{group.title}**\n\n{markdown(head, lines)}"


def groups_table(figures):
    tables = (group_table(figures, name) for name in GROUPS)
    return "\n\n".join(table for table in tables if table)


def rows_table(figures):
    """The targets, and whether they are met."""
    lines = []
    for row in ROWS:
        values = figures.ratio(row.of, row.to) if row.to else figures.of(row.of)
        if not values:
            continue
        digits = 0 if row.target >= 1000 else 3 if row.target < 0.5 else 2
        is_met = median(values) >= row.target if row.at_least else median(values) <= row.target
        sign = "≥" if row.at_least else "≤"
        target = f"{sign} {number(row.target, digits).rstrip('0').rstrip('.') if digits else number(row.target, 0)} {row.unit}"
        lines.append([row.title, spread(values, digits), target, "yes" if is_met else "**no**"])
    return markdown(["what", "Disco", "target", "met"], lines)
