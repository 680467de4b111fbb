// The page /graphiql: GraphiQL with the service's example queries in its sidebar.
import { createElement as h } from 'react';
import { createRoot } from 'react-dom/client';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { UnStyledButton, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
// GraphiQL loads these two late by itself; named here, their style sheets come with the page's.
import 'monaco-graphql/esm/monaco-editor.js';
import 'monaco-graphql/esm/lite.js';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './main.css';

// Each worker is a file beside this one, so the page needs no worker from a blob.
const workers = { graphql: './graphql.worker.js', json: './json.worker.js' };
globalThis.MonacoEnvironment = {
  getWorker: (_, label) => new Worker(new URL(workers[label] ?? './editor.worker.js', import.meta.url), { type: 'module' }),
};

// The page carries the examples as data, so that they have one home: the service.
const examples = JSON.parse(document.getElementById('examples').textContent);

function Examples() {
  const queryEditor = useGraphiQL(state => state.queryEditor);
  const { addTab } = useGraphiQLActions();
  const open = example => {
    addTab();
    queryEditor?.setValue(example.query + '\n');
  };
  return h('section', { 'aria-label': 'Examples', className: 'examples' },
    h('div', { className: 'graphiql-doc-explorer-title' }, 'Examples'),
    h('p', null, 'Each opens in a tab of its own.'),
    h('ul', null, examples.map(example =>
      h('li', { key: example.title }, h(UnStyledButton, { onClick: () => open(example) }, example.title)))));
}

function Icon() {
  return h('svg', { viewBox: '0 0 16 16', fill: 'none', stroke: 'currentColor', strokeWidth: 1.5, 'aria-hidden': true },
    h('path', { d: 'M2 4h1M6 4h8M2 8h1M6 8h8M2 12h1M6 12h8' }));
}

const EXAMPLES_PLUGIN = { title: 'Examples', icon: Icon, content: Examples };

const asked = new URLSearchParams(location.search);
createRoot(document.getElementById('graphiql')).render(
  h(GraphiQL, {
    fetcher: createGraphiQLFetcher({ url: '/graphql', subscriptionUrl: location.origin.replace('http', 'ws') + '/graphql' }),
    plugins: [EXAMPLES_PLUGIN, HISTORY_PLUGIN],
    visiblePlugin: matchMedia('(min-width: 50rem)').matches ? EXAMPLES_PLUGIN : undefined, // a phone has room for the query alone
    defaultQuery: examples[0].query + '\n',
    initialQuery: asked.get('query') ?? undefined,
    initialVariables: asked.get('variables') ?? undefined,
  }, h(GraphiQL.Logo, null, h('a', { href: '/', className: 'graphiql-logo-link' }, 'treatygraph'))));
