import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { sampleConfig } from './sample-config.ts';

/** Writes the configuration of the sample terminal for one run folder. */
const { values } = parseArgs({ options: { out: { type: 'string' }, 'run-folder': { type: 'string' }, 'data-folder': { type: 'string' }, 'bank-port': { type: 'string' }, 'ups-port': { type: 'string' } } });
const { out, 'run-folder': runFolder, 'data-folder': dataFolder } = values;
const bankPort = Number(values['bank-port']);
const upsPort = values['ups-port'] === undefined ? undefined : Number(values['ups-port']);
if (out === undefined || runFolder === undefined || dataFolder === undefined || ![bankPort, upsPort ?? bankPort].every(Number.isInteger)) {
  process.stderr.write('usage: write-config --out <file> --run-folder <folder> --data-folder <folder> --bank-port <port> [--ups-port <port>]\n');
  process.exit(64);
}
writeFileSync(out, JSON.stringify(sampleConfig({ runFolder, dataFolder, bankPort, ...(upsPort === undefined ? {} : { upsPort }) }), null, 2), { mode: 0o600 });
