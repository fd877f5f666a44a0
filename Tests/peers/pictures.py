"""Pictures of the screen (`render --format svg`) in a real browser engine: what a person sees, and gets by selecting.

The browser is Debian's Chromium, without a window; where it is absent the tests are skipped with a word.
"""
import base64
import glob
import json
import os
import tempfile
import urllib.request

from browser_rig import Browser
from lab_rig import tui
from runner import Failure, test

FOLDER = tempfile.mkdtemp(prefix="dpop-pictures-")
HERE = os.path.dirname(os.path.abspath(__file__))
CELL = (9, 18, 9)  # Width and height of a cell, and the margin.

# Shown by itself: the text in the order of reading, and each piece against its columns.
LOOK = """(() => {
  const [width, height] = document.documentElement.getAttribute('viewBox').split(' ').slice(2).map(Number);
  getSelection().selectAllChildren(document.documentElement);
  const text = String(getSelection());
  // Lines of box drawing reach a pixel or two over their cells.
  const wrong = [...document.querySelectorAll('tspan')].map(piece => {
    const box = piece.getBBox(), wanted = Number(piece.getAttribute('textLength'));
    const fits = box.x >= 0 && box.x + box.width <= width && box.y >= 0 && box.y + box.height <= height;
    return fits && Math.abs(piece.getComputedTextLength() - wanted) < 0.5 && Math.abs(box.width - wanted) < 2.5 ? '' : piece.textContent + ' ' + box.x + '+' + box.width + ' of ' + wanted;
  }).filter(word => word);
  return JSON.stringify({width, height, text, wrong, pieces: document.querySelectorAll('tspan').length, scripts: document.scripts.length});
})()"""

# Shown in a page, as READMEs do: which cells have more than one colour.
INK = """(async () => {
  const image = new Image();
  image.src = 'data:image/svg+xml;base64,%s';
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const [wide, high, margin] = %s, lines = [];
  for (let y = margin; y + high + margin <= canvas.height; y += high) {
    let line = '';
    for (let x = margin; x + wide + margin <= canvas.width; x += wide) {
      const data = new Uint32Array(context.getImageData(x, y, wide, high).data.buffer);
      line += data.some(pixel => pixel !== data[0]) ? 'x' : ' ';
    }
    lines.push(line);
  }
  return JSON.stringify(lines);
})()"""


def rendered(*words, size="120x40", capture=()):
    texts = [tui("render", *capture, "--size", size, *words, "--format", form) for form in ("svg", "text")]
    for status, _, more in texts:
        if status or more:
            raise Failure(f"render {words}: {status} {more}")
    return texts[0][1], [line.rstrip() for line in texts[1][1].split("\n")[:-1]]


def seen(browser, svg):
    """What the picture says of itself when it is the page."""
    path = os.path.join(FOLDER, "picture.svg")
    with open(path, "w") as file:
        file.write(svg)
    browser.visit("about:blank")
    browser.until("location.href === 'about:blank'")
    browser.visit("file://" + urllib.request.pathname2url(path))
    browser.until("document.querySelector('svg') !== null && document.readyState === 'complete'")
    return json.loads(browser.value(LOOK))


def captured():
    """A call whose answer has wide, combining and hostile characters."""
    path = os.path.join(FOLDER, "wide.jsonl")
    body = {"名前": "漢字かな交じり文", "emoji": "✅ 👩‍👩‍👧 é e\u0301", "html": "</text><script>alert(1)</script> & ]]>", "bidi": "\u202e\u0007"}
    exchange = {"dpop-tui": 1, "request": {"method": "GET", "url": "https://api.example/a", "headers": [["DPoP", "a.b.c"]]},
                "response": {"status": 200, "headers": [["Content-Type", "application/json"]], "body": json.dumps(body)}}
    with open(path, "w") as file:
        file.write(json.dumps(exchange) + "\n")
    return [path]


SCREENS = [
    (("--keys", "}}}F"), "120x40", ()), (("--keys", "}}}F4<tab>", "--theme", "light"), "80x24", ()), (("--keys", "}F<tab><enter>", "--theme", "high-contrast"), "200x60", ()),
    (("--keys", "?", "--theme", "mono"), "40x12", ()), (("--glyphs", "ascii"), "100x30", ()), (("--keys", "6+", "--theme", "solarized"), "100x30", captured),
]


@test
def pictures_hold_their_columns_and_give_their_text():
    wrong = []
    with Browser() as browser:
        for words, size, capture in SCREENS:
            svg, lines = rendered(*words, size=size, capture=capture() if capture else ())
            found = seen(browser, svg)
            # What is copied is the screen, line by line; empty lines have no text.
            copied = [line.rstrip() for line in found["text"].replace("\u00a0", " ").split("\n")]
            if [line for line in copied if line] != [line for line in lines if line]:
                wrong.append((words, "copied", [pair for pair in zip([l for l in copied if l], [l for l in lines if l]) if pair[0] != pair[1]][:2]))
            columns, rows = (int(part) for part in size.split("x"))
            if (found["width"], found["height"]) != (columns * CELL[0] + 2 * CELL[2], rows * CELL[1] + 2 * CELL[2]):
                wrong.append((words, found["width"], found["height"]))
            if found["wrong"] or found["scripts"] or found["pieces"] < rows:
                wrong.append((words, found["wrong"][:5], found["scripts"], found["pieces"]))
    if wrong:
        raise Failure(str(wrong))


def ink_is_where_text_is(browser, name, svg, lines):
    """Every visible character has left ink in its cell, and hardly a blank cell has any."""
    drawn = json.loads(browser.value(INK % (base64.b64encode(svg.encode()).decode(), json.dumps(CELL)), wait=60))
    cells = [(bool(character.strip()), row[at] == "x") for row, line in zip(drawn, lines) for at, character in enumerate(line.ljust(len(row)))]
    written = [ink for text, ink in cells if text]
    blank = [ink for text, ink in cells if not text]
    # Lines of box drawing reach a little over their cells.
    if len(drawn) != len(lines) or not written or written.count(False) > len(written) * 0.01 or blank.count(True) > len(cells) * 0.02:
        raise Failure(f"{name}: {written.count(False)} of {len(written)} characters without ink, {blank.count(True)} of {len(blank)} blank cells with some")


@test
def pictures_show_what_they_say():
    """As an image in a page, the way a README has it: nothing is empty, hidden, or beside its column."""
    with Browser() as browser:
        for words, size, capture in SCREENS[:-1]:  # In the last one wide characters make columns of two.
            svg, lines = rendered(*words, size=size)
            ink_is_where_text_is(browser, words, svg, lines)


@test
def pictures_of_the_documentation_are_whole():
    files = sorted(glob.glob(os.path.join(HERE, "../../docs/pictures/*.svg")))
    wrong = [] if len(files) > 8 else [files]
    with Browser() as browser:
        for file in files:
            with open(file) as text:
                found = seen(browser, text.read())
            if found["wrong"] or found["scripts"] or len(found["text"]) < 500:
                wrong.append((os.path.basename(file), found))
    if wrong:
        raise Failure(str(wrong))
