"""Answers the questions of TestRelationshipsAreThoseOfNetworkX with NetworkX. Reads JSON, writes JSON."""

import itertools
import json
import sys

import networkx as nx
from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python as pagerank  # pagerank itself needs SciPy


def graph_of(kind, question):
    g = kind()
    g.add_nodes_from(question["nodes"])
    for e in question["edges"]:
        g.add_edge(e["from"], e["to"], key=e["id"], predicate=e["predicate"])
    return g


def part(g, predicates, without):
    """The graph of some predicates, all when none is named, without a node."""
    h = g.copy()
    if predicates:
        h.remove_edges_from([(u, v, k) for u, v, k, p in g.edges(keys=True, data="predicate") if p not in predicates])
    if without:
        h.remove_node(without)
    return h


def paths(undirected, directed, q):
    g = part(directed if q["directed"] else undirected, q["predicates"], q["without"])
    simple = nx.DiGraph(g) if q["directed"] else nx.Graph(g)
    try:
        shortest = [len(p) - 1 for p in itertools.islice(nx.shortest_simple_paths(simple, q["from"], q["to"]), q["first"])]
    except nx.NetworkXNoPath:
        shortest = []
    return {
        "shortest": [n for n in shortest if n <= q["hops"]],
        "all": sorted([k for _, _, k in p] for p in nx.all_simple_edge_paths(g, q["from"], q["to"], cutoff=q["hops"])),
    }


def ball(g, q):
    around = nx.ego_graph(part(g, q["predicates"], q["without"]), q["seed"], radius=q["depth"])
    return {"nodes": sorted(around), "edges": sorted(k for _, _, k in around.edges(keys=True))}


def measures(undirected, directed):
    joined, ways = undirected.copy(), directed.copy()
    for g in (joined, ways):
        g.remove_nodes_from(list(nx.isolates(g)))
    keys = {frozenset((u, v)): k for u, v, k in joined.edges(keys=True)}
    shares = pagerank(ways, alpha=0.85, tol=1e-13, max_iter=10_000) if ways else {}
    return {
        "components": sorted((sorted(c) for c in nx.connected_components(joined)), key=lambda c: (-len(c), c)),
        "bridges": sorted(keys[frozenset(b)] for b in nx.bridges(joined)),
        "articulation": sorted(nx.articulation_points(nx.Graph(joined))),
        "degrees": dict(joined.degree()),
        "shares": shares,
    }


def answer(question):
    undirected, directed = graph_of(nx.MultiGraph, question), graph_of(nx.MultiDiGraph, question)
    return {
        "paths": [paths(undirected, directed, q) for q in question["paths"]],
        "balls": [ball(undirected, q) for q in question["balls"]],
        "measures": measures(undirected, directed),
    }


json.dump([answer(question) for question in json.load(sys.stdin)], sys.stdout)
