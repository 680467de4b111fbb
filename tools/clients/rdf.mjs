// node rdf.mjs FOLDER NAME EXTENSION...: n3 reads FOLDER/NAME.nt, .ttl and .nq, jsonld the files of the extensions (.jsonld, .nq). Prints as JSON how
// many quads n3 finds in each and whether the triples are the same, and writes beside them the canonical forms (RDFC-1.0) that jsonld finds.
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import jsonld from 'jsonld';
import { StreamParser } from 'n3';

const path = `${process.argv[2]}/${process.argv[3]}`;

// read returns the quads of a file, each once, and its triples.
async function read(extension, format) {
  const quads = new Set();
  const triples = new Set();
  const term = ({ termType, value, language, datatype }) => JSON.stringify([termType, value, language, datatype?.value]);
  for await (const { subject, predicate, object, graph } of createReadStream(path + extension).pipe(new StreamParser({ format }))) {
    const triple = [subject, predicate, object].map(term).join(' ');
    triples.add(triple);
    quads.add(`${triple} ${term(graph)}`);
  }
  return { quads: quads.size, triples };
}

const [first, ...others] = await Promise.all([read('.nt', 'N-Triples'), read('.ttl', 'Turtle'), read('.nq', 'N-Quads')]);
for (const extension of process.argv.slice(4)) {
  const text = readFileSync(path + extension, 'utf8');
  const options = { algorithm: 'RDFC-1.0', safe: true };
  const canonical = extension === '.nq'
    ? await jsonld.canonize(text, { ...options, inputFormat: 'application/n-quads' })
    : await jsonld.canonize(JSON.parse(text), options);
  writeFileSync(`${path}${extension}.canonical`, canonical);
}
console.log(JSON.stringify({
  quads: [first, ...others].map(o => o.quads),
  same: others.every(o => o.triples.size === first.triples.size && [...o.triples].every(t => first.triples.has(t))),
}));
