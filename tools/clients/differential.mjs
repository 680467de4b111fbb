// node differential.mjs: reads one request as JSON in each line, {"query", "variables"}, and writes what graphql-js makes of it: in each line the
// reason for which it is refused, or the arguments of the fields of the root as they are coerced.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  GraphQLIncludeDirective, GraphQLSkipDirective, Kind, buildSchema, getArgumentValues, getDirectiveValues, getVariableValues, parse, validate,
} from 'graphql';

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));

// The scalars of this schema are texts; which texts, the service alone says.
for (const name of ['Date', 'DateTime', 'Language']) {
  const scalar = schema.getType(name);
  const text = (value, what) => {
    if (typeof value !== 'string') throw new TypeError(`${name} cannot represent ${what}`);
    return value;
  };
  scalar.parseValue = value => text(value, JSON.stringify(value));
  scalar.parseLiteral = node => text(node.kind === Kind.STRING ? node.value : undefined, node.kind);
}

// fields gathers the fields of the root by the names that the answer gives them, as an executor does.
function fields(selectionSet, document, variables, found = new Map(), spread = new Set()) {
  for (const node of selectionSet.selections) {
    if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) continue;
    if (getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if === false) continue;
    if (node.kind === Kind.FIELD) {
      const name = (node.alias ?? node.name).value;
      if (!found.has(name)) found.set(name, node);
      continue;
    }
    let inner = node;
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      if (spread.has(node.name.value)) continue;
      spread.add(node.name.value);
      inner = document.definitions.find(d => d.kind === Kind.FRAGMENT_DEFINITION && d.name.value === node.name.value);
    }
    fields(inner.selectionSet, document, variables, found, spread);
  }
  return found;
}

function answer({ query, variables }) {
  const document = parse(query);
  const [invalid] = validate(schema, document);
  if (invalid) throw invalid;
  const operation = document.definitions.find(d => d.kind === Kind.OPERATION_DEFINITION);
  const { errors, coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
  if (errors) throw errors[0];
  const root = schema.getQueryType().getFields();
  const values = {};
  for (const [name, node] of fields(operation.selectionSet, document, coerced)) {
    if (node.name.value in root) values[name] = getArgumentValues(root[node.name.value], node, coerced);
  }
  return values;
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  let result;
  try {
    result = { values: answer(JSON.parse(line)) };
  } catch (error) {
    result = { refused: error.message };
  }
  process.stdout.write(JSON.stringify(result) + '\n');
}
