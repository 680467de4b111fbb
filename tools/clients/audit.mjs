// node audit.mjs URL: every audit of graphql-http for a GraphQL-over-HTTP server, whatever it is called (MUST, SHOULD, MAY), must be OK.
import { serverAudits } from 'graphql-http';

const audits = serverAudits({ url: process.argv[2] });
let ok = 0;
for (const audit of audits) {
  const result = await audit.fn();
  console.log(result.status === 'ok' ? 'ok' : `${result.status.toUpperCase()}: ${result.reason}`, audit.id, audit.name);
  if (result.status === 'ok') ok++;
  else process.exitCode = 1;
}
console.log(`${ok} of ${audits.length}`);
