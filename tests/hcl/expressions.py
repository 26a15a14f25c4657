"""Random expressions of Terraform's language, by the type that they are meant to have.

Depth is bounded by construction; one argument in twelve has another type than it should, so that
conversions and refusals are met too.
"""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

Text = st.SearchStrategy[str]
WORDS = ["", "a", "b", "alice", "Bob", "é", "ß", "日本", "a b", "x@y.com", "user:alice", "1", "-2"]
WORDS += ["true", "null", "a,b,,c", " pad ", "A-b_c.d", "𝒳y", "10.0.0.0/8", "%d", "a/b/c.txt", "/"]
ESCAPED = [r"q\"q", r"n\nn", r"t\tt", r"\u00e9", r"$${x}", "%%{x}", r"\\", "<&>", "a\\r\\nb\\n"]
NUMBERS = ["0", "1", "2", "3", "7", "-1", "-3", "2.5", "0.1", "100", "1e3", "1.50", "1000000"]
NUMBERS += ["-0.5", "12345678901234567890", "1e-7", "1e21", "0.000001"]
FORMATS = ["%s", "%v", "%q", "%5s|%-5s", "%d", "%03d", "%s-%s", "%[2]s%[1]s", "%%", "%.2f", "%x"]
FORMATS += ["%t", "%5.1f", "%+d", "%X", "%o", "%b", "%e", "%g", "%#v", "%s%", "%z", "%-8q|"]
PATTERNS = ["a", "[a-z]+", "(.)(.)", "(?P<n>[a-z])", "^a", "b$", "\\\\d+", "x?", "[^@]+@(.*)", "("]


def quoted(inner: Text) -> Text:
    return inner.map(lambda text: f'"{text}"')


def one_of(*templates: Text) -> Text:
    return st.one_of(*templates)


def call(name: str, *args: Text) -> Text:
    return st.tuples(*args).map(lambda given: f"{name}({', '.join(given)})")


def filled(template: str, *args: Text) -> Text:
    """The template with each ``@`` replaced in turn."""

    def fill(given: tuple[str, ...]) -> str:
        parts = template.split("@")
        return "".join([p + g for p, g in zip(parts, (*given, ""), strict=True)])

    return st.tuples(*args).map(fill)


def words(*names: str) -> Text:
    return st.sampled_from(names)


LITERALS = quoted(st.sampled_from(WORDS + ESCAPED))
BODIES = words("v", "k", '"${k}-${v}"', "upper(v)", "[k, v]", "{ n = v }", "length(v)", "v.level")
TESTS = words(
    "true", 'v != "a"', "k != 0", 'k != "bob"', "length(v) > 1", "v == v", "v.on", "v > 1"
)


@cache
def strings(depth: int) -> Text:
    leaf = one_of(LITERALS, words("var.names[0]", "var.people.bob.mail", 'local.users["bob"].on'))
    if depth <= 0:
        return leaf
    s, n, ls, any_ = strings(depth - 1), numbers(depth - 1), lists(depth - 1), anything(depth - 1)
    formats = quoted(st.sampled_from(FORMATS))
    one = words("upper", "lower", "title", "trimspace", "chomp", "strrev", "basename", "dirname")
    more = words("base64encode", "urlencode", "tostring", "jsonencode", "nonsensitive")
    return one_of(
        leaf,
        filled("@(@)", one, s),
        filled("@(@)", more, s),
        filled("@(@, @)", words("trim", "trimprefix", "trimsuffix"), s, s),
        filled('"@${@}@"', words("", "a-", " "), any_, words("", "!", " ")),
        filled('"@${~ @ ~} x"', words("a ", " "), s),
        filled('"%{ if @ @}y @%{ else }n%{ endif }"', bools(depth - 1), words("", "~"), words("")),
        filled('"%{ for v in @ ~} ${v} %{ endfor }"', ls),
        filled("<<EOT\n  a ${@}\n b\nEOT\n", s),
        filled("<<-EOT\n    a ${@}\n      b\n\n    ${@}\n  EOT\n", s, s),
        filled("<<-EOT\n  %{ for k, v in @ ~}\n  - ${k}\n  %{ endfor ~}\n  x\nEOT\n", ls),
        call("join", s, ls),
        call("replace", s, s, s),
        filled('replace(@, "/@/", "<$1>")', s, st.sampled_from(PATTERNS)),
        call("substr", s, n, n),
        call("format", formats, any_),
        call("format", formats, s, n),
        call("jsonencode", any_),
        call("coalesce", s, s),
        filled("yamlencode(@)", any_),
        filled("templatestring(local.text, { k = @ })", any_),
        filled(
            "textdecodebase64(textencodebase64(@, @), @)",
            s,
            words('"UTF-16LE"', '"UTF-8"'),
            words('"UTF-16LE"'),
        ),
        call("indent", n, s),
        filled("(@ ? @ : @)", bools(depth - 1), s, any_),
        call("element", ls, n),
        filled("@[@]", ls, n),
        filled("one(@)", ls),
        call("try", any_, s),
        call("lookup", maps(depth - 1), s, s),
        filled('regex("@", @)', st.sampled_from(PATTERNS), s),
        call("base64decode", filled("base64encode(@)", s)),
    )


@cache
def numbers(depth: int) -> Text:
    leaf = one_of(st.sampled_from(NUMBERS), words('"12"', "var.people.alice.level"))
    if depth <= 0:
        return leaf
    n, any_, ls = numbers(depth - 1), anything(depth - 1), lists(depth - 1)
    return one_of(
        leaf,
        filled("(@ @ @)", n, words("+", "-", "*", "/", "%"), n),
        filled("-@", n),
        filled("@(@)", words("abs", "ceil", "floor", "signum", "tonumber"), n),
        filled("@(@, @)", words("min", "max", "pow", "log"), n, n),
        filled("length(@)", any_),
        filled("sum(@)", ls),
        call("index", ls, any_),
        filled("parseint(@, @)", strings(depth - 1), words("10", "16", "2", "62")),
        filled("(@ ? @ : @)", bools(depth - 1), n, n),
    )


@cache
def bools(depth: int) -> Text:
    leaf = words("true", "false", '"true"', "var.names == tolist([])", "local.users.bob.on")
    if depth <= 0:
        return leaf
    any_, n, b, s = anything(depth - 1), numbers(depth - 1), bools(depth - 1), strings(depth - 1)
    return one_of(
        leaf,
        filled("(@ @ @)", any_, words("==", "!="), any_),
        filled("(@ @ @)", n, words("<", ">", "<=", ">="), n),
        filled("(@ @ @)", b, words("&&", "||"), words("true", "false", "local.users.bob.on")),
        filled("!@", b),
        filled("can(@)", any_),
        call("contains", lists(depth - 1), any_),
        filled("@(@)", words("alltrue", "anytrue"), lists(depth - 1)),
        filled("@(@, @)", words("startswith", "endswith", "strcontains"), s, s),
        filled("tobool(@)", any_),
    )


@cache
def lists(depth: int) -> Text:
    leaf = words("[]", "var.names", "var.set", "local.mixed", '["a", "b"]', "[1, 2]", "null")
    if depth <= 0:
        return leaf
    any_, ls, m, n = anything(depth - 1), lists(depth - 1), maps(depth - 1), numbers(depth - 1)
    s = strings(depth - 1)
    one = words("distinct", "reverse", "sort", "compact", "flatten", "toset", "tolist", "values")
    two = words(
        "concat", "setunion", "setintersection", "setsubtract", "setproduct", "coalescelist"
    )
    return one_of(
        leaf,
        filled("[@]", any_),
        filled("[@, @]", any_, any_),
        filled("[@, @, @]", s, s, s),
        filled("@(@)", one, ls),
        filled("@(@, @)", two, ls, ls),
        filled("@(@)", words("keys", "values"), m),
        call("slice", ls, n, n),
        call("chunklist", ls, n),
        call("matchkeys", ls, ls, ls),
        call("range", n),
        call("range", n, n),
        call("range", n, n, n),
        call("split", s, s),
        call("formatlist", quoted(st.sampled_from(FORMATS)), ls),
        call("formatlist", quoted(st.sampled_from(FORMATS)), ls, s),
        filled('regexall("@", @)', st.sampled_from(PATTERNS), s),
        filled("[for k, v in @ : @ if @]", one_of(ls, m), BODIES, TESTS),
        filled("[for v in @ : @]", one_of(ls, m), any_),
        filled("@[*]", any_),
        filled(
            "@.mail",
            words(
                "values(var.people)[*]",
                "null[*]",
                "var.people.bob[*]",
                "[{ mail = @ }][*]".replace("@", "1"),
            ),
        ),
        filled("values(var.people).*.@", words("mail", "tags", "level", "tags.a", "mail[0]")),
        filled("@[*][*]", ls),
        filled("values(local.users)[*].groups@", words("", "[0]", "[*]", "[*][0]")),
        filled("(@ ? @ : @)", bools(depth - 1), ls, ls),
        filled("concat(@...)", ls),
        words("csvdecode(local.csv)", "csvdecode(local.csv)[*].name"),
        filled("csvdecode(@)", s),
        filled('jsondecode("[1, \\"a\\", @]")', words("null", "{}", "2.50", "1e3", "[[]]")),
    )


@cache
def maps(depth: int) -> Text:
    leaf = words("{}", "var.teams", "var.people", "local.users", '{ a = "x", b = 1 }', "{ a = 1 }")
    if depth <= 0:
        return leaf
    any_, ls, m, s = anything(depth - 1), lists(depth - 1), maps(depth - 1), strings(depth - 1)
    return one_of(
        leaf,
        filled("{\n  a = @\n  b = @\n}", any_, any_),
        filled('{\n  "x y" = @\n  (@) : @\n}', s, s, s),
        call("merge", m, m),
        filled("merge([for v in @ : { n = v }]...)", ls),
        call("zipmap", ls, ls),
        filled("@(@)", words("tomap", "transpose"), m),
        filled("{ for k, v in @ : k => @ if @ }", one_of(ls, m), BODIES, TESTS),
        filled("{ for k, v in @ : v => k... }", one_of(ls, m)),
        filled("{ for v in @ : v => @ }", ls, BODIES.filter(lambda b: "k" not in b)),
        filled("(@ ? @ : @)", bools(depth - 1), m, m),
        filled('yamldecode("a: @\\nb: [x, 2]")', words("1", "yes", "~", "'z'", "{}", "2.5")),
    )


@cache
def anything(depth: int) -> Text:
    others = one_of(strings(depth), numbers(depth), bools(depth), lists(depth), maps(depth))
    return one_of(strings(depth), strings(depth), others, words("null"))


@cache
def expressions(depth: int = 3) -> Text:
    return one_of(strings(depth), numbers(depth), bools(depth), lists(depth), maps(depth))
