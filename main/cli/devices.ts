import type { Command } from 'commander';
import { Option } from 'commander';
import type { ProtocolRow, Sender } from '../../drivers/interfaces/protocol-row.ts';
import { PROTOCOLS } from '../../drivers/protocol-table.ts';
import type { Answer } from './answer.ts';
import { problemAnswer, tell } from './answer.ts';
import { registerDeviceStatus } from './device-status.ts';
import { hexBytes } from './hex-bytes.ts';
import { probeAnswer } from './probe/probe-answer.ts';
import { textTable } from './text-table.ts';

interface OutputOptions {
  readonly json?: boolean;
}

export function registerDevices(program: Command): void {
  const devices = program.command('devices').description('devices of this terminal, protocols that Qolma speaks, bytes of a line in words');
  devices
    .command('list')
    .description('list all protocols: device class, capabilities, source, what no second source confirms')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample\n  $ qolma devices list')
    .action((options: OutputOptions) => tell(listAnswer(), options.json === true));
  devices
    .command('decode')
    .description('say what bytes of a line mean: frames and noise in order')
    .argument('<protocol>', PROTOCOLS.map((row) => row.protocol).join(', '))
    .argument('<hex...>', 'bytes in hexadecimal, grouped in any way')
    .addOption(new Option('--from <side>', 'who sent the bytes; left out: by the frames themselves, else what leaves less noise').choices(['host', 'device']))
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExit code 1 when there are no bytes or the hexadecimal is wrong; noise on the line is an answer, not a failure.\n\nExamples\n  $ qolma devices decode ccnet 02 03 06 33 DA 81\n  $ qolma devices decode puloon-lcdm 0430024603 73 --from host --json')
    .action(async (protocol: string, hex: readonly string[], options: OutputOptions & { readonly from?: Sender }) => tell(await decodeAnswer(protocol, hex, options.from), options.json === true));
  devices
    .command('probe')
    .description('ask each free port who is there: what answers, model, firmware, serial number, and the lines for the configuration')
    .option('--port <path...>', 'only these; left out: every serial port and HID device of this machine')
    .option('--protocol <name...>', 'ask in these protocols only')
    .option('--json', 'one JSON object')
    .addHelpText('after', `
Only harmless questions are asked: nothing moves, nothing is set, no event is acknowledged. Printers are asked first, because what is meant for others would
be printed; a port that answered hears no other protocol. Still: take customers away before, and end the terminal's core, which holds its ports. A silent port
takes up to a minute. Services (XFS4IoT, NUT, capture service, PC/SC) are reached by an address and not looked for. Stable names: main/cli/probe/udev/README.md.

Examples
  $ qolma devices probe
  $ qolma devices probe --port /dev/ttyUSB0 --protocol ccnet id003 --json`)
    .action(async (options: OutputOptions & { readonly port?: readonly string[]; readonly protocol?: readonly string[] }) => tell(await probeAnswer({ ports: options.port ?? [], protocols: options.protocol ?? [] }), options.json === true));
  registerDeviceStatus(devices);
}

export function listAnswer(): Answer {
  const protocols = PROTOCOLS.map(({ protocol, deviceClass, devices, line, source, capabilities, unverified }) => ({ protocol, deviceClass, devices, line, source, capabilities, unverified }));
  const rows = protocols.map((row) => [row.protocol, row.deviceClass, row.line, row.devices, capabilityText(row.capabilities), row.source]);
  const table = textTable([{ title: 'protocol' }, { title: 'class' }, { title: 'line' }, { title: 'devices' }, { title: 'capabilities' }, { title: 'source' }], rows);
  const notes = protocols.map((row) => `  ${row.protocol.padEnd(15)} ${row.unverified.join('; ')}`);
  return { json: { ok: true, protocols }, text: `${table}\n\nnot confirmed by a second source\n${notes.join('\n')}`, exitCode: 0 };
}

function capabilityText(capabilities: ProtocolRow['capabilities']): string {
  const words = Object.entries(capabilities).map(([name, value]) => (value === true ? name : value === false ? `no ${name}` : `${name} ${value}`));
  return words.length === 0 ? '–' : words.join(', ');
}

export async function decodeAnswer(protocol: string, hex: readonly string[], from: Sender | undefined): Promise<Answer> {
  const row = PROTOCOLS.find((candidate) => candidate.protocol === protocol);
  if (row === undefined) return problemAnswer({ code: 'UNKNOWN_PROTOCOL', detail: `no protocol is called ${JSON.stringify(protocol)}; there are ${PROTOCOLS.map((known) => known.protocol).join(', ')}` });
  const bytes = hexBytes(hex);
  if (!bytes.ok) return problemAnswer({ code: 'BAD_HEX', detail: bytes.error });
  const { decoded, from: sender, isFromGuessed } = await decodeBest(row, bytes.value, from);
  const noiseByteCount = noiseOf(decoded);
  const json = { ok: true, protocol, from: sender, isFromGuessed, byteCount: bytes.value.length, noiseByteCount, decoded };
  const head = `${protocol}, ${bytes.value.length} bytes${sender === null ? '' : ` from the ${sender}${isFromGuessed ? ' (guessed: say --from)' : ''}`}`;
  return { json, text: [head, ...decoded.map((piece, index) => `${String(index + 1).padStart(4)}  ${JSON.stringify(piece)}`)].join('\n'), exitCode: 0 };
}

/** Where neither the person nor the bytes say who spoke, both readings are tried: the one with less noise, the device's when alike. */
async function decodeBest(row: ProtocolRow, bytes: Uint8Array, from: Sender | undefined): Promise<{ readonly decoded: readonly unknown[]; readonly from: Sender | null; readonly isFromGuessed: boolean }> {
  if (from !== undefined || row.isSenderInBytes) return { decoded: await row.decode(bytes, from), from: from ?? null, isFromGuessed: false };
  const [fromDevice, fromHost] = await Promise.all([row.decode(bytes, 'device'), row.decode(bytes, 'host')]);
  return noiseOf(fromHost) < noiseOf(fromDevice) ? { decoded: fromHost, from: 'host', isFromGuessed: true } : { decoded: fromDevice, from: 'device', isFromGuessed: true };
}

function noiseOf(decoded: readonly unknown[]): number {
  return decoded.reduce<number>((sum, piece) => {
    const { kind, byteCount, text } = piece as { kind?: unknown; byteCount?: unknown; text?: unknown };
    if (kind !== 'noise') return sum;
    return sum + (typeof byteCount === 'number' ? byteCount : typeof text === 'string' ? (Number.parseInt(text, 10) || 1) : 1);
  }, 0);
}
