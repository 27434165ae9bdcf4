import { PROTOCOLS } from '../../drivers/protocol-table.ts';
import { assert } from '../../main/foundation/assert.ts';
import { delay } from '../../main/foundation/clock.ts';
import { silentLog } from '../../main/foundation/log.ts';
import { systemClock } from '../../main/system/system-clock.ts';
import { createMemoryLine } from '../lines/memory-line.ts';
import { SINGLE_DEVICES } from '../single/single-devices.ts';
import { seededRandom } from './seeded-random.ts';

/**
 * What supervision of twelve devices costs when nothing happens: their drivers on lines in memory, in real time, polled as in the field. The simulators run
 * in the same process and are counted too, so the figure is an upper bound of the drivers' share; what the system does for a serial port is not in it.
 * Prints one JSON object: devices, seconds, share of one core in per cent.
 */
/** A large terminal: one of each class on a serial line, a second dispenser and a second printer. Acceptors cost most, and no terminal has two mouths for notes. */
const DEVICES = ['ccnet', 'puloon-lcdm', 'fujitsu-f53', 'cctalk-coin-acceptor', 'cctalk-hopper', 'crt-571', 'escpos', 'epson-tm', 'serial-scanner', 'szzt-zt588', 'io-board', 'osmp-watchdog'];
const SETTLE_MS = 5_000;
const MEASURE_MS = 10_000;
const US_PER_MS = 1_000;

const clock = systemClock();
const rows = PROTOCOLS.filter((row) => row.lineKind === 'serial' && DEVICES.includes(row.protocol));
assert(rows.length === DEVICES.length, 'twelve protocols on serial lines');
const devices = await Promise.all(rows.map(async (row) => {
  const { transport, line } = createMemoryLine({ name: row.protocol, clock });
  const simulator = SINGLE_DEVICES[row.protocol]!.create({ line, clock, random: seededRandom(1), timeFactor: 1 });
  const none = () => {
    throw new RangeError('a serial line');
  };
  const device = await row.create({ deviceId: row.protocol, clock, log: silentLog, random: seededRandom(2), serial: () => transport, hid: none, url: none }, row.options.parse({}));
  simulator.start();
  device.start();
  return device;
}));
await delay(clock, SETTLE_MS);
const before = process.cpuUsage();
const startedMs = clock.monotonicMs();
await delay(clock, MEASURE_MS);
const used = process.cpuUsage(before);
const elapsedMs = clock.monotonicMs() - startedMs;
const up = devices.filter((device) => device.status().state !== 'offline').length;
process.stdout.write(`${JSON.stringify({ deviceCount: devices.length, upCount: up, elapsedMs: Math.round(elapsedMs), corePercent: ((used.user + used.system) / US_PER_MS / elapsedMs) * 100 })}\n`);
process.exit(0);
