// node persisted.mjs URL: Apollo Client asks by hash, is told that the hash is not known, sends the document once, and then asks by hash alone,
// the last time by GET.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';

const sent = [];
const client = useGETForHashedQueries =>
  new ApolloClient({
    cache: new InMemoryCache(),
    link: new PersistedQueryLink({ sha256: text => createHash('sha256').update(text).digest('hex'), useGETForHashedQueries }).concat(
      new HttpLink({
        uri: process.argv[2],
        fetch: async (url, options) => {
          const response = await fetch(url, options);
          const { errors } = await response.clone().json();
          sent.push(`${options.method} ${/query[ +{]/.test(options.body ?? '') ? 'document' : 'hash'}: ${response.status} ${errors?.[0].extensions.code ?? 'data'}`);
          return response;
        },
      }),
    ),
  });

const query = gql`
  query Label($id: ID!) {
    entity(id: $id) {
      __typename
      id
      label(language: "en")
    }
  }
`;
for (const byGet of [false, false, true]) {
  const { data } = await client(byGet).query({ query, variables: { id: 'treaty/start-i' } });
  assert.equal(data.entity.label, 'START I');
}
console.log(sent.join('\n'));
assert.deepEqual(sent, ['POST hash: 400 PERSISTED_QUERY_NOT_FOUND', 'POST document: 200 data', 'POST hash: 200 data', 'GET hash: 200 data']);
