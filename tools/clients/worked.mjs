// Gives the queries of worked/ names, since a code generator makes names of them: those of their files. Fragments get the file's name before
// their own. Writes them to named/.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { Kind, parse, print, visit } from 'graphql';

mkdirSync('named', { recursive: true });
for (const file of readdirSync('worked').filter(name => name.endsWith('.graphql'))) {
  const base = file.replace(/\.graphql$/, '').replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, letter) => letter.toUpperCase());
  const name = value => ({ kind: Kind.NAME, value });
  const document = visit(parse(readFileSync(`worked/${file}`, 'utf8')), {
    OperationDefinition: node => ({ ...node, name: name(node.name ? `${base}_${node.name.value}` : base) }),
    FragmentDefinition: node => ({ ...node, name: name(`${base}_${node.name.value}`) }),
    FragmentSpread: node => ({ ...node, name: name(`${base}_${node.name.value}`) }),
  });
  writeFileSync(`named/${file}`, print(document) + '\n');
}
