"""The story as an SVG file: two machines over time, the blocks below them, the steps as flags."""

import html

LEFT, RIGHT, SCALE_TOP = 110, 40, 50
LANE, BLOCKS_Y = 46, 190
SIGNS, STANDS_BY, OFF = "#2a7f3f", "#9db8d9", "#d9d9d9"


def draw(story, names, width=1100):
    """Text of the SVG; `names` maps an address to the name of its validator."""
    begin = min([block.seen for block in story.blocks] + [story.killed]) - story.killed
    end = max([block.seen - story.killed for block in story.blocks] + [step.after_s for step in story.steps]) + 1

    def x(after_s):
        return LEFT + (after_s - begin) / (end - begin) * (width - LEFT - RIGHT)

    parts = [*axis(begin, end, x), *lanes(story, end, x), *blocks(story, names, x), *flags(story, x)]
    height = BLOCKS_Y + 90 + 22 * len(story.steps)
    verdict = f"turns lost: {len(story.lost)} · two signers: {'YES' if story.doubles else 'none'}"
    parts.append(text(LEFT, 24, f"Fail-over of a Kaia validator from {story.old} to {story.new} — {verdict}", 16, "bold"))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif">\n'
            f'<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(parts) + "\n</svg>\n")


def text(x, y, words, size=12, weight="normal", anchor="start", colour="#222"):
    """A text element."""
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" '
            f'fill="{colour}">{html.escape(words)}</text>')


def bar(x_from, x_to, y, colour):
    """A stretch of a machine's lane."""
    return (f'<rect x="{x_from:.1f}" y="{y}" width="{max(0, x_to - x_from):.1f}" height="{LANE - 14}" rx="3" '
            f'fill="{colour}"/>')


def axis(begin, end, x):
    """Seconds since the kill."""
    for second in range(int(begin), int(end) + 1):
        if second % 5 == 0:
            yield f'<line x1="{x(second):.1f}" y1="{SCALE_TOP}" x2="{x(second):.1f}" y2="{BLOCKS_Y + 30}" stroke="#eee"/>'
            yield text(x(second), SCALE_TOP - 6, f"{second} s", 10, anchor="middle", colour="#666")


def lanes(story, end, x):
    """What each machine was: signer, standby, off."""
    when = {step.text: step.after_s for step in story.steps}
    promoted = next(after for words, after in when.items() if words.startswith("kcn runs on"))
    back = next((after for words, after in when.items() if "is back" in words), end)
    old, new = SCALE_TOP + 8, SCALE_TOP + 8 + LANE
    yield text(10, old + 21, story.old, 14, "bold")
    yield text(10, new + 21, story.new, 14, "bold")
    yield bar(LEFT, x(0), old, SIGNS)
    yield bar(x(0), x(back), old, OFF)
    yield bar(x(back), x(end), old, STANDS_BY)
    yield bar(LEFT, x(promoted), new, STANDS_BY)
    yield bar(x(promoted), x(end), new, SIGNS)
    for place, (colour, words) in enumerate(((SIGNS, "signs with the seat's key"), (STANDS_BY, "standby, own key"),
                                             (OFF, "off or starting"))):
        yield bar(LEFT + 190 * place, LEFT + 190 * place + 14, BLOCKS_Y + 44, colour)
        yield text(LEFT + 190 * place + 20, BLOCKS_Y + 64, words)


def blocks(story, names, x):
    """A dot per block: the seat's are green; one whose first round was lost by the seat has a red ring."""
    yield text(10, BLOCKS_Y + 4, "blocks", 14, "bold")
    for block in story.blocks:
        colour = SIGNS if block.proposer == story.seat else "#bbb"
        ring = ' stroke="#c00" stroke-width="3"' if block in story.lost else ""
        yield (f'<circle cx="{x(block.seen - story.killed):.1f}" cy="{BLOCKS_Y}" r="6" fill="{colour}"{ring}>'
               f'<title>block {block.number} by {names.get(block.proposer, block.proposer)}, round {block.round}</title>'
               f'</circle>')


def flags(story, x):
    """Each step: a line down from its moment, and its words."""
    for row, step in enumerate(story.steps):
        y = BLOCKS_Y + 92 + 22 * row
        yield (f'<line x1="{x(step.after_s):.1f}" y1="{SCALE_TOP}" x2="{x(step.after_s):.1f}" y2="{y - 4:.1f}" '
               f'stroke="#c60" stroke-dasharray="3 3" stroke-width="0.8"/>')
        right = x(step.after_s) > x(0) + 450
        yield text(x(step.after_s) + (-6 if right else 6), y, f"{step.after_s:.2f} s  {step.text}",
                   anchor="end" if right else "start")
