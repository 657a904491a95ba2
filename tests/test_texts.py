"""Every text that a person reads is marked for translation, and a sentence is one text, not pieces put together."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, Token, TokenType

SOURCE = Path(__file__).parents[1] / "src" / "accord"
TEMPLATES = sorted([*SOURCE.rglob("*.html"), *SOURCE.rglob("templates/**/*.txt")])
# Not yet marked: each is read by those who run Accord, or is a text of a file's format, and comes with its catalogue.
UNMARKED = {
    "demo": "what the demo firm's people wrote",
}
# Read in a child process of their own, which has no Django: what they say about a file stays English.
IN_CHILD = {"calendar_events.py", "mail_content.py", "mail_invitations.py"}
# Marked to the last sentence, wherever it stands. The descriptions of fields in the API's schema stay English, as the
# documentation of a program's interface; so do codes of errors, which programs compare.
THROUGHOUT = ("api", "config", "exchange")
MODULES = [
    path
    for path in sorted(SOURCE.rglob("*.py"))
    if path.name not in IN_CHILD
    and path.relative_to(SOURCE).parts[0] not in UNMARKED
    and "migrations" not in path.parts
]
READ = {"title", "placeholder", "aria-label", "alt", "aria-description"}
MOST = 160
# Names and signs that are the same in every language.
SAME = {"Accord", "WBS", "CPI", "SPI", "UTC", "PDF", "h", "x"}
MARKERS = {"gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "_"}
# What takes a text to show, and as which of its arguments.
SHOWN = {
    "Action": 0, "Badge": 0, "Column": 0, "Crumb": 0, "Empty": 0, "Fact": 0, "Link": 0, "Number": 0, "Panel": 0,
    "Tab": 0,
    "ValidationError": 0, "PermissionDenied": 0, "Http404": 0, "BadValue": 1, "Told": 1,
    "success": 1, "info": 1, "warning": 1, "error": 1, "add_error": 1,
    "Choice": 0, "Field": 1, "Option": 1, "ImportProblem": 0, "SourceError": 0, "note": 0, "Invalid": 0,
}  # fmt: skip
NAMED = {
    "label",
    "help_text",
    "verbose_name",
    "verbose_name_plural",
    "missing",
    "subtitle",
    "submit_label",
    "empty_label",
}


# What looks like a sentence and is data: what files and other programs write, SQL, and words of programs.
DATA_MODULES = {"headers.py", "synonyms.py"}
DATA_NAMES = {"_MONTHS", "_CODES", "REFUSED", "__doc__"}
DATA_ARGUMENTS = {"known_as", "description", "json_schema_extra", "error"}
DATA = {
    "Custom fields", "api: use of a key", "api: wrong keys", "at least", "at most",
    "field limit", "from accord.exchange.child import work; work()", "in progress",
    "invoice lines", "key reused", "not found", "outline codes", "rate tables", "resource fields",
    "the reader left no answer (); exit  ", "too many requests", "unexpected end of data",
}  # fmt: skip


class _Texts(HTMLParser):
    """Text and read attributes of HTML from which Django's tokens were taken."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self.silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent = tag if tag in ("script", "style") else ""
        self.found += [(self.getpos()[0], value or "") for name, value in attrs if name in READ]

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append((self.getpos()[0], data))


def _tokens(source: str) -> Iterator[Token]:
    """Without what stands in comments."""
    silent = False
    for token in Lexer(source).tokenize():
        silent = silent or (token.contents.startswith("comment") and token.token_type is TokenType.BLOCK)
        if not silent and token.token_type is not TokenType.COMMENT:
            yield token
        if token.token_type is TokenType.BLOCK and token.contents == "endcomment":
            silent = False


def _without_marked(source: str, marked: str = "", value: str = "", choice: str = "") -> str:
    """The HTML alone; ``marked`` with its last letter stands for a marked text, ``choice`` for an ``else``."""
    out, inside, end = [], False, ""
    for token in _tokens(source):
        word = token.split_contents()[0] if token.token_type is TokenType.BLOCK else ""
        lines = ""
        if word == "blocktranslate":
            inside = True
        elif word == "endblocktranslate":
            inside = False
            lines = marked and marked + end
        elif word == "translate" and " as " not in token.contents:
            lines = marked and marked + token.contents[-2]
        elif word in ("else", "elif", "empty", "block", "endblock"):
            lines = choice
        elif token.token_type is TokenType.VAR:
            lines, end = value, ""
        elif token.token_type is TokenType.TEXT:
            end = token.contents.rstrip()[-1:]
            lines = token.contents
        out.append("\n" * token.contents.count("\n") if inside else lines)
    return "".join(out)


def test_templates_hold_no_unmarked_text() -> None:
    wrong = []
    for path in TEMPLATES:
        parser = _Texts()
        parser.feed(_without_marked(path.read_text()))
        for line, text in parser.found:
            words = re.sub(r"· Accord\b", "", text).strip(" ·\n")
            if re.search(r"[^\W\d_]{2}", words) and words not in SAME:
                wrong.append(f"{path.relative_to(SOURCE)}:{line} {text.strip()!r}")
    assert not wrong, "use translate or blocktranslate:\n" + "\n".join(wrong)


def test_arguments_of_template_tags_are_marked() -> None:
    pattern = re.compile(
        r"""(?:default:|(?:label|title|caption|text|hint|help|missing|empty_text)=)("[^"]*[a-z]{2}[^"]*")"""
    )
    wrong = [
        f"{path.relative_to(SOURCE)} {token.contents[:120]}"
        for path in TEMPLATES
        for token in _tokens(path.read_text())
        if token.token_type in (TokenType.BLOCK, TokenType.VAR)
        for found in pattern.findall(token.contents)
        if re.match(r'"[A-Z]| ', found) and found != '"Accord"'
    ]
    assert not wrong, 'write _("…"):\n' + "\n".join(wrong)


def test_templates_count_by_gettext() -> None:
    wrong = [str(path.relative_to(SOURCE)) for path in TEMPLATES if "|pluralize" in path.read_text()]
    assert not wrong, "use blocktranslate count:\n" + "\n".join(wrong)


def test_templates_glue_no_sentences() -> None:
    """A marked text runs on into a value or another text only across a separator, a tag or a choice."""
    glued = re.compile(r"\x01[^.!?:…,;·\x03]? *\n? *[\x01\x02]|\x02 *\n? *\x01")
    wrong = []
    for path in TEMPLATES:
        html = re.sub(r"<[^>]*>", "<>", _without_marked(path.read_text(), "\x01", "\x02", "\x03"))
        if glued.search(html):
            wrong += [f"{path.relative_to(SOURCE)} {found!r}" for found in glued.findall(html)]
    assert not wrong, "\n".join(wrong)


def test_template_lines_are_short() -> None:
    wrong = [
        f"{path.relative_to(SOURCE)}:{number} {len(line)}"
        for path in TEMPLATES
        if path.suffix == ".html"  # in a letter a line is a paragraph
        for number, line in enumerate(path.read_text().split("\n"), 1)
        if len(line) > MOST
    ]
    assert not wrong, f"break lines of more than {MOST} characters:\n" + "\n".join(wrong)


def test_modules_mark_the_texts_they_show() -> None:
    wrong = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                wrong += [f"{path.relative_to(SOURCE)}:{node.lineno} {ast.unparse(text)}" for text in _unmarked(node)]
    assert not wrong, "mark with gettext, or gettext_lazy outside functions:\n" + "\n".join(wrong)


def test_modules_glue_no_sentences() -> None:
    wrong = [
        f"{path.relative_to(SOURCE)}:{node.lineno} {ast.unparse(node)[:120]}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.expr) and (_is_counted_by_hand(node) or _is_glued(node))
    ]
    assert not wrong, "write one text with named values, counted by ngettext:\n" + "\n".join(wrong)


def test_modules_mark_every_sentence() -> None:
    """Also what is neither an argument nor a label: a remedy in a variable, a table of messages."""
    found = [
        (f"{path.relative_to(SOURCE)}:{line} {text!r}", text)
        for path in MODULES
        if path.relative_to(SOURCE).parts[0] in THROUGHOUT and path.name not in DATA_MODULES
        for line, text in _sentences(ast.parse(path.read_text()))
    ]
    wrong = [place for place, text in found if text not in DATA]
    assert not wrong, "mark with gettext, or gettext_lazy of engines.texts:\n" + "\n".join(wrong)
    assert {text for _, text in found} == DATA, "take out of DATA what is gone"


def _sentences(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Texts of two words and more that are neither marked nor what the names above say."""
    parts = list(_parts(node))
    if isinstance(node, ast.Constant | ast.JoinedStr):
        texts = [part.value for part in parts or [node] if isinstance(part, ast.Constant)]
        text = "".join(part for part in texts if isinstance(part, str))
        if re.search(r"[A-Za-z]{2}[,.:;]? +[a-z]{2}", text) and not re.search(r"://|\w=[\w-]", text):
            yield node.lineno, text
        parts = [part for part in parts if not isinstance(part, ast.Constant)]
    for part in parts:
        yield from _sentences(part)


def _parts(node: ast.AST) -> Iterable[ast.AST]:
    """What stands in ``node`` and may be a text that somebody reads."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):  # a docstring
        return []
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in MARKERS:
            return node.keywords  # the values of a text without Django
        if name in ("compile", "execute", "executemany"):
            return []
        if name == "Field":  # a tuple holds the headers of a column
            return [part for part in ast.iter_child_nodes(node) if not isinstance(part, ast.Tuple)]
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(ast.unparse(target).split(".")[-1] in DATA_NAMES for target in targets):
            return []
    if isinstance(node, ast.Dict):
        return [value for key, value in zip(node.keys, node.values, strict=True) if not _describes(key)]
    if isinstance(node, ast.keyword) and node.arg in DATA_ARGUMENTS:
        return []
    return ast.iter_child_nodes(node)


def _describes(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and key.value == "description"


def _unmarked(call: ast.Call) -> Iterator[ast.expr]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    place = None if ast.unparse(call.func) == "click.Choice" else SHOWN.get(name)  # codes
    if name == "Column" and len(call.args) > 3 and isinstance(call.args[-1], ast.Constant):
        place = 2  # a column of the Gantt: key, head, hint, widths
    if place is not None and len(call.args) > place and not _logs(call):
        yield from _texts(call.args[place])
    for keyword in call.keywords:
        if keyword.arg in NAMED:
            yield from _texts(keyword.value)


def _logs(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and "log" in ast.unparse(call.func.value).lower()


def _texts(node: ast.expr) -> Iterator[ast.expr]:
    """The bare texts among what ``node`` may be."""
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.BoolOp | ast.Dict):
        for value in node.values:
            yield from _texts(value)
    elif isinstance(node, ast.List | ast.Tuple):
        for value in node.elts:
            yield from _texts(value)
    elif (isinstance(node, ast.Constant) and _is_text(node.value)) or (
        isinstance(node, ast.JoinedStr)
        and any(_is_text(part.value) for part in node.values if isinstance(part, ast.Constant))
    ):
        yield node


def _is_text(value: object) -> bool:
    return isinstance(value, str) and re.search(r"[A-Za-z]{2}", value) is not None and value.strip() not in SAME


def _is_counted_by_hand(node: ast.AST) -> bool:
    """``"s" if n != 1 else ""``."""
    if not isinstance(node, ast.IfExp):
        return False
    ends = [part.value for part in (node.body, node.orelse) if isinstance(part, ast.Constant)]
    return len(ends) == 2 and "s" in ends and "" in ends


def _is_glued(node: ast.AST) -> bool:
    """A marked text to which something is added, unless white space or a mark of punctuation stands between."""
    if isinstance(node, ast.JoinedStr):
        parts = [part for part in node.values if isinstance(part, ast.FormattedValue)]
        marked = [part for part in parts if _is_marked(part.value)]
        between = "".join(part.value for part in node.values if isinstance(part, ast.Constant))
        return (
            bool(marked)
            and (len(parts) > 1 or bool(re.search(r"[a-z]", between)))
            and not re.search(r"[·:\n;(,.“]", between)
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return any(_is_marked(side) for side in (node.left, node.right)) and any(
            isinstance(side, ast.Constant) and _is_text(side.value) for side in (node.left, node.right)
        )
    return False


def _is_marked(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _is_marked(node.left)
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKERS
