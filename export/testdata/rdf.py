"""Judges forms of RDF with rdflib and pySHACL. Answers in JSON.

rdf.py forms FOLDER NAME            reads FOLDER/NAME.nt, .ttl, .jsonld and .nq, and compares them
rdf.py shapes SHAPES DATA...        tells for each file whether it conforms
rdf.py isomorphic BASE FILE FILE    compares two files, blank nodes and all
"""
import json
import logging
import sys

logging.disable(logging.CRITICAL)  # rdflib tells of literals that it cannot turn into Python values

from rdflib import RDF, BNode, Dataset, Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import PROV

FORMATS = {"nt": "nt", "ttl": "turtle", "jsonld": "json-ld"}
DESCRIBED = URIRef("urn:treatygraph:DESCRIBED")


def parse(path, **options):
    return Graph().parse(path, format=FORMATS[path.rsplit(".", 1)[1]], **options)


def forms(folder, name):
    answer = {"differ": [], "blank": 0, "graphs": {}, "strangers": 0, "texts": {}}
    first = None
    for extension in FORMATS:
        graph = parse(f"{folder}/{name}.{extension}")
        triples = set(graph)
        answer["texts"][extension] = sorted(str(text) for text in graph.objects(None, DESCRIBED))
        answer["blank"] += sum(isinstance(term, BNode) for triple in triples for term in triple)
        if first is None:
            first, answer["triples"] = triples, len(triples)
        if triples != first:
            answer["differ"].append([extension, sorted(map(str, triples ^ first))[:3]])
    quads = Dataset()
    quads.parse(f"{folder}/{name}.nq", format="nquads")
    union = set()
    for graph in quads.graphs():
        union |= set(graph)
        if graph.identifier == quads.default_graph.identifier:
            continue
        # What a graph holds of statements is what its data set says.
        said = set(graph.subjects(RDF.type, RDF.Statement))
        answer["graphs"][str(graph.identifier)] = len(said)
        answer["strangers"] += sum((statement, PROV.wasDerivedFrom, graph.identifier) not in graph for statement in said)
        answer["strangers"] += sum(dataset != graph.identifier for dataset in graph.objects(None, PROV.wasDerivedFrom))
    answer["quads"] = len(quads)
    if union != first:
        answer["differ"].append(["nq", sorted(map(str, union ^ first))[:3]])
    return answer


def shapes(shape, *data):
    from pyshacl import validate

    graph = parse(shape)
    answer = []
    for path in data:
        conforms, _, text = validate(parse(path), shacl_graph=graph)
        answer.append({"conforms": conforms, "text": text[:2000]})
    return answer


def same(base, one, other):
    a, b = parse(one, publicID=base), parse(other, publicID=base)
    return {"triples": len(a), "isomorphic": isomorphic(a, b), "different": sorted(map(str, set(a) ^ set(b)))[:5]}


json.dump({"forms": forms, "shapes": shapes, "isomorphic": same}[sys.argv[1]](*sys.argv[2:]), sys.stdout)
