import { parseArgs } from 'node:util';
import { z } from 'zod';
import { systemClock } from '../../../main/system/system-clock.ts';
import type { RealWalk } from './real-walk.ts';
import { walkReally } from './real-walk.ts';

/**
 * `npm run sim:real -- --seed 1 --terminals 20 --visits 8`: random customers at terminals of real processes, pseudo-terminals and sockets, one after the other. Prints each terminal as it ends,
 * with `--json` one object. Exit: 0 nothing found, 1 something, 64 wrong arguments.
 */
const argumentsSchema = z.object({
  seed: z.coerce.number().int().min(0).max(2_000_000_000).default(1),
  terminals: z.coerce.number().int().min(1).max(100_000).default(10),
  visits: z.coerce.number().int().min(1).max(1_000).default(8),
  json: z.boolean().default(false),
});
const USAGE_EXIT = 64;
const text = { type: 'string' } as const;

const parsed = argumentsSchema.safeParse(parseArgs({ options: { seed: text, terminals: text, visits: text, json: { type: 'boolean' } } }).values);
if (!parsed.success) {
  process.stderr.write(`${z.prettifyError(parsed.error)}\n`);
  process.exit(USAGE_EXIT);
}
const { seed, terminals, visits, json } = parsed.data;
const clock = systemClock();
const walks: RealWalk[] = [];
for (let index = 0; index < terminals; index += 1) {
  const walk = await walkReally({ seed: seed + index, visitCount: visits, clock });
  walks.push(walk);
  if (!json) process.stdout.write(`${textOf(walk)}\n`);
}
const found = walks.filter(({ problems }) => problems.length > 0);
if (json) process.stdout.write(`${JSON.stringify({ seed, terminals, visits: terminals * visits, troubles: walks.reduce((sum, walk) => sum + walk.troubles.length, 0), found }, null, 2)}\n`);
process.exit(found.length === 0 ? 0 : 1);

function textOf({ seed: own, hardware, visitCount, troubles, problems }: RealWalk): string {
  const line = `${problems.length === 0 ? 'ok  ' : 'FAIL'} seed ${own}: ${visitCount} visits, ${hardware}, ${troubles.length} troubles`;
  return problems.length === 0 ? line : [line, ...problems.map((problem) => `     problem  ${problem}`), ...troubles.map((trouble) => `     ${trouble}`)].join('\n');
}
