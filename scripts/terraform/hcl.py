"""Parses what the lints need of HCL: tokens, and blocks with their attributes. Values are not evaluated."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

OPEN, CLOSE = {"(", "[", "{", "${", "%{"}, {")", "]", "}"}
LEXICON = re.compile(
    r"""(?P<space>[ \t\r]+|\#[^\n]*|//[^\n]*|/\*.*?\*/)
      | (?P<newline>\n)
      | (?P<heredoc><<-?(?P<mark>\w+)\n)
      | (?P<quote>")
      | (?P<name>[A-Za-z_][\w-]*)
      | (?P<number>\d[\w.]*)
      | (?P<symbol>::|\.\.\.|=>|==|!=|<=|>=|&&|\|\||.)""",
    re.VERBOSE | re.DOTALL,
)


class NotHcl(Exception):
    """The text is not valid HCL. The message names the line."""


@dataclass(frozen=True)
class Token:
    # name, text, number, symbol or newline
    kind: str
    value: str
    line: int


@dataclass
class Block:
    type: str
    labels: list[str]
    line: int
    attributes: dict[str, list[Token]] = field(default_factory=dict)
    blocks: list["Block"] = field(default_factory=list)

    def all(self) -> Iterator["Block"]:
        """This block and all blocks inside it."""
        yield self
        for block in self.blocks:
            yield from block.all()


def parse(text: str) -> Block:
    """The whole file as one block without a type."""
    tokens = list(Lexer(text).until(None))
    whole, end = Parser(tokens).body(Block("", [], 1), 0)
    if end != len(tokens):
        raise NotHcl(f"a closing brace too many: line {tokens[end].line}")
    return whole


class Lexer:
    def __init__(self, text: str):
        self.text, self.at = text, 0
        self.ends = [match.start() for match in re.finditer("\n", text)]

    @property
    def line(self) -> int:
        return bisect_left(self.ends, self.at) + 1

    def until(self, end: str | None) -> Iterator[Token]:
        """The tokens up to the brace that closes an interpolation, or up to the end of the file."""
        depth = 0
        while self.at < len(self.text):
            match, line = LEXICON.match(self.text, self.at), self.line
            self.at = match.end()
            kind, value = match.lastgroup, match.group()
            if match["heredoc"]:
                yield from self.template(re.compile(rf"^[ \t]*{match['mark']}\b", re.MULTILINE))
            elif kind == "quote":
                yield from self.template(re.compile('"'))
            elif kind != "space":
                depth += (value in OPEN) - (value in CLOSE) if kind == "symbol" else 0
                if end is not None and depth < 0:
                    yield Token("symbol", value, line)
                    return
                yield Token(kind, value, line)
        if end is not None:
            raise NotHcl(f"a template does not end: line {self.line}")

    def template(self, end: re.Pattern) -> Iterator[Token]:
        """The tokens of a quoted string or heredoc, with its interpolations."""
        begun, line = self.at, self.line
        pause = re.compile(rf"\\.|[$%]{{2}}\{{|(?P<part>[$%]\{{)|(?P<end>{end.pattern})", re.MULTILINE | re.DOTALL)
        while match := pause.search(self.text, self.at):
            self.at = match.end()
            if match["end"] is not None:
                yield Token("text", self.text[begun : match.start()], line)
                return
            if match["part"]:
                yield Token("symbol", match["part"], self.line)
                yield from self.until("}")
        raise NotHcl(f"a text does not end: line {line}")


class Parser:
    def __init__(self, tokens: list[Token]):
        self.tokens = tokens

    def body(self, block: Block, at: int) -> tuple[Block, int]:
        """Fills a block up to its closing brace; returns the position of that brace."""
        while at < len(self.tokens) and self.tokens[at].value != "}":
            token = self.tokens[at]
            if token.kind == "newline":
                at += 1
            elif token.kind != "name":
                raise NotHcl(f"neither an attribute nor a block: line {token.line}")
            elif self.tokens[at + 1].value == "=":
                block.attributes[token.value], at = self.expression(at + 2)
            else:
                at = self.block(block, at)
        return block, at

    def block(self, parent: Block, at: int) -> int:
        head = self.tokens[at]
        at += 1
        labels = []
        while self.tokens[at].kind in ("text", "name"):
            labels.append(self.tokens[at].value)
            at += 1
        if self.tokens[at].value != "{":
            raise NotHcl(f"neither an attribute nor a block: line {head.line}")
        block, at = self.body(Block(head.value, labels, head.line), at + 1)
        parent.blocks.append(block)
        return at + 1

    def expression(self, at: int) -> tuple[list[Token], int]:
        """The tokens of an attribute's value, which ends with its line or its block."""
        found, depth = [], 0
        while at < len(self.tokens):
            token = self.tokens[at]
            if depth == 0 and (token.kind == "newline" or token.value == "}" and token.kind == "symbol"):
                break
            if token.kind == "symbol":
                depth += (token.value in OPEN) - (token.value in CLOSE)
            if token.kind != "newline":
                found.append(token)
            at += 1
        return found, at
