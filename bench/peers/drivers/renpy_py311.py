"""Starts Debian's Ren'Py 8.0.3 under Python 3.11, whose compile() refuses its AST line numbers."""

import ast
import builtins
import runpy
import sys

_compile = builtins.compile


def compile_fixed(src, *a, **k):
    if isinstance(src, ast.AST):
        for n in ast.walk(src):
            if getattr(n, "end_lineno", None) is not None and n.end_lineno < n.lineno:
                n.end_lineno = n.lineno
            if (
                getattr(n, "end_col_offset", None) is not None
                and n.end_lineno == n.lineno
                and n.end_col_offset < n.col_offset
            ):
                n.end_col_offset = n.col_offset
    return _compile(src, *a, **k)


builtins.compile = compile_fixed
sys.argv = ["/usr/games/renpy", *sys.argv[1:]]
runpy.run_path("/usr/games/renpy", run_name="__main__")
