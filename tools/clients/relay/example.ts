// node relay/example.js URL: Relay's own network layer, compiled documents and normalised store over the service, without a user interface.
import assert = require('node:assert/strict');
import { Environment, Network, Observable, RecordSource, Store, fetchQuery, type ConcreteRequest, type OperationType } from 'relay-runtime';
import asOfDocument, { type documentsAsOfQuery } from './__generated__/documentsAsOfQuery.graphql';
import entityDocument, { type documentsEntityQuery } from './__generated__/documentsEntityQuery.graphql';
import searchDocument, { type documentsSearchQuery } from './__generated__/documentsSearchQuery.graphql';
import statementsPageDocument, { type documentsStatementsPageQuery } from './__generated__/documentsStatementsPageQuery.graphql';
import treatiesDocument, { type documentsTreatiesQuery } from './__generated__/documentsTreatiesQuery.graphql';

const url = process.argv[2]!;

// One environment a time asked for: a record of the store holds what is true as of one day and one revision only.
const newEnvironment = () =>
  new Environment({
    network: Network.create((request, variables) =>
      Observable.from(
        fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: request.text, variables }),
        }).then(response => response.json()),
      ),
    ),
    store: new Store(new RecordSource()),
  });

async function ask<Query extends OperationType>(environment: Environment, document: ConcreteRequest, variables: Query['variables']): Promise<Query['response']> {
  const answer = await fetchQuery<Query>(environment, document, variables).toPromise();
  assert(answer);
  return answer;
}

async function main() {
  const environment = newEnvironment();
  const record = (id: string) => environment.getStore().getSource().get(id) as Record<string, unknown> | null | undefined;

  const start = await ask<documentsEntityQuery>(environment, entityDocument, { id: 'treaty/start-i', count: 2 });
  assert.equal(record('treaty/start-i')?.['label'], 'START I'); // normalised under its global ID
  console.log(start.node?.__typename, start.node?.status?.value);

  const connection = () => record('client:treaty/start-i:__documents_statements_connection(direction:"BOTH")') as { edges?: { __refs: string[] }; pageInfo?: { __ref: string } };
  const pageInfo = record(connection().pageInfo!.__ref) as { endCursor: string; hasNextPage: boolean };
  assert(pageInfo.hasNextPage);
  assert.equal(connection().edges?.__refs.length, 2);
  await ask<documentsStatementsPageQuery>(environment, statementsPageDocument, { id: 'treaty/start-i', count: 2, cursor: pageInfo.endCursor, direction: 'BOTH' });
  console.log('statements in the connection after the second page:', connection().edges?.__refs.length);

  await ask<documentsTreatiesQuery>(environment, treatiesDocument, { count: 5 });
  await ask<documentsSearchQuery>(environment, searchDocument, { text: '莫斯科条约', count: 3, cursor: null });
  assert.equal(record('treaty/moscow')?.['label'], 'Moscow Treaty');
  console.log('search has normalised what it found');

  const asOf = await ask<documentsAsOfQuery>(newEnvironment(), asOfDocument, { id: 'treaty/start-i', validOn: '2008-04-06' });
  console.log('in another store, as of a day:', asOf.node?.status?.value);
  console.log('done');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
