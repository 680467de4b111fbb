import { buildSchema, findBreakingChanges, findDangerousChanges } from 'graphql';

/**
 * What becomes of the clients of the one SDL when the other takes its place. Breaking: documents that were valid are so no longer, or answers
 * may hold what their types rule out. Dangerous: documents stay valid, yet a client may be surprised by a new enum value or a new default.
 */
export function changesBetween(published, next) {
  const [before, after] = [buildSchema(published), buildSchema(next)];
  const told = list => list.map(({ type, description }) => `${type}: ${description}`);
  return { breaking: told(findBreakingChanges(before, after)), dangerous: told(findDangerousChanges(before, after)) };
}
