import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RUN_FILES, SAMPLE_DEVICES } from '../../main/contracts/run-folder.ts';
import { cryptoRandom } from '../../main/system/crypto-random.ts';
import { systemClock } from '../../main/system/system-clock.ts';
import { serveControl } from '../control/control-socket.ts';
import { openPtyLine } from '../lines/pty-line.ts';
import { openSocketHidLine } from '../lines/socket-hid-line.ts';
import { openTcpLine } from '../lines/tcp-line.ts';
import type { SimulatorLine } from '../simulator.ts';
import { SAMPLE_CASSETTES, SAMPLE_DISPENSERS, SAMPLE_RECYCLERS } from '../terminal/sample-config.ts';
import { startWorkbench } from '../workbench/server.ts';
import { parseCassettes } from './cassette-option.ts';
import type { SampleDeviceId } from './hardware.ts';
import { createHardware } from './hardware.ts';

/** All devices of the sample terminal as one process, with the workbench page beside them. SIGTERM or SIGINT ends it cleanly. */
const USAGE = `simulated devices of the sample terminal
  --run-folder <folder>      sockets and pseudo-terminals (needed)
  --time-factor <number>     1 for the real times of the mechanics, 0.1 for ten times faster
  --cassettes <list>         value in tenge and count of each, upper first: 5000:400,2000:500
  --dispenser <protocol>     puloon-lcdm (as it is left out) or fujitsu-f53
  --recycler <protocol>      in place of the acceptor: ssp-smart-payout, ccnet-bill-to-bill or id003-recycler
  --coins <value>:<count>    what the hopper holds, 100:200 when left out
  --workbench-port <number>  port of the page on 127.0.0.1; any free one when left out
  --ups-port <number>        port of the UPS server on 127.0.0.1; any free one when left out
  --no-workbench             devices only
`;
const EXIT_USAGE = 64;
const PORT_MAX = 65_535;

const { values } = parseArgs({
  options: {
    'run-folder': { type: 'string' },
    'time-factor': { type: 'string', default: '1' },
    cassettes: { type: 'string' },
    dispenser: { type: 'string', default: 'puloon-lcdm' },
    recycler: { type: 'string' },
    coins: { type: 'string', default: '100:200' },
    'workbench-port': { type: 'string', default: '0' },
    'ups-port': { type: 'string', default: '0' },
    'no-workbench': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const runFolder = values['run-folder'];
const timeFactor = Number(values['time-factor']);
const port = Number(values['workbench-port']);
const upsPort = Number(values['ups-port']);
const cassettes = values.cassettes === undefined ? SAMPLE_CASSETTES : parseCassettes(values.cassettes);
const coins = parseCassettes(values.coins)?.map(({ denominationMinor, noteCount }) => ({ denominationMinor, coinCount: noteCount }))[0];
const dispenser = SAMPLE_DISPENSERS.find((protocol) => protocol === values.dispenser);
const recycler = SAMPLE_RECYCLERS.find((protocol) => protocol === values.recycler);
const isRight = (recycler !== undefined || values.recycler === undefined) && timeFactor > 0 && timeFactor <= 100 && [port, upsPort].every((one) => Number.isInteger(one) && one >= 0 && one <= PORT_MAX) && cassettes !== null;
if (values.help || runFolder === undefined || !isRight || cassettes === null || dispenser === undefined || coins === undefined) {
  process.stderr.write(USAGE);
  process.exit(values.help ? 0 : EXIT_USAGE);
}

const clock = systemClock();
mkdirSync(runFolder, { recursive: true, mode: 0o700 });
const tty = (deviceId: string) => openPtyLine({ linkPath: join(runFolder, RUN_FILES.ttys, deviceId) });
const OTHER_LINES: readonly string[] = [SAMPLE_DEVICES.swipeReader, SAMPLE_DEVICES.powerSupply];
const serialLines = Object.fromEntries(Object.values(SAMPLE_DEVICES).filter((deviceId) => !OTHER_LINES.includes(deviceId)).map((deviceId) => [deviceId, tty(deviceId)]));
const hidLine = await openSocketHidLine({ path: join(runFolder, RUN_FILES.hid, `${SAMPLE_DEVICES.swipeReader}.sock`) });
const upsLine = await openTcpLine({ port: upsPort });
const lines = { ...serialLines, [SAMPLE_DEVICES.swipeReader]: hidLine, [SAMPLE_DEVICES.powerSupply]: upsLine } as unknown as Readonly<Record<SampleDeviceId, SimulatorLine>>;
const hardware = createHardware({ lines, clock, random: cryptoRandom(), timeFactor, cassettes, dispenser, coins, ...(recycler === undefined ? {} : { recycler }) });
hardware.start();
writeFileSync(join(runFolder, RUN_FILES.upsAddress), JSON.stringify({ port: Number(new URL(upsLine.url).port) }), { mode: 0o600 });
const control = await serveControl({ socketPath: join(runFolder, RUN_FILES.devicesControl), targets: hardware.targets, nowUtcMs: () => clock.nowUtcMs() });
const workbench = values['no-workbench'] ? null : await startWorkbench({ runFolder, port, clock, random: cryptoRandom() });

let isStopping = false;
const stop = async () => {
  if (isStopping) return;
  isStopping = true;
  hardware.stop();
  await workbench?.close();
  await control.close();
  for (const line of Object.values(serialLines)) line.close();
  await hidLine.close();
  await upsLine.close();
  process.exit(0);
};
process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());
process.stdout.write(`${JSON.stringify({ ready: true, runFolder, devices: [...hardware.devices.keys()], workbench: workbench?.url ?? null })}\n`);
