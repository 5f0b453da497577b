"""The byline command. Everything heavy is imported inside the command that needs it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.errors import BylineError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eval.report import Report
    from index.catalog.rows import Failure
    from index.settings import Settings
    from index.store import Status
    from index.sync import Progress, SyncReport
    from rag import Assistant

app = typer.Typer(
    name="byline",
    help="Answers questions about a folder of news articles, with citations, or says that they do not say.",
    epilog='Example: byline ask "How many US troops remain in Iraq?"',
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Folder = Annotated[
    Path | None, typer.Argument(help="The articles; else BYLINE_ARTICLES, else the checkout's seeds/.")
]
Articles = Annotated[
    Path | None, typer.Option(help="Folder of articles; else BYLINE_ARTICLES, else the checkout's seeds/.")
]
Index = Annotated[Path | None, typer.Option(help="Folder of the index; else one in your cache folder.")]
Model = Annotated[str | None, typer.Option(help="Embedding model, by name or path.")]
Bar = Annotated[float | None, typer.Option(help="Refuse answers with less confidence than this, 0 to 1.")]
Words = Annotated[int | None, typer.Option(help="The longest answer, in words.")]
Since = Annotated[str | None, typer.Option(metavar="DATE", help="Only articles of this date (2021-12-09) or later.")]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="Only articles of this date or earlier.")]
Outlets = Annotated[list[str] | None, typer.Option("--outlet", metavar="NAME", help="Only this outlet; repeatable.")]
Files = Annotated[list[str] | None, typer.Option("--file", metavar="PATH", help="Only this file; repeatable.")]
Reader = Annotated[str | None, typer.Option(help="Model that reads for the answer: packaged, or a name or path.")]
Writer = Annotated[str | None, typer.Option(help="Who words the answer; quotes takes the articles' own sentences.")]


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"byline {version('byline')}")
        except PackageNotFoundError:
            print("byline (not installed)")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Where commands begin; --version is all that stands before one."""


@app.command(epilog="Example: byline chat ~/articles --port 8000")
def chat(
    folder: Folder = None,
    host: Annotated[str | None, typer.Option(help="Address to serve on; 127.0.0.1 is this machine only.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to serve on; 0 takes any free one.  [default: 7860]")] = None,
    index: Index = None,
    model: Model = None,
    reader: Reader = None,
    bar: Bar = None,
    words: Words = None,
    writer: Writer = None,
    auth: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Users, a line each, as byline password or htpasswd -B make it."),
    ] = None,
    no_auth: Annotated[bool, typer.Option("--no-auth", help="Let in whoever can reach --host.")] = False,
    domain: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A further name that browsers reach it by, as behind a proxy; repeatable."),
    ] = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS", help="A proxy in front, by address or network, that is believed; repeatable."
        ),
    ] = None,
    no_upload: Annotated[bool, typer.Option("--no-upload", help="Let nobody add files to the folder.")] = False,
) -> None:
    """Serve the page and its API; the index is brought up to date behind it."""
    settings = _settings(
        articles=folder,
        host=host,
        port=port,
        index=index,
        model=model,
        reader=reader,
        bar=bar,
        words=words,
        writer=writer,
    )
    from ui.server.launching import checked, serve

    site, listening = checked(settings, auth, no_auth, tuple(domain or ()), not no_upload, tuple(proxy or ()), _say)
    serve(settings, site, listening, lambda progress: _opened(settings, progress), _say)


@app.command(epilog="Example: byline password ann >> users.txt")
def password(name: Annotated[str, typer.Argument(help="The user.")]) -> None:
    """Ask for a password, and print the line that a file for byline chat --auth needs; it holds only a hash."""
    from ui.server.users import line_for

    print(line_for(name, _typed(name)))


def _typed(name: str) -> str:
    """The password as it is typed twice, or else the first line of what is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    from getpass import getpass

    typed = getpass(f"Password of {_one_line(name)}: ")
    if getpass("The same again: ") != typed:
        raise BylineError("the two are not the same: try again")
    return typed


@app.command(epilog='Example: byline ask "How many US troops remain in Iraq?" --articles ~/articles')
def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotation marks.")],
    articles: Articles = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")] = False,
    words: Words = None,
    index: Index = None,
    model: Model = None,
    reader: Reader = None,
    bar: Bar = None,
    writer: Writer = None,
    since: Since = None,
    until: Until = None,
    outlet: Outlets = None,
    file: Files = None,
) -> None:
    """Answer one question. Exits 0 for an answer and for a refusal, 2 for an error."""
    settings = _settings(
        articles=articles, words=words, index=index, model=model, reader=reader, bar=bar, writer=writer
    )
    with _assistant(settings) as (assistant, _):
        answer = assistant.ask(question, since=since, until=until, outlet=outlet, path=file)
    from ui.terminal import console, print_answer, printable_json

    if as_json:
        print(printable_json(answer.to_dict()))
    else:
        print_answer(answer, console())


@app.command(name="index", epilog="Example: byline index ~/articles")
def index_folder(
    folder: Folder = None,
    index: Index = None,
    model: Model = None,
    fields: Annotated[
        str | None, typer.Option(help="A .jsonl export's names, such as text=body,title=headline.")
    ] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make the index anew, as when it is damaged.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Forget what is gone, even most of the articles.")] = False,
) -> None:
    """Make the index equal the folder, and say what changed."""
    settings = _settings(articles=folder, index=index, model=model, fields=fields)
    if rebuild:
        from index.store import rebuild as forget

        forget(settings, allow_mass_delete=yes)
    try:
        with _assistant(settings, allow_mass_delete=yes) as (_, report):
            print(report.summary() if report else "")
    except KeyboardInterrupt:
        _say("byline: stopped; what is indexed stays, and the next run goes on from there")
        raise


@app.command(epilog="Example: byline status ~/articles")
def status(folder: Folder = None, index: Index = None, model: Model = None) -> None:
    """Show what is indexed, and where, without changing it."""
    with _assistant(_settings(articles=folder, index=index, model=model), sync=False) as (assistant, _):
        now = assistant.status()
    facts = {
        "articles": f"{now.articles:,} in {now.folder}",
        "passages": f"{now.passages:,}",
        "index": f"{now.bytes / 1e6:,.1f} MB{_each(now)} in {now.index}",
        "model": now.model,
        "last sync": now.synced() or "never; byline index does it",
        "skipped": f"{len(now.failures):,}",
    }
    for name, fact in facts.items():
        print(f"{name:<10} {_one_line(fact)}")
    _report(now.failures)


def _each(status: Status) -> str:
    return f", {status.bytes / status.articles / 1e3:,.0f} kB an article," if status.articles else ""


@app.command(name="eval", epilog="Example: byline eval --articles ~/articles --facts facts.jsonl --gate 0.95")
def evaluate(
    articles: Articles = None,
    facts: Annotated[Path | None, typer.Option(help="Facts, one JSON object a line; else those of seeds/.")] = None,
    as_json: Annotated[Path | None, typer.Option("--json", metavar="OUT", help="Write the report here too.")] = None,
    gate: Annotated[float | None, typer.Option(help="Hold accuracy, citations and refusals to this, 0 to 1.")] = None,
    index: Index = None,
    model: Model = None,
    reader: Reader = None,
    bar: Bar = None,
) -> None:
    """Check known facts. Exits 1 when the answers fall below the gate, 2 for an error."""
    settings = _settings(articles=articles, index=index, model=model, reader=reader, bar=bar)
    facts = _facts_of(settings.folder, facts)
    with _assistant(settings) as (assistant, _):
        report = _evaluated(assistant, facts, gate)
    if as_json is not None:
        from ui.terminal import printable_json

        _write(as_json, printable_json(report.to_dict()))
    raise typer.Exit(0 if report.passed else 1)


@app.command(epilog="Example: byline calibrate --articles ~/articles --reader my/model --facts facts.jsonl")
def calibrate(
    reader: Annotated[str, typer.Option(help="Model that reads for the answer: packaged, or a name or path.")],
    articles: Articles = None,
    facts: Annotated[Path | None, typer.Option(help="Facts, one JSON object a line; else those of seeds/.")] = None,
    index: Index = None,
    model: Model = None,
) -> None:
    """Fit to known facts how far answers with a reader can be trusted; kept beside the index."""
    settings = _settings(articles=articles, index=index, model=model, reader=reader)
    facts = _facts_of(settings.folder, facts)
    from eval.calibrate import calibrate as fit
    from eval.calibrate import keep
    from eval.facts import load_facts

    with _assistant(settings) as (assistant, _):
        made = fit(assistant, load_facts(facts))
    file = keep(settings.index_folder, reader, made.curves)
    print(f"Fitted on {made.facts} facts, {made.right} with a right first sentence; kept in {_one_line(str(file))}")


def _evaluated(assistant: Assistant, facts: Path, gate: float | None) -> Report:
    from eval.facts import load_facts
    from eval.report import Gate, render
    from eval.run import evaluate as run
    from ui.terminal import console

    held_to = Gate() if gate is None else Gate(gate, gate, gate)
    report = run(assistant, load_facts(facts), held_to)
    console().print(render(report))
    return report


def _facts_of(folder: Path, facts: Path | None) -> Path:
    from index.settings import CHECKOUT_SEEDS

    if facts is not None:
        return facts
    if folder != CHECKOUT_SEEDS:
        raise BylineError(f"no facts about {folder}: write some and name the file with --facts")
    return CHECKOUT_SEEDS.parent / "eval" / "facts" / "seeds.jsonl"


def _settings(**given: Any) -> Settings:
    from index.settings import load

    return load(**given)


@contextmanager
def _assistant(
    settings: Settings, *, sync: bool = True, allow_mass_delete: bool = False
) -> Iterator[tuple[Assistant, SyncReport | None]]:
    """An assistant on these settings and, unless `sync` is false, what bringing it up to date changed."""
    with _opened(settings, None, sync=sync, allow_mass_delete=allow_mass_delete) as assistant:
        yield assistant, assistant.last_report


def _opened(
    settings: Settings, progress: Progress | None, *, sync: bool = True, allow_mass_delete: bool = False
) -> Assistant:
    """An assistant on these settings; its progress is shown on a terminal and told to `progress`.

    What was done about the index as a whole, and files that were skipped, are told on stderr.
    """
    from rag import Assistant
    from ui.terminal import SlowProgress, console

    with SlowProgress(console(stderr=True)) as shown:

        def told(done: int, total: int, path: str) -> None:
            shown(done, total, path)
            if progress:
                progress(done, total, path)

        assistant = Assistant(settings=settings, sync=sync, progress=told, allow_mass_delete=allow_mass_delete)
    if assistant.last_report:
        for note in assistant.last_report.notes:
            _say(f"byline: the index was {note}")
        _report(assistant.last_report.failed)
    return assistant


def _report(failures: Sequence[Failure]) -> None:
    from ui.render import why_skipped

    for failure in failures:
        _say(f"byline: skipped {failure.path}: {why_skipped(failure.path, failure.reason)}")


def _say(line: str) -> None:
    print(_one_line(line), file=sys.stderr)


def _one_line(text: str) -> str:
    from ui.render import one_line

    return one_line(text)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise BylineError(f"cannot write {path}: {error.strerror}; name another file with --json") from error


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status: 0, 1 (facts failed), 2 (error) or 130 (Ctrl-C)."""
    try:
        app(list(arguments) if arguments is not None else None, prog_name="byline")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except BylineError as error:
        _say(f"byline: {error}")
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def main() -> None:
    """The byline command's entry point."""
    # NumPy's second thread waits by spinning: products as small as ours gain nothing and cost twice the processor.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # an old terminal's encoding lacks “ and –
    status = run()
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as head, has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


if __name__ == "__main__":
    main()
