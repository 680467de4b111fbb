// node example.js URL: a client with what is built into Node, whose every question and answer has the types generated from the schema.
import assert from 'node:assert/strict';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import {
  SearchDocument,
  StatementsDocument,
  TreatiesPageDocument,
  TreatyStatusAsOfDocument,
  TreatyStatusDocument,
  type EntityNameFragment,
  type TreatiesPageQuery,
} from './generated/operations.js';
import type { Scalars } from './generated/schema.js';

const url = process.argv[2];
assert(url, 'usage: node example.js URL');

async function ask<Answer, Variables>(document: TypedDocumentNode<Answer, Variables>, variables: Variables): Promise<Answer> {
  const response = await fetch(url!, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json;q=0.9' },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Answer | null; errors?: readonly { message: string; extensions?: { code?: string } }[] };
  if (errors?.length || !data) {
    throw new Error(errors?.map(e => `${e.extensions?.code}: ${e.message}`).join('\n') ?? `HTTP ${response.status}`);
  }
  return data;
}

// A Date is text with the precision that is known, so that nothing is made up: "1994-12" is no moment, and new Date would make it one.
type Day = Scalars['Date']['output'];
const year = (day: Day | null): string => day?.slice(0, 4) ?? 'unknown';
const named = (e: EntityNameFragment | null): string => (e ? `${e.__typename} ${e.id}: ${e.label}` : 'nothing');

const { entity } = await ask(TreatyStatusDocument, { id: 'treaty/moscow', day: '2008-04-06' });
assert(entity?.__typename === 'Treaty'); // from here on the type knows the fields of treaties
console.log(named(entity), entity.status.value, 'since', year(entity.status.since), 'with', entity.timeline.length > 0 ? 'a timeline' : 'no timeline');

const asOf = await ask(TreatyStatusAsOfDocument, { id: 'treaty/start-i', validOn: '2009-12-06', language: 'ru' });
assert(asOf.entity && 'status' in asOf.entity);
console.log(named(asOf.entity), asOf.entity.status.value);

const treaties: TreatiesPageQuery['treaties']['nodes'][number][] = [];
let total: number;
for (let cursor: string | null = null; ; ) {
  const page: TreatiesPageQuery = await ask(TreatiesPageDocument, { count: 7, cursor });
  treaties.push(...page.treaties.nodes);
  total = page.treaties.totalCount;
  if (!page.treaties.pageInfo.hasNextPage) break;
  cursor = page.treaties.pageInfo.endCursor;
}
assert.equal(new Set(treaties.map(t => t.id)).size, total);
console.log('all treaties on', total > 7 ? 'several pages' : 'one page');

const { search } = await ask(SearchDocument, { text: '莫斯科条约', kinds: ['TREATY'] });
const hit = search.nodes[0];
console.log('search:', hit?.entity.id, hit?.class);

const statements = await ask(StatementsDocument, { id: 'declaration/us-russia-strategic-framework-2008', predicates: ['CITES'] });
const quotes = statements.entity?.statements.edges.flatMap(edge => edge.node.evidence.map(e => e.quote)) ?? [];
console.log('citations with words:', quotes.length > 0);

await assert.rejects(ask(TreatyStatusDocument, { id: 'treaty/moscow', day: 'yesterday' }), /BAD_USER_INPUT/);
console.log('done');
