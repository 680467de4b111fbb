// The changes are made to the published schema itself, each in the first place where it can be made.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Kind, parse, parseType, print, visit } from 'graphql';
import { changesBetween } from './changes.mjs';

const published = readFileSync('schema.graphql', 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'treatygraph-publish-'));
after(() => rmSync(folder, { recursive: true }));

// change applies edit to the nodes of a kind until it returns another one.
function change(kind, edit) {
  let changed = false;
  const document = visit(parse(published), {
    [kind]: node => {
      const to = changed ? undefined : edit(node);
      changed ||= to !== undefined;
      return to;
    },
  });
  assert(changed, 'the published schema has no place for this change');
  return print(document);
}

const required = type => ({ kind: Kind.NON_NULL_TYPE, type });
const name = value => ({ kind: Kind.NAME, value });
const input = type => ({ kind: Kind.INPUT_VALUE_DEFINITION, name: name('addedByTheTest'), directives: [], type: parseType(type) });
const onQuery = edit => change(Kind.OBJECT_TYPE_DEFINITION, node => (node.name.value === 'Query' ? { ...node, fields: edit(node.fields) } : undefined));
const onQueryArguments = edit => {
  let done = false;
  return onQuery(fields =>
    fields.map(f => {
      const arguments_ = done ? undefined : edit(f.arguments);
      done ||= arguments_ !== undefined;
      return arguments_ ? { ...f, arguments: arguments_ } : f;
    }),
  );
};
const firstOptional = edit => list => {
  const i = list.findIndex(a => a.type.kind !== Kind.NON_NULL_TYPE && !a.defaultValue);
  return i < 0 ? undefined : list.with(i, edit(list[i]));
};

const breaking = {
  FIELD_REMOVED: () => onQuery(fields => fields.slice(1)),
  FIELD_CHANGED_KIND: () => onQuery(fields => fields.with(0, { ...fields[0], type: parseType('[String]') })),
  VALUE_REMOVED_FROM_ENUM: () => change(Kind.ENUM_TYPE_DEFINITION, node => ({ ...node, values: node.values.slice(0, -1) })),
  ARG_REMOVED: () => onQueryArguments(list => (list.length > 1 ? list.slice(0, -1) : undefined)),
  ARG_CHANGED_KIND: () => onQueryArguments(firstOptional(a => ({ ...a, type: required(a.type) }))),
  REQUIRED_ARG_ADDED: () => onQueryArguments(list => [...list, input('Int!')]),
  REQUIRED_INPUT_FIELD_ADDED: () => change(Kind.INPUT_OBJECT_TYPE_DEFINITION, node => ({ ...node, fields: [...node.fields, input('Int!')] })),
  TYPE_REMOVED_FROM_UNION: () => change(Kind.UNION_TYPE_DEFINITION, node => ({ ...node, types: node.types.slice(1) })),
  IMPLEMENTED_INTERFACE_REMOVED: () => change(Kind.OBJECT_TYPE_DEFINITION, node => (node.interfaces.length > 0 ? { ...node, interfaces: node.interfaces.slice(0, -1) } : undefined)),
  DIRECTIVE_ARG_REMOVED: () => change(Kind.DIRECTIVE_DEFINITION, node => ({ ...node, arguments: node.arguments.slice(1) })),
  DIRECTIVE_REMOVED: () => change(Kind.DIRECTIVE_DEFINITION, () => null),
};
const dangerous = {
  VALUE_ADDED_TO_ENUM: () => change(Kind.ENUM_TYPE_DEFINITION, node => ({ ...node, values: [...node.values, { kind: Kind.ENUM_VALUE_DEFINITION, name: name('ADDED_BY_THE_TEST') }] })),
  OPTIONAL_ARG_ADDED: () => onQueryArguments(list => [...list, input('Int')]),
};

for (const [type, make] of Object.entries(breaking)) {
  test(`${type} breaks clients`, () => {
    const found = changesBetween(published, make()).breaking;
    assert(found.some(change => change.startsWith(`${type}: `)), found.join('\n'));
  });
}

for (const [type, make] of Object.entries(dangerous)) {
  test(`${type} is dangerous`, () => {
    const found = changesBetween(published, make());
    assert.deepEqual(found.breaking, []);
    assert(found.dangerous.some(change => change.startsWith(`${type}: `)), found.dangerous.join('\n'));
  });
}

// publish runs the command on a small schema and tells what it did.
const small = 'type Query {\n  a: Int\n  b(c: Int): Int\n}\n';
const wider = small.replace('a: Int', 'a: Int\n  d: Int');
const narrower = small.replace('  a: Int\n', '');
function publish(next, { BREAKING = '', options = [] } = {}) {
  const [old, replacement] = [join(folder, 'published.graphql'), join(folder, 'next.graphql')];
  writeFileSync(old, small);
  writeFileSync(replacement, next);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['publish.mjs', ...options, old, replacement], { encoding: 'utf8', env: { ...process.env, BREAKING } });
  return { status, output: stdout + stderr, now: readFileSync(old, 'utf8') };
}

test('a new field is published without a word', () => {
  assert.deepEqual(publish(wider), { status: 0, output: '', now: wider });
});

test('what is published already stays', () => {
  assert.deepEqual(publish(small), { status: 0, output: 'The published schema is the present one.\n', now: small });
});

test('a notice holds nothing up', () => {
  const next = small.replace('b(c: Int)', 'b(c: Int, e: Int)');
  const { status, output, now } = publish(next);
  assert.match(output, /^notice: OPTIONAL_ARG_ADDED: .*\n$/);
  assert.deepEqual({ status, now }, { status: 0, now: next });
});

test('what breaks clients is refused, unless BREAKING=1 says otherwise, which reminds of the changelog', () => {
  const refused = publish(narrower);
  assert.match(refused.output, /^breaking: FIELD_REMOVED: Query\.a was removed\.\nThis breaks clients/);
  assert.deepEqual({ status: refused.status, now: refused.now }, { status: 1, now: small });
  const insisted = publish(narrower, { BREAKING: '1' });
  assert.match(insisted.output, /^breaking: FIELD_REMOVED: .*\nPublished although it breaks clients: say so in CHANGELOG/);
  assert.deepEqual({ status: insisted.status, now: insisted.now }, { status: 0, now: narrower });
});

test('--check writes nothing', () => {
  assert.deepEqual(publish(wider, { options: ['--check'] }), { status: 0, output: '', now: small });
  assert.equal(publish(narrower, { options: ['--check'] }).status, 1);
});
