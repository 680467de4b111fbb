// node publish.mjs [--check] PUBLISHED NEXT: lets NEXT take the place of the published schema, unless that would break its clients.
// BREAKING=1 in the environment says that it shall all the same. With --check nothing is written. Ends with 1 when clients would break.
// Dangerous changes are told, and pass.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { changesBetween } from './changes.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { check: { type: 'boolean' } } });
if (positionals.length !== 2) {
  console.error('usage: node publish.mjs [--check] PUBLISHED NEXT');
  process.exit(2);
}
const [published, next] = positionals.map(file => readFileSync(file, 'utf8'));
const { breaking, dangerous } = changesBetween(published, next);
for (const change of dangerous) console.log(`notice: ${change}`);
for (const change of breaking) console.log(`breaking: ${change}`);

if (breaking.length > 0 && process.env.BREAKING !== '1') {
  console.log('This breaks clients of the published schema. Deprecate instead; or run `make publish BREAKING=1` and say so in CHANGELOG.md.');
  process.exitCode = 1;
} else if (!values.check) {
  if (breaking.length > 0) console.log('Published although it breaks clients: say so in CHANGELOG.md.');
  if (published === next) console.log('The published schema is the present one.');
  else writeFileSync(positionals[0], next);
}
