// node subscriptions.mjs URL AFTER FIRST LAST: the clients graphql-ws and graphql-sse subscribe to what follows revision AFTER, over the network of
// a running server, print "ready" when they have got the revisions up to FIRST, and end well when each has got all up to LAST, once and in
// order. The revisions between are written by whoever started this, after "ready".
import assert from 'node:assert/strict';
import { createClient as createSSE } from 'graphql-sse';
import { createClient as createWS } from 'graphql-ws';
import WebSocket from 'ws';

const [url, after, first, last] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const query = `subscription Follow($after: Int, $filter: ChangeFilter) {
  changes(afterRevision: $after, filter: $filter) { revision { number at author summary } asserted(first: 5) { totalCount nodes { id predicate subject { id label } } } }
}`;

// follow takes changes until the last; it tells of the first. Each answer says the revision that it comes from.
async function follow(subscription, onFirst) {
  let expected = after + 1;
  for await (const { data, errors, extensions } of subscription) {
    assert.equal(errors, undefined);
    assert.equal(data.changes.revision.number, expected);
    assert.equal(extensions.revision.number, expected);
    assert.ok(data.changes.asserted.totalCount >= data.changes.asserted.nodes.length);
    if (expected === first) onFirst();
    if (expected++ === last) return;
  }
  assert.fail(`the subscription ended before revision ${expected}`);
}

const closed = [];
const ws = createWS({
  url: url.replace('http', 'ws'),
  webSocketImpl: WebSocket,
  retryAttempts: 0,
  on: { closed: event => closed.push(event.code) },
});
const sse = createSSE({ url, retryAttempts: 0, abortControllerImpl: AbortController });
const variables = { after };

let waiting = 3;
const ready = () => --waiting === 0 && console.log('ready');
await Promise.all([
  follow(ws.iterate({ query, variables }), ready),
  follow(ws.iterate({ query, variables: { after, filter: {} } }), ready), // two on one socket
  follow(sse.iterate({ query, variables }), ready),
]);

// Queries go over both too, and mistakes come back as errors, not as broken connections.
for (const client of [ws, sse]) {
  const answers = [];
  for await (const answer of client.iterate({ query: 'query One($id: ID!) { node(id: $id) { id } }', variables: { id: 'treaty/moscow' } })) answers.push(answer);
  assert.deepEqual(answers.map(answer => answer.data), [{ node: { id: 'treaty/moscow' } }]);
}
const mistake = { query: '{ nonsense }' };
await assert.rejects(async () => { for await (const _ of ws.iterate(mistake)); }, errors => errors[0].extensions.code === 'BAD_USER_INPUT');
for await (const { errors } of sse.iterate(mistake)) assert.equal(errors[0].extensions.code, 'BAD_USER_INPUT');

// A token that stands for nobody is refused when the socket is initialised.
const stranger = createWS({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { authorization: 'Bearer nobody' } });
await assert.rejects(async () => { for await (const _ of stranger.iterate({ query: '{ __typename }' })); }, event => event.code === 4403);

await ws.dispose();
sse.dispose();
console.log('done');
