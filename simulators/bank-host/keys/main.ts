import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { systemClock } from '../../../main/system/system-clock.ts';
import { createSamplePki } from '../pki.ts';

/** Sample keys of terminal and bank in a folder, for programs that may not know how they are made. */
const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: <folder>: sample keys and certificates are written there, unless good ones lie there\n');
  process.exit(64);
}
createSamplePki(folder, { nowUtcMs: systemClock().nowUtcMs(), random: cryptoRandom() });
