// The rules for a schema that Relay can use, and where ours is wider on purpose.
import graphql from '@graphql-eslint/eslint-plugin';

export default [
  {
    files: ['schema.graphql'],
    plugins: { '@graphql-eslint': graphql },
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: './schema.graphql' } } },
    rules: {
      ...graphql.configs['flat/schema-relay'].rules,
      '@graphql-eslint/relay-edge-types': [
        'error',
        {
          withEdgeSuffix: true,
          // Some lists are of things that nobody can ask for again, since they are of their list alone: a mention is an occurrence in a text, a
          // search hit belongs to its search. Relay keeps them under the connection, as it does whatever has no ID.
          shouldImplementNode: false,
          // Short lists (names, identifiers, evidence) are plain lists, and a connection has `nodes` beside `edges` for those who do not page.
          listTypeCanWrapOnlyEdgeType: false,
        },
      ],
      // Not of the Relay set, and true of this schema: what is deprecated says why, and nothing is left that no client can reach.
      '@graphql-eslint/require-deprecation-reason': 'error',
      '@graphql-eslint/no-unreachable-types': 'error',
    },
  },
];
