import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { cryptoRandom } from '../../main/system/crypto-random.ts';
import { systemClock } from '../../main/system/system-clock.ts';
import { openPtyLine } from '../lines/pty-line.ts';
import { openSocketHidLine } from '../lines/socket-hid-line.ts';
import { openTcpLine } from '../lines/tcp-line.ts';
import { openWebSocketLine } from '../lines/web-socket-line.ts';
import { openXfsServiceLine } from '../lines/xfs-service-line.ts';
import { answerLine } from './command-line.ts';
import { SINGLE_DEVICES } from './single-devices.ts';

/** One simulated device alone: a line at `--link`, commands in, results and events out, one JSON object a line. */
const USAGE = `one simulated device
  <protocol>               ${Object.keys(SINGLE_DEVICES).join(', ')}
  --link <path>            where a driver opens it (needed); of a service tcp://127.0.0.1:<port> or ws://127.0.0.1:<port>
  --time-factor <number>   1 for the real times of the mechanics, 0.1 for ten times faster
`;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { link: { type: 'string' }, 'time-factor': { type: 'string', default: '1' }, help: { type: 'boolean', default: false } } });
const protocol = positionals[0] ?? '';
const device = Object.hasOwn(SINGLE_DEVICES, protocol) ? SINGLE_DEVICES[protocol] : undefined;
const timeFactor = Number(values['time-factor']);
if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
if (device === undefined) fail('UNKNOWN_PROTOCOL', `no simulator for ${JSON.stringify(protocol)}; there are ${Object.keys(SINGLE_DEVICES).join(', ')}`);
if (values.link === undefined) fail('USAGE', 'say where: --link <path>');
if (!(timeFactor > 0 && timeFactor <= 100)) fail('USAGE', 'the time factor is a number above 0, at most 100');

const line = await openLine(values.link, device.line).catch((error: unknown) => fail('LINE', error instanceof Error ? error.message : 'the line cannot be made'));
const simulator = device.create({ line, clock: systemClock(), random: cryptoRandom(), timeFactor });
simulator.onEvent(({ event, fields }) => say({ event, fields }));
simulator.start();
say({ ready: true, protocol, link: values.link, timeFactor });

let isStopping = false;
const stop = async () => {
  if (isStopping) return;
  isStopping = true;
  simulator.stop();
  await Promise.resolve(line.close());
  process.exit(0);
};
process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());
const input = createInterface({ input: process.stdin });
input.on('line', (text) => {
  if (text.trim() !== '') say(answerLine(simulator, text));
});
input.on('close', () => void stop());

function openLine(path: string, kind: 'pty' | 'hid' | 'tcp' | 'ws' | 'xfs') {
  if (kind === 'xfs') return openXfsServiceLine({ port: portOf(path), serviceName: 'Device1' });
  if (kind === 'ws') return openWebSocketLine({ port: portOf(path) });
  if (kind === 'tcp') return openTcpLine({ port: portOf(path) });
  return kind === 'pty' ? Promise.resolve().then(() => openPtyLine({ linkPath: path })) : openSocketHidLine({ path });
}

/** Simulated services listen on this machine only. */
function portOf(link: string): number {
  const address = URL.canParse(link) ? new URL(link) : null;
  if (address === null || address.hostname !== '127.0.0.1' || address.port === '') throw new RangeError('a service is at tcp://127.0.0.1:<port> or ws://127.0.0.1:<port>');
  return Number(address.port);
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function fail(code: string, detail: string): never {
  process.stderr.write(`${JSON.stringify({ ok: false, problem: { code, detail } })}\n`);
  process.exit(1);
}
