"""What came of story tests, for people (text), for tools (JSON) and for CI (JUnit XML)."""

from __future__ import annotations

import textwrap
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from itertools import zip_longest

from game.desk.storytest.coverage import Coverage
from game.desk.storytest.model import Report, Result
from game.story import Diagnostic, Severity
from game.story.clean import FORBIDDEN
from game.story.diagnostics import printable

GIVEN = "from a given state"
WIDTH = 100

# --- for people -----------------------------------------------------------------------------------


def as_text(report: Report, coverage: Coverage | None = None) -> str:
    """Every test on a line, what is wrong below it, and how many there are. Ends without a line end."""
    parts = [problem.render() + "\n" for problem in report.diagnostics]
    for result in report.results:
        parts.append(_line(result))
        parts.extend(_failures(result))
        if result.diff:
            parts.append(_indented(result.diff))
    last = "\n".join([summary(report), *report.notes])
    shown = _coverage(coverage) if coverage is not None else ""
    return "\n\n".join(part for part in ("\n".join(parts).rstrip("\n"), shown, last) if part)


def summary(report: Report) -> str:
    """`3 story tests: 2 passed, 1 failed; 1 file has mistakes`."""
    count, failed = len(report.results), sum(not r.passed for r in report.results)
    blessed = sum(bool(r.diff) for r in report.results)
    text = f"{count} story test{'' if count == 1 else 's'}"
    parts = [(count - failed, "passed"), (failed, "failed"), (blessed, "blessed anew")]
    if count:
        text += ": " + ", ".join(f"{n} {word}" for n, word in parts if n)
    files = {d.where.file for d in report.diagnostics if d.severity is Severity.ERROR}
    if files:
        text += f"; {len(files)} file{' has' if len(files) == 1 else 's have'} mistakes"
    return text


def _line(result: Result) -> str:
    word = "FAILED" if result.failures else "blessed" if result.diff else "ok"
    given = f" ({GIVEN})" if result.test.given else ""
    return f"{word:<7} {printable(result.test.file)}: {printable(result.test.name)}{given}"


def _failures(result: Result) -> Iterator[str]:
    """Every failure of a test; what was last read stands once, below all those that were looked for in it."""
    for failure, following in zip_longest(result.failures, result.failures[1:]):
        yield failure.problem.render()
        if failure.diff:
            yield _indented(failure.diff)
        if failure.passage and (following is None or following.turn != failure.turn or not following.passage):
            after = f" after {failure.turn} choice{'' if failure.turn == 1 else 's'}" if failure.turn else ""
            yield f"  last read, in {failure.scene}{after}:"
            wrapped = [textwrap.wrap(paragraph, WIDTH - 6) or [""] for paragraph in failure.passage]
            yield _indented([line for lines in wrapped for line in (*lines, "")][:-1], "    | ")
        yield ""


def _indented(lines: tuple[str, ...] | list[str], by: str = "    ") -> str:
    return "\n".join((by + line).rstrip() for line in lines)


def _coverage(coverage: Coverage) -> str:
    scenes, choices = len(coverage.scenes), len(coverage.choices)
    lines = [
        f"coverage: {scenes - len(coverage.scenes_missed)} of {scenes} scenes ({coverage.scene_percent} %), "
        f"{choices - len(coverage.choices_missed)} of {choices} choices ({coverage.choice_percent} %)"
    ]
    if coverage.scenes_missed:
        lines.append("never visited:")
        inside = Counter(choice.rpartition(".")[0] for choice in coverage.choices)
        for scene in coverage.scenes_missed:
            count = inside[scene]
            lines.append(f"  {scene}" + (f" ({count} choice{'' if count == 1 else 's'})" if count else ""))
    unchosen: dict[str, list[str]] = {}
    for entry in coverage.choices_missed:
        scene, _, choice = entry.rpartition(".")
        if scene not in coverage.scenes_missed:
            unchosen.setdefault(scene, []).append(choice)
    if unchosen:
        lines.append("visited, but never chosen:")
        lines.extend(f"  {scene}: {', '.join(ids)}" for scene, ids in unchosen.items())
    return "\n".join(lines)


# --- for tools ------------------------------------------------------------------------------------


def as_data(report: Report, coverage: Coverage | None = None) -> dict[str, object]:
    """The same as plain data, for JSON: objects, lists, texts, numbers. `seconds` are seconds."""
    data: dict[str, object] = {
        "story": report.story,
        "digest": report.digest,
        "passed": report.passed,
        "seconds": round(report.seconds, 4),
        "diagnostics": [_problem(d) for d in report.diagnostics],
        "tests": [_result(r) for r in report.results],
        "notes": list(report.notes),
    }
    if coverage is not None:
        data["coverage"] = {
            **asdict(coverage),
            "scene_percent": coverage.scene_percent,
            "choice_percent": coverage.choice_percent,
        }
    return data


def _problem(problem: Diagnostic) -> dict[str, object]:
    where = problem.where
    return {
        "code": problem.code,
        "severity": str(problem.severity),
        "file": where.file,
        "line": where.line,
        "column": where.column,
        "width": where.width,
        "message": problem.message,
        "hint": problem.hint,
    }


def _result(result: Result) -> dict[str, object]:
    test = result.test
    return {
        "name": test.name,
        "file": test.file,
        "line": test.where.line,
        "passed": result.passed,
        "given": test.given is not None,
        "seed": test.seed,
        "choices": list(result.run.log),
        "scene": result.run.state.scene,
        "seconds": round(result.seconds, 4),
        "failures": [
            {
                **_problem(f.problem),
                "expected": f.expected,
                "got": f.got,
                "scene": f.scene,
                "turn": f.turn,
                "passage": list(f.passage),
                "diff": list(f.diff),
            }
            for f in result.failures
        ],
        "blessed": list(result.diff),
    }


# --- for CI ---------------------------------------------------------------------------------------


def as_junit(report: Report) -> bytes:
    """JUnit XML: one suite for each file, one case for each test; a file with mistakes is a case with an error."""
    wrong: dict[str, list[Diagnostic]] = {}
    for problem in report.diagnostics:
        if problem.severity is Severity.ERROR:
            wrong.setdefault(problem.where.file, []).append(problem)
    files: dict[str, list[Result]] = {name: [] for name in wrong}
    for result in report.results:
        files.setdefault(result.test.file, []).append(result)
    root = ET.Element("testsuites", name=_xml(report.story), time=_seconds(report.seconds))
    for name, results in sorted(files.items()):
        suite = ET.SubElement(root, "testsuite", name=_xml(name))
        for result in results:
            _case(suite, result)
        if problems := wrong.get(name):
            case = ET.SubElement(suite, "testcase", classname=_xml(name), name=_xml(name), time="0.000")
            error = ET.SubElement(case, "error", message=_xml(problems[0].message), type=problems[0].code)
            error.text = _xml("\n\n".join(problem.render() for problem in problems))
        _count(suite, sum(result.seconds for result in results), len(results) + (name in wrong))
    _count(root, report.seconds, sum(len(suite) for suite in root))
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _count(element: ET.Element, seconds: float, tests: int) -> None:
    element.set("tests", str(tests))
    element.set("failures", str(len(element.findall(".//failure/.."))))
    element.set("errors", str(len(element.findall(".//error"))))
    element.set("skipped", "0")
    element.set("time", _seconds(seconds))


def _case(suite: ET.Element, result: Result) -> None:
    test = result.test
    case = ET.SubElement(suite, "testcase", classname=_xml(test.file), name=_xml(test.name))
    case.set("file", _xml(test.file))
    case.set("line", str(test.where.line))
    case.set("time", _seconds(result.seconds))
    if result.failures:  # some tools read one failure of a case only
        first = result.failures[0].problem
        failure = ET.SubElement(case, "failure", message=_xml(first.message), type=first.code)
        failure.text = _xml("\n".join(_failures(result)))
    if test.given is not None:
        ET.SubElement(case, "system-out").text = GIVEN


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"


def _xml(text: str) -> str:
    """Text that XML can hold."""
    return FORBIDDEN.sub("?", text)
