"""`parkledger demo`: serve, load the demo park where it is not there yet, say what is where, and keep serving."""

from dataclasses import replace
from typing import Annotated, Final

import typer

from api.cli.failures import Failed
from api.cli.serving import Host, Port, chosen
from api.demo.parks import DEFAULT_SEED

_PATIENCE_S: Final = 5.0
"""How long the loader has to end once the service did."""

Seed = Annotated[int, typer.Option(help="Another seed makes another park, beside the first.", min=0)]


def demo(host: Host = None, port: Port = None, seed: Seed = DEFAULT_SEED) -> None:
    """Start the service with a demo park in it: 25 invented companies, three years of bills, all scopes.

    The park is posted through the public API, once; the next start finds it. Its footprint of the last full year is
    shown when it answers, with keys of an operator, a regulator, a tenant's administrator, one of its systems and its
    auditor; its pages show the park to everybody who reaches them. Stop with Ctrl+C. Settings: `parkledger serve`.
    """
    from api.cli.loader import Loading
    from api.cli.service import run
    from api.demo.keys import DemoKeys
    from api.identity.identification import identification, pepper_of
    from api.signing import signing_key

    settings = chosen(host, port)
    keys = DemoKeys(pepper_of(settings, is_demo=True), seed)
    known = replace(identification(settings, is_demo=True), showcase_key=keys.text("operator"))
    loading = Loading(seed, keys)
    run(settings, known, signing_key(settings, is_demo=True), loading.begin, loading.end, loading.prepare)
    loading.wait(_PATIENCE_S)
    if loading.failure:
        raise Failed(loading.failure)
