import { parseArgs } from 'node:util';
import { randomInteger } from '../../main/foundation/random.ts';
import { cryptoRandom } from '../../main/system/crypto-random.ts';
import { SOAKS } from './protocols.ts';

/** Many transactions with faults of the device and of the bytes, in virtual time; the physical truth is compared with what the driver told. Exit code 1 on a difference. */
const USAGE = `usage: npm run soak -- [--protocol <name>]… [--transactions <n>] [--seed <n>] [--one-of <n>]
  --one-of <n>   one of n bytes is spoiled in every second world, default 400
protocols: ${Object.keys(SOAKS).join(', ')}
`;
/** A world is made anew after so many: differences are found again quickly. */
const TRANSACTIONS_PER_WORLD = 50;
const DIFFERENCES_MAX = 20;

const { values } = parseArgs({ options: { protocol: { type: 'string', multiple: true }, transactions: { type: 'string', default: '1000' }, seed: { type: 'string' }, 'one-of': { type: 'string', default: '400' }, help: { type: 'boolean', default: false } } });
const protocols = values.protocol ?? Object.keys(SOAKS);
const transactionCount = Number(values.transactions);
if (values.help || !(transactionCount > 0) || protocols.some((protocol) => !(protocol in SOAKS))) {
  process.stdout.write(USAGE);
  process.exit(values.help ? 0 : 1);
}
const firstSeed = values.seed === undefined ? randomInteger(cryptoRandom(), 2 ** 30) : Number(values.seed);
for (const protocol of protocols) {
  const soak = await SOAKS[protocol]!();
  const startedMs = performance.now();
  const outcomes: Record<string, number> = {};
  const differences: string[] = [];
  let seed = firstSeed;
  let doneCount = 0;
  for (; doneCount < transactionCount && differences.length < DIFFERENCES_MAX; seed++) {
    const count = Math.min(TRANSACTIONS_PER_WORLD, transactionCount - doneCount);
    const result = await soak({ seed, transactionCount: count, byteFaultsOneOf: seed % 2 === 0 ? null : Number(values['one-of']) });
    for (const [outcome, times] of Object.entries(result.outcomes)) outcomes[outcome] = (outcomes[outcome] ?? 0) + times;
    differences.push(...result.differences);
    doneCount += count;
  }
  if (differences.length > 0) process.exitCode = 1;
  process.stdout.write(`${JSON.stringify({ ok: differences.length === 0, protocol, transactions: doneCount, firstSeed, worlds: seed - firstSeed, seconds: Math.round((performance.now() - startedMs) / 100) / 10, outcomes, differences })}\n`);
}
