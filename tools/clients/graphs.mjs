// node graphs.mjs FORMAT FOLDER CASE…: graphology reads FOLDER/CASE.FORMAT, and finds in it what FOLDER/CASE.json says that it must show.
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import Graph from 'graphology';
import gexf from 'graphology-gexf';

const [format, folder, ...cases] = process.argv.slice(2);

// What XML has no place for is replaced; the pattern matches lone surrogates, which there are none of, and not pairs.
const notInXML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const clean = value => (typeof value === 'string' ? value.replace(notInXML, '\ufffd') : Array.isArray(value) ? value.map(clean) : value);

// GEXF 1.2 has no lists: they are JSON.
const lists = value => (format === 'gexf12' && typeof value === 'string' && /^\["/.test(value) ? JSON.parse(value) : value);

for (const name of cases) {
  const want = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
  const graph = gexf.parse(Graph, readFileSync(join(folder, `${name}.${format}`), 'utf8'));
  let equal = 0;
  const differs = message => {
    console.log(`${name}: ${message}`);
    process.exitCode = 1;
  };
  const compare = (id, got, want) => {
    for (const key of new Set([...Object.keys(got), ...Object.keys(want ?? {})])) {
      const [g, w] = [lists(got[key]), clean(want?.[key])];
      if (isDeepStrictEqual(g, w)) equal++;
      else differs(`${id}: ${key} is ${JSON.stringify(g)}, not ${JSON.stringify(w)}`);
    }
  };
  graph.forEachNode((id, attributes) => compare(id, attributes, want.nodes[id]));
  graph.forEachDirectedEdge((id, { label, kind, ...attributes }, source, target) => {
    const edge = want.edges[id];
    compare(id, { source, target, ...attributes }, edge);
    if (label !== edge?.predicate || kind !== (format === 'gexf' ? label : undefined)) differs(`${id} is of kind ${kind} and has the label ${label}`);
  });
  if (graph.order !== Object.keys(want.nodes).length) differs('nodes are missing');
  if (graph.directedSize !== Object.keys(want.edges).length || graph.undirectedSize) differs('edges are missing or not directed');
  if (graph.getAttribute('creator') !== 'treatygraph' || !graph.getAttribute('description').includes(want.about.digest)) differs('it is not said where it is from');
  console.log(`${name}: ${graph.order} nodes, ${graph.size} edges, ${equal} values are equal`);
}
