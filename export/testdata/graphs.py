"""Compares graphs, as a tool reads them, with what they must show: graphs.py TOOL FORMAT FOLDER CASE…, with FOLDER/CASE.FORMAT beside
FOLDER/CASE.json.

Prints what differs, and for each case how many nodes, edges and values are equal.
"""

import json
import math
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

import igraph
import networkx as nx
import pydot

NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
WHOLE = {"recorded", "ordinal", "revision"}


def each_text(value, change):
    """A value with all its texts changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [each_text(v, change) for v in value]
    return {k: each_text(v, change) for k, v in value.items()} if isinstance(value, dict) else value


def without_lists(attributes):
    """Attributes of a format that has no lists: they are JSON."""
    return {k: json.loads(v) if isinstance(v, str) and v.startswith("[") and k in LISTS else v for k, v in attributes.items()}


LISTS = {"names", "nameLangs", "nameRoles", "identifiers", "events", "datasets", "methods", "quotes", "documents", "citations", "urls", "sources"}


def of_networkx(g, id_of=lambda key, attributes: key):
    assert g.is_directed(), "not directed"
    edges = [(id_of(k, a), {"source": u, "target": v, **a}) for u, v, k, a in g.edges(keys=True, data=True)]
    return dict(g.graph), [(n, dict(a)) for n, a in g.nodes(data=True)], edges


def networkx_graphml(file):
    about, nodes, edges = of_networkx(nx.read_graphml(file, force_multigraph=True))
    for key, a in edges:
        assert a.pop("statement") == key
    return about, nodes, edges


def networkx_gexf12(file):
    g = nx.read_gexf(file)
    if not g.is_multigraph():  # what has no parallel edges is no multigraph, and then the IDs are attributes
        g = nx.MultiDiGraph(g)
    about, nodes, edges = of_networkx(g, lambda _, attributes: attributes["id"])
    assert about["mode"] == "dynamic"
    for _, a in edges:
        del a["id"]
        assert a.pop("label") == a["predicate"] and a.pop("start", None) == a.get("validFromDay") and a.pop("end", None) == a.get("validToDay"), a
    return None, nodes, edges


def networkx_gexf(file):
    """NetworkX refuses GEXF 1.3 for its name space; told to take it for what it knows, it reads it all the same, lists as texts."""
    try:
        nx.read_gexf(file)
        print("NetworkX reads GEXF 1.3 now: say so in the description")
    except nx.NetworkXError as e:
        assert "No <graph> element" in str(e), e
    text = file.read_text("utf-8").replace("http://gexf.net/1.3", "http://www.gexf.net/1.2draft", 1).replace('"liststring"', '"string"')
    copy = file.with_suffix(".as12")
    copy.write_text(text, "utf-8")
    about, nodes, edges = networkx_gexf12(copy)
    unlist = lambda attributes: {k: gephi_list(v) if k in LISTS else v for k, v in attributes.items()}
    return about, [(i, unlist(a)) for i, a in nodes], [(i, unlist(a)) for i, a in edges]


def gephi_list(text):
    """Reads a list as Gephi writes it."""
    assert text[0] == "[" and text[-1] == "]", text
    items = re.findall(r'"((?:[^"\\]|\\.)*)"(?:, |$)', text[1:-1], re.S)
    return [re.sub(r"\\(.)", r"\1", item, flags=re.S) for item in items]


def igraph_graphml(file):
    """igraph has every attribute on every node and edge; what is not stated is NaN or empty. Its numbers are all floating. What it takes for
    the IDs of edges are those of nodes; the statement is an attribute of its own."""

    def stated(a):
        return {k: int(v) if k in WHOLE else v for k, v in a.items() if v != "" and not (isinstance(v, float) and math.isnan(v)) and v is not None}

    g = igraph.Graph.Read_GraphML(str(file))
    assert g.is_directed()
    nodes = [(a.pop("id"), stated(a)) for a in (v.attributes() for v in g.vs)]
    edges = []
    for e in g.es:
        a = e.attributes()
        del a["id"]
        edges.append((a.pop("statement"), {"source": nodes[e.source][0], "target": nodes[e.target][0], **stated(a)}))
    return stated({k: g[k] for k in g.attributes()}), nodes, edges


def pydot_dot(file):
    def text(s):
        if s[0] == '"':
            s = re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], s[1:-1], flags=re.S)
        return s

    def attributes(of):
        return {k: int(v) if k in WHOLE else float(v) if k == "confidence" else v for k, v in ((k, text(v)) for k, v in of.items())}

    (g,) = pydot.graph_from_dot_data(file.read_text("utf-8"))
    assert g.get_type() == "digraph" and not g.get_strict()
    nodes = [(text(n.get_name()), attributes(n.get_attributes())) for n in g.get_nodes() if n.get_name() != "graph"]
    edges = []
    for e in g.get_edges():
        a = attributes(e.get_attributes())
        assert a.pop("label") == a["predicate"]
        edges.append((a.pop("key"), {"source": text(e.get_source()), "target": text(e.get_destination()), **a}))
    (defaults,) = g.get_graph_defaults()
    return attributes(defaults), nodes, edges


def networkx_cytoscape(file):
    document = json.loads(file.read_text("utf-8"))
    ids = [e["data"]["id"] for kind in ("nodes", "edges") for e in document["elements"][kind]]
    assert len(ids) == len(set(ids)), "IDs are not unique among all elements"
    about, nodes, edges = of_networkx(nx.cytoscape_graph(document))
    for n, a in nodes:
        assert a.pop("id") == a.pop("value") == n
        a["label"] = a.pop("name")
    for key, a in edges:
        assert a.pop("id") == a.pop("key") == key
    return about, nodes, edges


def compare(what, got, want):
    wrong, equal = [], 0
    if len(got) != len({i for i, _ in got}):
        wrong.append(f"{what}: an ID stands twice")
    got = dict(got)
    for i in sorted(got.keys() ^ want.keys()):
        wrong.append(f"{what} {i}: {'not expected' if i in got else 'missing'}")
    for i in sorted(got.keys() & want.keys()):
        for k in sorted(got[i].keys() | want[i].keys()):
            g, w = got[i].get(k), want[i].get(k)
            if g == w and type(g) is type(w):
                equal += 1
            else:
                wrong.append(f"{what} {i}: {k} is {g!r}, not {w!r}")
    return wrong, equal


def main(tool, kind, folder, *cases):
    failed = False
    for case in cases:
        file, graph = pathlib.Path(folder, case + ".json"), pathlib.Path(folder, f"{case}.{kind}")
        want = json.loads(file.read_text("utf-8"))
        if kind in ("graphml", "gexf", "gexf12"):
            ElementTree.parse(graph)
            want = each_text(want, lambda s: NOT_IN_XML.sub("\ufffd", s))
        if kind == "dot":
            for a in want["edges"].values():
                a.update((k, v.replace("\r\n", "\n").replace("\r", "\n")) for k, v in a.items() if isinstance(v, str))
        about, nodes, edges = globals()[f"{tool}_{kind}"](graph)
        if kind not in ("gexf", "cytoscape"):
            nodes, edges = ([(i, without_lists(a)) for i, a in items] for items in (nodes, edges))
        results = [compare("node", nodes, want["nodes"]), compare("edge", edges, want["edges"])]
        if about is not None:
            about = {k: v for k, v in about.items() if k in want["about"]}
            results.append(compare("graph", [("", about)], {"": want["about"]}))
        wrong = [line for lines, _ in results for line in lines]
        for line in wrong[:20]:
            print(f"{case}: {line}")
        failed = failed or bool(wrong)
        print(f"{case}: {len(nodes)} nodes, {len(edges)} edges, {sum(equal for _, equal in results)} values are equal")
    return failed


sys.exit(main(*sys.argv[1:]))
