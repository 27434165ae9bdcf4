import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RUN_FILES } from '../../main/contracts/run-folder.ts';
import { cryptoRandom } from '../../main/system/crypto-random.ts';
import { systemClock } from '../../main/system/system-clock.ts';
import { serveControl } from '../control/control-socket.ts';
import { bankControlTarget } from './control.ts';
import { serveBank } from './https-server.ts';
import { DEFAULT_CODE_POLICY } from './otp.ts';
import { createSamplePki, renewedTerminalCertificates } from './pki.ts';
import { SAMPLE_HOST_ID, SAMPLE_TERMINAL_ID, createSampleBank } from './sample-bank.ts';
import { createSchemas } from './wire/schemas.ts';

/**
 * The simulated bank as a process of its own: HTTPS with mutual TLS on loopback, control socket beside it. SIGTERM or SIGINT ends it cleanly.
 * Ready when `bank.address.json` is there.
 */
const USAGE = `simulated bank
  --run-folder <folder>    sockets, sample keys, bank.address.json (needed)
  --data-folder <folder>   the bank's database, bank.sqlite (needed)
  --port <number>          HTTPS port on 127.0.0.1; any free one when left out
  --terminal-id <id>       sample terminal, ${SAMPLE_TERMINAL_ID} when left out
  --host-id <id>           the bank's id on the line, ${SAMPLE_HOST_ID} when left out
  --cut-over <minute>      minute of the local day at which the operational day changes, 1 to 1440 (midnight)
  --resend-after <ms>      how long a customer waits before a code can be sent again (60000)
  --time-factor <number>   1 for real delays of slow and late answers, 0.1 for ten times shorter ones
`;
const EXIT_USAGE = 64;

const { values } = parseArgs({
  options: {
    'run-folder': { type: 'string' },
    'data-folder': { type: 'string' },
    port: { type: 'string', default: '0' },
    'terminal-id': { type: 'string', default: SAMPLE_TERMINAL_ID },
    'host-id': { type: 'string', default: SAMPLE_HOST_ID },
    'cut-over': { type: 'string', default: '1440' },
    'resend-after': { type: 'string', default: String(DEFAULT_CODE_POLICY.resendAfterMs) },
    'time-factor': { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

const runFolder = values['run-folder'];
const dataFolder = values['data-folder'];
const numbers = { port: Number(values.port), cutOverLocalMinute: Number(values['cut-over']), timeFactor: Number(values['time-factor']), resendAfterMs: Number(values['resend-after']) };
if (values.help || runFolder === undefined || dataFolder === undefined || !areNumbersRight(numbers)) {
  process.stderr.write(USAGE);
  process.exit(values.help ? 0 : EXIT_USAGE);
}
await start(runFolder, dataFolder);

async function start(runFolder: string, dataFolder: string): Promise<void> {
  mkdirSync(runFolder, { recursive: true, mode: 0o700 });
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const realClock = systemClock();
  const clock = { ...realClock, setTimeout: (callback: () => void, delayMs: number) => realClock.setTimeout(callback, delayMs * numbers.timeFactor) };
  const random = cryptoRandom();
  const terminalId = values['terminal-id'];
  const pki = createSamplePki(join(runFolder, RUN_FILES.pki), { nowUtcMs: clock.nowUtcMs(), random, terminalId });
  const bank = createSampleBank({
    databasePath: join(dataFolder, 'bank.sqlite'),
    clock,
    random,
    pki,
    renewedCertificatePems: renewedTerminalCertificates(join(runFolder, RUN_FILES.pki)),
    schemas: createSchemas(join(import.meta.dirname, '../../main/host/iso20022/xsd')),
    hostId: values['host-id'],
    terminalId,
    cutOverLocalMinute: numbers.cutOverLocalMinute,
    codePolicy: { resendAfterMs: numbers.resendAfterMs },
  });
  const server = await serveBank({ bank, pki, port: numbers.port, onError: report });
  const control = await serveControl({ socketPath: join(runFolder, RUN_FILES.bankControl), targets: new Map([['bank', bankControlTarget(bank)]]), nowUtcMs: () => clock.nowUtcMs() });
  const addressPath = join(runFolder, RUN_FILES.bankAddress);
  // Renamed into place, so that a reader never sees half of it.
  writeFileSync(`${addressPath}.new`, JSON.stringify({ port: server.port }));
  renameSync(`${addressPath}.new`, addressPath);

  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    rmSync(addressPath, { force: true });
    await Promise.all([server.close(), control.close()]);
    bank.database.close();
    // Late answers still waiting have nobody to go to.
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
}

function areNumbersRight({ port, cutOverLocalMinute, timeFactor, resendAfterMs }: { readonly port: number; readonly cutOverLocalMinute: number; readonly timeFactor: number; readonly resendAfterMs: number }): boolean {
  return Number.isInteger(resendAfterMs) && resendAfterMs >= 0 && Number.isInteger(port) && port >= 0 && port <= 65_535 && Number.isInteger(cutOverLocalMinute) && cutOverLocalMinute >= 1 && cutOverLocalMinute <= 1440 && timeFactor > 0 && timeFactor <= 100;
}

/** A bug of the bank, told without any content of a message. */
function report(error: unknown): void {
  process.stderr.write(`bank: ${error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error'}\n`);
}
