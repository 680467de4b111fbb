// What a front end over Relay asks, as its components would: relay-compiler reads these and writes the artifacts. Nothing here is run.
import { graphql } from 'relay-runtime';

// Any entity in a list. Fragments on the interface serve every kind.
graphql`
  fragment documents_entity on Entity @inline {
    id
    kind
    label
    url
  }
`;

// The statements of any entity, page by page, asked for again through node(id:).
graphql`
  fragment documents_statements on Entity
  @argumentDefinitions(count: { type: "Int", defaultValue: 3 }, cursor: { type: "String" }, direction: { type: "Direction", defaultValue: BOTH })
  @refetchable(queryName: "documentsStatementsPageQuery") {
    id
    label
    statements(first: $count, after: $cursor, direction: $direction) @connection(key: "documents_statements", filters: ["direction"]) {
      totalCount
      edges {
        incoming
        other {
          ...documents_entity
        }
        node {
          id
          predicate
          valid {
            from
            to
          }
        }
      }
    }
  }
`;

graphql`
  query documentsEntityQuery($id: ID!, $count: Int!) {
    node(id: $id) {
      __typename
      ...documents_statements @arguments(count: $count) @alias
      ... on Instrument {
        status {
          value
          since
        }
      }
    }
  }
`;

// All treaties, page by page; the same fragment serves the first page and those after it.
graphql`
  fragment documents_treaties on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" })
  @refetchable(queryName: "documentsTreatiesPageQuery") {
    treaties(first: $count, after: $cursor) @connection(key: "documents_treaties") {
      edges {
        node {
          ...documents_entity
        }
      }
    }
  }
`;

graphql`
  query documentsTreatiesQuery($count: Int!) {
    ...documents_treaties @arguments(count: $count)
  }
`;

// Search: its hits have no ID of their own, what they found has.
graphql`
  query documentsSearchQuery($text: String!, $count: Int!, $cursor: String) {
    search(text: $text, first: $count, after: $cursor) @connection(key: "documents_search", filters: ["text"]) {
      edges {
        node {
          class
          entity {
            ...documents_entity
          }
        }
      }
    }
  }
`;

// As of a day, a whole operation at once. Such answers belong into a store of their own: docs/clients.md.
graphql`
  query documentsAsOfQuery($id: ID!, $validOn: Date!) @asOf(validOn: $validOn) {
    node(id: $id) {
      ... on Instrument {
        status {
          value
          since
        }
      }
    }
  }
`;
