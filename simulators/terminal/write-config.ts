import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseCassettes } from '../devices/cassette-option.ts';
import { SAMPLE_RECYCLERS, sampleConfig } from './sample-config.ts';

/** Writes the configuration of the sample terminal for one run folder. With a recycler, beside the dispenser; these notes it keeps. */
const KEPT_MINOR = [500_000, 200_000];
const { values } = parseArgs({ options: { out: { type: 'string' }, 'run-folder': { type: 'string' }, 'data-folder': { type: 'string' }, 'bank-port': { type: 'string' }, 'ups-port': { type: 'string' }, recycler: { type: 'string' }, coins: { type: 'string' } } });
const { out, 'run-folder': runFolder, 'data-folder': dataFolder } = values;
const bankPort = Number(values['bank-port']);
const upsPort = values['ups-port'] === undefined ? undefined : Number(values['ups-port']);
const coins = values.coins === undefined ? undefined : parseCassettes(values.coins)?.map(({ denominationMinor, noteCount }) => ({ denominationMinor, coinCount: noteCount }))[0];
const recycler = SAMPLE_RECYCLERS.find((protocol) => protocol === values.recycler);
if (out === undefined || runFolder === undefined || dataFolder === undefined || ![bankPort, upsPort ?? bankPort].every(Number.isInteger) || (values.recycler !== undefined && recycler === undefined) || (values.coins !== undefined && coins === undefined)) {
  process.stderr.write('usage: write-config --out <file> --run-folder <folder> --data-folder <folder> --bank-port <port> [--ups-port <port>] [--recycler <protocol>] [--coins <value>:<count>]\n');
  process.exit(64);
}
writeFileSync(out, JSON.stringify(sampleConfig({ runFolder, dataFolder, bankPort, ...(upsPort === undefined ? {} : { upsPort }), ...(recycler === undefined ? {} : { recycler: { protocol: recycler, denominationsMinor: KEPT_MINOR, isAlone: false } }), ...(coins === undefined ? {} : { coins }) }), null, 2), { mode: 0o600 });
