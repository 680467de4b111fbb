// Lays the client project out in .tools/node, which git ignores: a copy of this folder, the published schema, the worked queries and, when
// the lock file has changed since the last time, the pinned packages. Needs Node and npm alone. Ends with 3 when the packages cannot be had.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const project = join(root, '.tools/node');
const packages = join(project, 'node_modules');
const stamp = join(packages, '.installed'); // goes with the packages when they are removed

// All but the packages is made anew, so that nothing of an older layout is left.
mkdirSync(project, { recursive: true });
for (const name of readdirSync(project)) {
  if (name !== 'node_modules') rmSync(join(project, name), { recursive: true, force: true });
}
cpSync(here, project, { recursive: true, filter: from => !/(^|[\\/])node_modules$/.test(from) });
mkdirSync(join(project, 'relay/__generated__')); // relay-compiler wants it to be there
cpSync(join(root, 'schema/published.graphql'), join(project, 'schema.graphql'));
cpSync(join(root, 'resolvers/testdata/queries'), join(project, 'worked'), { recursive: true, filter: from => !from.endsWith('.json') });

const wanted = createHash('sha256')
  .update(readFileSync(join(here, 'package-lock.json')))
  .update(`${process.platform} ${process.arch}`)
  .digest('hex');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const arguments_ = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  const { status, error } = spawnSync(npm, arguments_, { cwd: project, stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' });
  if (error || status !== 0) {
    console.error(`the packages of tools/clients cannot be installed: npm ${arguments_[0]}: ${error?.message ?? `exit code ${status}`}`);
    process.exit(3);
  }
  writeFileSync(stamp, wanted);
}
