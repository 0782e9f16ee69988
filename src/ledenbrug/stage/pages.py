"""The pages a sandbox shows to people: one frame, one stylesheet, no script, everything escaped.

It knows forms and tables, no package's words; a page is a title and a body of ready HTML.
"""

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from ledenbrug.stage.messages import Request, Response, text_response

STYLE_PATH = "/_sandbox/style.css"

_STYLE = Path(__file__).with_name("style.css").read_text()


def language_of(request: Request, offered: Iterable[str] = ("nl", "en")) -> str:
    """The first offered language the browser asks for; the last one offered where it asks for none of them."""
    known = tuple(offered)
    wishes: list[tuple[float, str]] = []
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wishes.append((-float(quality or 1), tag.split("-")[0].lower()))
        except ValueError:
            continue
    for _, tag in sorted(wishes, key=lambda wish: wish[0]):
        if tag in known:
            return tag
    return known[-1]


def style(_request: Request, _parameters: dict[str, str]) -> Response:
    response = text_response(200, _STYLE, "text/css; charset=utf-8")
    response.headers.append(("Cache-Control", "max-age=300"))
    return response


def page(
    *,
    title: str,
    body: str,
    language: str,
    brand: str,
    banner: str,
    home: str = "/",
    status: int = 200,
    narrow: bool = False,
    form_targets: Iterable[str] = (),
) -> Response:
    """`form_targets`: where a form of this page may lead to by redirect, beside this server."""
    text = (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f'<link rel="stylesheet" href="{STYLE_PATH}"></head><body>'
        f'<header><a href="{escape(home)}">{escape(brand)}</a><span class="what">{escape(banner)}</span></header>'
        f"<main{' class=narrow' if narrow else ''}><h1>{escape(title)}</h1>{body}</main></body></html>\n"
    )
    response = text_response(status, text, "text/html; charset=utf-8")
    targets = " ".join(["'self'", *(origin for target in form_targets if (origin := _origin(target)))])
    policy = f"default-src 'none'; style-src 'self'; img-src data:; form-action {targets}; base-uri 'none'"
    response.headers += [
        ("Content-Security-Policy", f"{policy}; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ]
    return response


def from_another_site(request: Request) -> bool:
    """A form posted from a page of somebody else; browsers say so themselves."""
    origin = request.headers.get("origin", "")
    return bool(origin) and origin != "null" and urlsplit(origin).netloc != request.headers.get("host", "")


def text_field(
    name: str, label: str, value: str = "", *, kind: str = "text", hint: str = "", required: bool = False
) -> str:
    said = (f' aria-describedby="{name}-hint"' if hint else "") + (" required" if required else "")
    return (
        f'<div><label for="{name}">{escape(label)}</label>'
        f'<input id="{name}" name="{name}" type="{kind}" value="{escape(value)}"{said}>'
        + (f'<p class="bad" id="{name}-hint">{escape(hint)}</p>' if hint else "")
        + "</div>"
    )


def choice_field(name: str, label: str, choices: Mapping[str, str], chosen: str = "", *, key: str = "") -> str:
    options = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(text)}</option>'
        for value, text in choices.items()
    )
    key = key or name
    return f'<div><label for="{key}">{escape(label)}</label><select id="{key}" name="{name}">{options}</select></div>'


def tick_field(name: str, label: str, *, ticked: bool, value: str = "true", key: str = "") -> str:
    return (
        f'<label class="tick" for="{key or name}"><input type="checkbox" id="{key or name}" name="{name}" '
        f'value="{escape(value)}"{" checked" if ticked else ""}> {escape(label)}</label>'
    )


def hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(value)}">'


def button(text: str, *, key: str, name: str = "", value: str = "", look: str = "") -> str:
    named = f' name="{name}" value="{escape(value)}"' if name else ""
    return f'<button type="submit" id="{key}"{named} class="{look}">{escape(text)}</button>'


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Cells are ready HTML."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>'


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.netloc else ""
