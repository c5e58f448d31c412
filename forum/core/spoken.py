"""Templates are compiled once for each language, with the words of that language in them: a page looks none of its
constant sentences up while it is made. What depends on a value (`ngettext`, a word chosen at run time) still is."""

from __future__ import annotations

from typing import Any

from flask.templating import Environment
from flask_babel import get_locale, gettext
from jinja2 import BytecodeCache, Template, nodes
from jinja2.bccache import Bucket
from jinja2.visitor import NodeTransformer


class SpokenEnvironment(Environment):
    """Flask's environment of templates, with one beside it for each language in which a template was asked for."""

    _language: str | None = None  # of the templates in this one; None: their sentences are looked up as they are said

    def get_template(self, name: Any, parent: Any = None, globals: Any = None) -> Template:  # noqa: A002 - as in Jinja
        here = self._here()
        return super().get_template(name, parent, globals) if here is self else here.get_template(name, parent, globals)

    def select_template(self, names: Any, parent: Any = None, globals: Any = None) -> Template:  # noqa: A002 - as in Jinja
        here = self._here()
        if here is self:
            return super().select_template(names, parent, globals)
        return here.select_template(names, parent, globals)

    def _here(self) -> SpokenEnvironment:
        """The environment of the language that is spoken now; this one where none is."""
        if self._language is not None or (locale := get_locale()) is None:
            return self
        spoken: dict[str, SpokenEnvironment] = self.__dict__.setdefault("_spoken", {})
        if locale.language not in spoken:
            made = self.overlay()
            made.__dict__["_language"] = locale.language
            if self.bytecode_cache is not None:
                made.bytecode_cache = _KeptByLanguage(self.bytecode_cache, locale.language)
            spoken[locale.language] = made
        return spoken[locale.language]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self._language is not None:
            _Translator().visit(tree)
        return tree


class _KeptByLanguage(BytecodeCache):
    """A cache of compiled templates, in which each language has its own."""

    def __init__(self, kept: BytecodeCache, language: str) -> None:
        self.kept, self.language = kept, language

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return self.kept.get_cache_key(f"{self.language}:{name}", filename)

    def load_bytecode(self, bucket: Bucket) -> None:
        self.kept.load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept.dump_bytecode(bucket)


class _Translator(NodeTransformer):
    """Puts what `_("…")` says in the place of the call, by the language in which the template is being compiled."""

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - the visitor's name for it
        call = self.generic_visit(node)
        if not isinstance(call, nodes.Call) or not _is_constant(call):
            return call
        words = nodes.Const(gettext(call.args[0].as_const()), lineno=call.lineno)
        if not call.kwargs:
            return words
        pairs = [nodes.Pair(nodes.Const(each.key), each.value, lineno=call.lineno) for each in call.kwargs]
        return nodes.Mod(words, nodes.Dict(pairs, lineno=call.lineno), lineno=call.lineno)


def _is_constant(call: nodes.Call) -> bool:
    is_gettext = isinstance(call.node, nodes.Name) and call.node.name == "_"
    is_plain = len(call.args) == 1 and isinstance(call.args[0], nodes.Const)
    return is_gettext and is_plain and call.dyn_args is None and call.dyn_kwargs is None
