"""The picture as SVG: light or dark as the reader's screen is, readable without anything around it."""

from __future__ import annotations

from pathlib import Path

from game.desk.graph import cards as size
from game.desk.graph.cards import Band, Card, Drawing, Line, Pill, Trunk
from game.desk.graph.legend import legend
from game.desk.graph.markup import corners, curve, escape, icon, number, tag, text, tip
from game.desk.graph.metrics import fit, width
from game.desk.graph.nodes import Graph, Node, Row

TOP = 74.0
LEFT = 30.0
LEAST = 1000.0

ICONS = {
    "lock": '<rect x="2.5" y="5.5" width="7" height="5" rx="1"/><path d="M4 5.5V4a2 2 0 0 1 4 0v1.5"/>',
    "hidden": '<path d="M1.5 6C3.5 2.8 8.5 2.8 10.5 6 8.5 9.2 3.5 9.2 1.5 6Z"/><circle cx="6" cy="6" r="1.3"/>'
    '<path d="M2 10.5 10 1.5"/>',
    "once": '<circle cx="6" cy="6" r="4.5"/><path d="M5 4.8 6.3 3.8V8.4"/>',
    "roll": '<rect x="1.8" y="1.8" width="8.4" height="8.4" rx="1.8"/><g class="dot"><circle cx="4.2" cy="4.2" r=".9"/>'
    '<circle cx="6" cy="6" r=".9"/><circle cx="7.8" cy="7.8" r=".9"/></g>',
    "exit": '<path d="M3 10.5V1.5h6v9M1.5 10.5h9"/><circle class="dot" cx="7.2" cy="6.2" r=".8"/>',
    "offer": '<path d="M6 2.2v7.6M2.2 6h7.6"/>',
    "bell": '<circle cx="6" cy="6" r="4.6"/><path d="M6 3.2V6l2 1.4"/>',
    "rule": '<path d="M6 1.5v9M3.5 10.5h5M2 3.5h8M2 3.5.8 7h2.4ZM10 3.5 8.8 7h2.4Z"/>',
    "stay": '<path d="M9.8 6.5A3.9 3.9 0 1 1 8.6 3.3M8.8 1v2.5H6.3"/>',
    "start": '<path class="dot" d="M3.2 1.8 10 6 3.2 10.2Z"/>',
    "ending": '<path class="dot" d="M6 1.2 10.8 6 6 10.8 1.2 6Z"/>',
    "warning": '<path d="M6 1.5 11 10.5H1Z"/><path d="M6 5v2.4M6 8.9v.2"/>',
}


def svg(drawing: Drawing) -> str:
    """The whole picture, with title and legend, as a document of its own."""
    width = max(drawing.width, LEAST)
    # A large picture is looked at from afar: its heading grows with it.
    scale = min(max(width / 2000, 1.0), 2.2)
    signs, high = legend(drawing.graph, width / scale - 2 * LEFT)
    top = (TOP + high) * scale + 14.0
    whole = top + drawing.height
    story = drawing.graph.story
    heading = [
        tag("text", escape(title(drawing.graph)), x=LEFT, y=40, class_="headline"),
        tag("text", escape(summary(drawing.graph)), x=LEFT, y=62, class_="meta"),
        tag("g", signs, transform=f"translate({number(LEFT)} {number(TOP)})"),
    ]
    head = [
        tag("rect", class_="paper", width=width, height=whole),
        tag("g", "".join(heading), transform=f"scale({scale:.3g})"),
        tag("g", body(drawing), transform=f"translate(0 {number(top)})"),
    ]
    inner = tip(f"{story.title}: the story as a picture") + f"<style>{style()}</style>" + defs() + "".join(head)
    document = tag(
        "svg",
        inner,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(whole)}",
        width=width,
        height=whole,
        role="img",
        class_="hyosan",
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{document}\n'


def style() -> str:
    """The style sheet of the picture."""
    return (Path(__file__).with_name("picture.css")).read_text(encoding="utf-8")


def defs() -> str:
    """Signs and arrowheads."""
    signs = "".join(tag("symbol", body, id=f"i-{name}", viewBox="0 0 12 12") for name, body in ICONS.items())
    # One arrowhead for each colour: a marker cannot take over the colour of its line everywhere yet.
    heads = "".join(
        tag(
            "marker",
            '<path d="M0 0 7 3.5 0 7Z"/>',
            id=f"a-{kind}",
            class_=f"head {kind}",
            viewBox="0 0 7 7",
            refX=6.5,
            refY=3.5,
            markerWidth=7,
            markerHeight=7,
            markerUnits="userSpaceOnUse",
            orient="auto-start-reverse",
        )
        for kind in ("entry", "choice", "roll", "exit", "offer", "bell", "rule")
    )
    return tag("defs", signs + heads)


def body(drawing: Drawing) -> str:
    """The chapters and what is in them, without title and legend."""
    heat = drawing.graph.heat.plays
    parts = [_band(b) for b in drawing.bands]
    parts += [_trunk(t, heat) for t in drawing.trunks]
    # First all lines, then what they meet, so that no line is drawn over words.
    parts += [_line(line, heat) for band in drawing.bands for line in band.lines]
    parts += [_pill(p, heat) for band in drawing.bands for p in band.pills]
    parts += [_card(c, drawing.graph) for band in drawing.bands for c in band.cards]
    return "".join(parts)


def title(graph: Graph) -> str:
    if graph.only:
        return f"{graph.story.title}: {graph.story.chapters[graph.only].title}"
    return graph.story.title


def summary(graph: Graph) -> str:
    nodes = [n for n in graph.nodes.values() if graph.only in ("", n.chapter)]
    kinds = {kind: sum(n.kind == kind for n in nodes) for kind in ("scene", "room", "ending")}
    parts = [f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in kinds.items() if count]
    choices = sum(r.kind != "outcome" for n in nodes for r in n.rows)
    parts += [f"{choices} choices", f"{sum(n.words for n in nodes):,} words"]
    return f"version {graph.story.version} · " + " · ".join(parts)


# --- parts ----------------------------------------------------------------------------------------


def _band(band: Band) -> str:
    parts = [
        tag("rect", class_="band", x=band.x, y=band.y, width=band.width, height=band.height, rx=12),
        tag("text", escape(band.title), x=band.x + 26, y=band.y + 36, class_="chapter"),
        text(band.x + 26, band.y + 54, band.note, "meta"),
    ]
    for chip in band.chips:
        shown = text(chip.x + 17, chip.y + 13, chip.text, "small", chip.room)
        parts.append(
            tag("g", tip(chip.text) + icon(chip.kind, chip.x, chip.y + 3, more=chip.kind) + shown, class_="chip")
        )
    return tag("g", "".join(parts), class_="chapter-box", data_chapter=band.id)


def _line(line: Line, plays: int) -> str:
    classes = ["line", line.kind]
    classes += [name for name, on in (("asks", line.asks), ("dead", line.dead), ("door", line.both)) if on]
    if plays and line.kind != "entry":
        classes.append(f"w{warmth(line.count, plays)}")
    attributes: dict[str, str | float] = {"class_": " ".join(classes), "d": curve(line.curve)}
    attributes["marker_end"] = f"url(#a-{line.kind})"
    if line.both:
        attributes["marker_start"] = f"url(#a-{line.kind})"
    return tag("path", **attributes, data_from=line.source, data_to=line.target, data_choice=line.choice)


def _trunk(trunk: Trunk, plays: int) -> str:
    heat = f" w{warmth(trunk.count, plays)}" if plays else ""
    return tag(
        "path", class_=f"line trunk{heat}", d=corners(trunk.points), marker_end="url(#a-entry)", data_to=trunk.target
    )


def _pill(pill: Pill, plays: int) -> str:
    sign = {"from": "start", "exit": "start"}.get(pill.kind, pill.kind)
    counted = plays and pill.kind in ("bell", "rule", "exit", "ending")
    room = pill.width - 36 - (34 if counted else 0)
    parts = [
        tip(": ".join(w for w in (pill.text, pill.hint) if w)),
        tag("rect", x=pill.x, y=pill.y, width=pill.width, height=size.PILL, rx=size.PILL / 2),
        icon(sign, pill.x + 10, pill.y + 9, more=pill.kind),
    ]
    if pill.hint:
        parts.append(text(pill.x + 28, pill.y + 13, pill.text, "row", room))
        parts.append(text(pill.x + 28, pill.y + 24.5, pill.hint, "small", room, "quiet"))
    else:
        parts.append(text(pill.x + 28, pill.y + 19, pill.text, "row", room))
    if counted:
        parts.append(text(pill.x + pill.width - 12, pill.y + 19, share(pill.count, plays), "small", 0, "share", "end"))
    return tag("g", "".join(parts), class_=f"pill {pill.kind}", data_id=pill.id, data_target=pill.target)


def _card(card: Card, graph: Graph) -> str:
    node, plays = card.node, graph.heat.plays
    classes = ["card", node.kind]
    classes += [name for name, on in (("lost", not node.reached), ("first", node.start)) if on]
    if plays:
        classes.append(f"h{warmth(node.count, plays)}")
    outline: dict[str, float] = {"x": card.x, "y": card.y, "width": size.CARD, "height": card.height, "rx": 7}
    parts = [tip(node.opening), tag("rect", class_="body", **outline), _head(card, plays)]
    for i, (row, level) in enumerate(zip(node.rows, card.levels, strict=True)):
        parts.append(_row(node, row, card.x, card.y + level, plays, i))
    parts.append(tag("rect", class_="edge", **outline))
    return tag("g", "".join(parts), class_=" ".join(classes), data_id=node.id, tabindex="0")


def _head(card: Card, plays: int) -> str:
    node, x, y = card.node, card.x, card.y
    high = size.head(node) if node.rows else card.height
    parts = [tag("path", class_="head", d=_top(x, y, size.CARD, high, whole=not node.rows))]
    left, room = x + 12, size.CARD - 24 - (46 if plays else 0)
    sign = (
        "ending" if node.kind == "ending" else "exit" if node.kind == "room" else "warning" if not node.reached else ""
    )
    if sign:
        parts.append(icon("warning" if not node.reached else sign, left - 1, y + 10, 13, node.kind))
        left, room = left + 17, room - 17
    parts.append(text(left, y + 20, node.title or node.id, "title", room))
    y += 20
    if node.title:
        parts.append(text(x + 12, y + 14.5, node.id, "id", size.CARD - 24, "quiet"))
        y += 14
    words = f"{node.words} word{'' if node.words == 1 else 's'}"
    lost = "" if node.reached else "nothing leads here"
    rest = " · ".join(p for p in (words, node.time) if p)
    place = fit(node.place, size.CARD - 30 - width(f"{lost} · {rest}", 11), 11) if node.place else ""
    note = " · ".join(p for p in (lost, place, rest) if p)
    parts.append(text(x + 12, y + 15.5, note, "meta", size.CARD - 24, "" if node.reached else "alarm"))
    if plays:
        parts.append(text(x + size.CARD - 12, card.y + 20, share(node.count, plays), "meta", 0, "share", "end"))
    return "".join(parts)


def _top(x: float, y: float, wide: float, high: float, whole: bool, r: float = 7.0) -> str:
    """The outline of a card's head: round at the top, and at the bottom where nothing follows."""
    side, low, flat = number(high - r), number(high - 2 * r), number(wide - 2 * r)
    over = f"M{number(x)} {number(y + r)}q0 -{r:g} {r:g} -{r:g}h{flat}q{r:g} 0 {r:g} {r:g}"
    if whole:
        return f"{over}v{low}q0 {r:g} -{r:g} {r:g}h-{flat}q-{r:g} 0 -{r:g} -{r:g}z"
    return f"{over}v{side}h-{number(wide)}z"


def _row(node: Node, row: Row, x: float, y: float, plays: int, index: int) -> str:
    parts = [tip(_row_tip(row))]
    left = x + 12.0
    if row.kind == "outcome":
        left += 16.0
        parts.append(text(left, y + 4, row.odds, "small", 0, "roll"))
        left += 28.0
    for sign in _signs(row):
        parts.append(icon(sign, left - 1, y - 6.5, 13, row.kind))
        left += 15.0
    right = x + size.CARD - 12
    if plays:
        parts.append(text(right, y + 4, share(row.count, plays), "small", 0, "share" if row.count else "never", "end"))
        right -= 32.0
    if any(link.target == node.id for link in row.links):
        parts.append(icon("stay", right - 12, y - 6.5, 13, "quiet"))
        right -= 16.0
    shown = row.text or row.choice
    parts.append(text(left, y + 4, shown, "row", right - left, "dead" if row.links and row.links[0].dead else ""))
    stripe = tag("rect", class_="stripe", x=x + 1, y=y - size.ROW / 2, width=size.CARD - 2, height=size.ROW)
    return tag("g", stripe + "".join(parts), class_=f"row {row.kind}", data_choice=row.choice, data_row=float(index))


def _signs(row: Row) -> list[str]:
    out = [row.kind] if row.kind in ("roll", "exit", "offer") else []
    if row.asks:
        out.append("lock" if row.reason else "hidden")
    # A roll and an offer are made once anyway; it would say nothing new.
    if row.once and row.kind == "choice":
        out.append("once")
    return out


def _row_tip(row: Row) -> str:
    parts = [row.text]
    if row.asks:
        parts.append(f"while {row.asks}")
    if row.reason:
        parts.append(f"otherwise: {row.reason}")
    if row.once:
        parts.append("once")
    parts += [f"{link.asks}: {link.target}" if link.asks else link.target for link in row.links]
    return "\n".join(parts)


# --- heat -----------------------------------------------------------------------------------------


def warmth(count: int, plays: int) -> int:
    """How often, in steps: 0 never, then up to 5, 20, 50, 80 and 100 % of the plays."""
    if not count:
        return 0
    part = count / plays
    return 1 + sum(part > edge for edge in (0.05, 0.2, 0.5, 0.8))


def share(count: int, plays: int) -> str:
    """A part of the plays as one reads it."""
    if not count:
        return "never"
    part = 100 * count / plays
    return f"{part:.0f}%" if part >= 1 else "<1%"
