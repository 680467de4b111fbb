// node served.mjs URL: fails unless the schema that the server tells of itself is the published one.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { GraphQLSchema, buildClientSchema, buildSchema, getIntrospectionQuery, lexicographicSortSchema, printSchema } from 'graphql';

const response = await fetch(process.argv[2], {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query: getIntrospectionQuery({ specifiedByUrl: true }) }),
});
const { data, errors } = await response.json();
assert.equal(errors, undefined);

const published = buildSchema(readFileSync('schema.graphql', 'utf8'));
const config = buildClientSchema(data).toConfig();
// The server's library knows @defer. The service leaves it unheeded, which the directive allows, and promises nothing: all comes at once.
const served = new GraphQLSchema({ ...config, directives: config.directives.filter(d => d.name !== 'defer' || published.getDirective('defer')) });

// Piece by piece, so that a difference is told and not 5,000 lines. Descriptions count: they are what a client's author reads.
const pieces = schema => printSchema(lexicographicSortSchema(schema)).split('\n\n');
const lacks = (list, other) => list.filter(piece => !other.includes(piece));
assert.deepEqual(lacks(pieces(served), pieces(published)), [], 'served, not published');
assert.deepEqual(lacks(pieces(published), pieces(served)), [], 'published, not served');
