// Bundles GraphiQL into explorer/graphiql/files: every file with gzip, and the licences of what is in them. The same inputs and the same Node
// give the same bytes.
import { build } from 'esbuild';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, '../../explorer/graphiql/files');

const { outputFiles, metafile } = await build({
  absWorkingDir: here,
  entryPoints: {
    'main': 'main.js',
    'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
    'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
    'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
  },
  bundle: true, splitting: true, format: 'esm', minify: true, metafile: true, write: false, outdir: 'out',
  chunkNames: 'chunk-[hash]', assetNames: '[name]', target: ['es2022'], charset: 'utf8', legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
  loader: { '.ttf': 'file' },
});

// licences returns the licence files of the packages of which something is in the bundle. A package without one is under that of another
// package of its repository.
function licences(metafile) {
  const folders = new Set();
  for (const { inputs } of Object.values(metafile.outputs))
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const [folder] = input.match(/^.*node_modules\/(@[^/]+\/)?[^/]+/) ?? [];
      if (folder && bytesInOutput > 0) folders.add(folder);
    }
  const packages = [...folders].map(folder => {
    const { name, version, license, author, repository } = JSON.parse(readFileSync(join(here, folder, 'package.json')));
    const files = readdirSync(join(here, folder)).filter(file => /^(licen[cs]e|copying|notice|third-?party-?notices)/i.test(file)).sort();
    const text = files.map(file => readFileSync(join(here, folder, file), 'utf8').replaceAll('\r\n', '\n').trim()).join('\n\n');
    const source = (repository?.url ?? repository ?? name).replace(/^git\+|\.git$/g, '').replace('/facebook/react', '/react/react'); // which moved
    return { title: `${name} ${version} (${license})`, text, source, by: author?.name ?? author };
  }).sort((a, b) => (a.title < b.title ? -1 : 1));
  const entry = ({ title, text, source, by }) =>
    `${title}\n\n${text || packages.find(p => p.text && p.source === source)?.text || `By ${by ?? "its contributors"}, ${source}. The package has no file with its licence.`}`;
  const rule = '\n\n' + '-'.repeat(80) + '\n\n';
  return ['What the files beside this one are made of, and under which licences.', ...packages.map(entry)].join(rule) + '\n';
}

// isUsed leaves out the style sheets of what is loaded late: main.css has them all.
const isUsed = ({ path }) => !/chunk-[^/]*\.css$/.test(path);

// compressed states no time and no system.
function compressed(contents) {
  const bytes = gzipSync(contents, { level: 9 });
  bytes[9] = 255;
  return bytes;
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const { path, contents } of outputFiles.filter(isUsed)) writeFileSync(join(out, basename(path) + '.gz'), compressed(contents));
writeFileSync(join(out, 'LICENSES.txt'), licences(metafile));
