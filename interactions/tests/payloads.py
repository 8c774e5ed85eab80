"""Known ways to make a template engine do what it should not, by their names.

`docs/security.md` names them. Those of `REFUSED` must be refused at upload, those of
`TEXT` belong to other engines and are only text; every one is text as a value.
`DRAWINGS` are what is inside an SVG, `PARTS` what is inside a document whose
relationship `rId99` leads outside; both must be refused at upload.
"""

REFUSED = {
    # reaching Python through what Jinja offers
    "cycler globals": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "joiner globals": "{{ joiner.__init__.__globals__.os.popen('id').read() }}",
    "namespace globals": "{{ namespace.__init__.__globals__.os.popen('id').read() }}",
    "lipsum globals": "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "self context": "{{ self._TemplateReference__context.cycler.__init__ }}",
    "self init": "{{ self.__init__.__globals__.__builtins__ }}",
    "dict global": "{{ dict.mro() }}",
    "range global": "{{ range(10) }}",
    # reaching Python through a value
    "class of a text": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "class of a list": "{{ [].__class__.__base__.__subclasses__() }}",
    "class of a tuple": "{{ ().__class__.__bases__[0] }}",
    "class of a dict": "{{ {}.__class__ }}",
    "class of a field": "{{ contact_name.__class__ }}",
    "class by subscript": "{{ contact_name['__class__'] }}",
    "class by attr": "{{ contact_name | attr('__class__') }}",
    "class by escapes": "{{ contact_name | attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "class by format": "{{ '{0.__class__}'.format(contact_name) }}",
    "class of a list of ours": "{{ answers.__class__ }}",
    "class of a row": "{% for a in answers %}{{ a.__class__ }}{% endfor %}",
    "class of a row by key": "{% for a in answers %}{{ a['__class__'] }}{% endfor %}",
    "class of the answers": "{{ answers_of.__class__.__mro__ }}",
    "class of the loop": "{% for a in answers %}{{ loop.__class__ }}{% endfor %}",
    "call of the loop": "{% for a in answers %}{{ loop.cycle(a) }}{% endfor %}",
    "method of a field": "{{ contact_name.upper() }}",
    "format-map": "{{ contact_name.format_map({}) }}",
    # reaching the application
    "delete a model": "{{ contact.delete() }}",
    "settings": "{{ settings.SECRET_KEY }}",
    "config": "{{ config.items() }}",
    "request": "{{ request.application.__globals__ }}",
    "request by attr": "{{ request | attr('application') | attr('__globals__') }}",
    "url_for": "{{ url_for.__globals__ }}",
    "get_flashed_messages": "{{ get_flashed_messages.__globals__ }}",
    "name of our own": "{{ _more }}",
    # reaching through filters and tests
    "map attribute": "{{ answers | map(attribute='__class__') | list }}",
    "map filter": "{{ answers | map('attr', '__class__') }}",
    "select": "{{ answers | selectattr('__class__') }}",
    "group": "{{ answers | groupby('__class__') }}",
    "sort": "{{ answers | sort(attribute='__class__') }}",
    "safe": "{{ contact_name | safe }}",
    "pretty print": "{{ contact_name | pprint }}",
    "tojson": "{{ contact_name | tojson }}",
    "xmlattr": "{{ contact_name | xmlattr }}",
    "test": "{{ contact_name is callable }}",
    # statements
    "include": "{% include '/etc/passwd' %}",
    "import": "{% import 'os' as os %}",
    "from import": "{% from 'os' import popen %}",
    "extends": "{% extends '/etc/passwd' %}",
    "set": "{% set x = cycler %}",
    "set block": "{% set x %}{{ contact_name }}{% endset %}",
    "with": "{% with x = cycler %}{{ x }}{% endwith %}",
    "macro": "{% macro x() %}{% endmacro %}",
    "call": "{% call x() %}{% endcall %}",
    "block": "{% block x %}{% endblock %}",
    "filter block": "{% filter upper %}x{% endfilter %}",
    "raw": "{% raw %}{{ x }}{% endraw %}",
    "autoescape off": "{% autoescape false %}{{ contact_name }}{% endautoescape %}",
    "do": "{% do contact_name.__class__ %}",
    "debug": "{% debug %}",
    "recursive loop": "{% for a in answers recursive %}{{ loop(a) }}{% endfor %}",
    "loop over a text": "{% for x in contact_name %}{{ x }}{% endfor %}",
    "loop over a range": "{% for x in range(999999999) %}x{% endfor %}",
    "loop to unpack": "{% for a, b in answers %}x{% endfor %}",
    "whitespace control": "{{- cycler -}}",
    # work without end, output without end
    "text times number": "{{ 'a' * 1000000000 }}",
    "power": "{{ 9 ** 9999999 }}",
    "wide format": "{{ '%999999999d' | format(1) }}",
    "wide centre": "{{ contact_name | center(1000000000) }}",
    "wide indent": "{{ contact_name | indent(1000000000) }}",
    "long join": "{{ contact_name ~ contact_name }}",
    "long list": "{{ [1] * 1000000000 }}",
    "four loops": (
        "{% for a in answers %}{% for b in answers %}{% for c in answers %}"
        "{% for d in answers %}x{% endfor %}{% endfor %}{% endfor %}{% endfor %}"
    ),
    # what docxtpl adds
    "rich text": "{{r contact_name }}",
    "paragraph object": "{{p contact_name }}",
    "cell colour": "{% cellbg contact_name %}",
    "column span": "{% colspan contact_name %}",
    "horizontal merge": "{% hm %}",
    "vertical merge": "{% vm %}",
}
TEXT = {
    "dollar brace": "${7*7}",
    "hash brace": "#{7*7}",
    "star brace": "*{7*7}",
    "ERB": "<%= 7*7 %>",
    "Velocity": "#set($x=7*7)$x",
    "single brace": "{7*7}",
    "at brace": "@(7*7)",
}
PAYLOADS = REFUSED | TEXT

DRAWINGS = {
    "script": "<script>alert(1)</script>",
    "foreign object": "<foreignObject/>",
    "event": '<rect onload="alert(1)"/>',
    "link to a script": '<a href="JavaScript:alert(1)"/>',
    "address": '<image href="http://10.0.0.1/x"/>',
    "nested drawing": '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
    "nested drawing called PNG": '<image href="data:image/png;base64,PHN2Zy8+"/>',
    "animated address": '<set attributeName="xlink:href" to="http://10.0.0.1/x"/>',
    "base address": '<use xml:base="http://10.0.0.1/" href="#a"/>',
    "style with an address": '<rect style="fill:url(http://10.0.0.1/x)"/>',
    "style with an escape": '<rect style="fill:u\\72l(http://10.0.0.1/x)"/>',
    "fill with an address": '<rect fill="url( &apos;http://10.0.0.1/x&apos;)"/>',
    "imported styles": "<style>@import 'http://10.0.0.1/x';</style>",
    "style sheet with an address": "<style>a{fill:url(//10.0.0.1/x)}</style>",
    "style sheet beside": "<?xml-stylesheet href='http://10.0.0.1/x'?>",
}
PARTS = {
    "imported file": '<w:altChunk r:id="rId99"/>',
    "sub-document": '<w:subDoc r:id="rId99"/>',
    "embedded object": '<o:OLEObject r:id="rId99"/>',
    "control": '<w:control r:id="rId99"/>',
    "picture by a link": '<v:imagedata r:id="rId99"/>',
    "picture by an old link": '<v:imagedata o:relid="rId99"/>',
    "drawn picture by a link": '<a:blip r:link="rId99"/>',
}
