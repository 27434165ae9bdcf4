import type { HidProbe } from '../../../drivers/interfaces/probe.ts';
import type { ProtocolRow } from '../../../drivers/interfaces/protocol-row.ts';
import { PROTOCOLS } from '../../../drivers/protocol-table.ts';
import { createSerialTransport } from '../../../drivers/transport/serial.ts';
import { cryptoRandom } from '../../system/crypto-random.ts';
import { systemClock } from '../../system/system-clock.ts';
import type { Answer } from '../answer.ts';
import { problemAnswer } from '../answer.ts';
import { textTable } from '../text-table.ts';
import type { ConfiguredFind } from './config-lines.ts';
import { configText, devicesSection } from './config-lines.ts';
import type { PortReport } from './probe-port.ts';
import { candidatesOf, probePort } from './probe-port.ts';
import { stableNames } from './stable-names.ts';

/** Sixteen sockets of a large terminal, and some to spare. */
const PORTS_MAX = 64;

export interface ProbeOptions {
  /** Empty: every serial port that the system lists, and its HID devices. */
  readonly ports: readonly string[];
  /** Empty: all. */
  readonly protocols: readonly string[];
}

interface FoundHid {
  readonly protocol: string;
  readonly deviceClass: ProtocolRow['deviceClass'];
  readonly vendorId: number;
  readonly productId: number;
  readonly model: string | null;
  readonly serialNumber: string | null;
}

/** Who is at the serial ports and on the USB, with the lines that a configuration needs. */
export async function probeAnswer({ ports, protocols }: ProbeOptions): Promise<Answer> {
  const unknown = protocols.find((protocol) => !PROTOCOLS.some((row) => row.protocol === protocol));
  if (unknown !== undefined) return problemAnswer({ code: 'UNKNOWN_PROTOCOL', detail: `no protocol is called ${JSON.stringify(unknown)}; there are ${PROTOCOLS.map((row) => row.protocol).join(', ')}` });
  const rows = PROTOCOLS.filter((row) => protocols.length === 0 || protocols.includes(row.protocol));
  const listed = ports.length > 0 ? ports : await systemPorts();
  if (listed.length > PORTS_MAX) return problemAnswer({ code: 'TOO_MANY_PORTS', detail: `${listed.length} ports, at most ${PORTS_MAX} at once: name them with --port` });
  const candidates = await candidatesOf(rows);
  const parts = { clock: systemClock(), random: cryptoRandom() };
  // Each port is a line of its own: a silent one does not hold up the others.
  const reports = await Promise.all(listed.map((port) => probePort({ port, lineWith: (settings) => createSerialTransport({ path: port, ...settings }, parts) }, candidates, parts)));
  const hid = ports.length > 0 ? [] : await systemHid(rows);
  return answerOf(reports, hid);
}

function answerOf(reports: readonly PortReport[], hid: readonly FoundHid[]): Answer {
  const named = reports.map((report) => ({ ...report, names: stableNames(report.port) }));
  const found: readonly ConfiguredFind[] = [
    ...named.flatMap((report): ConfiguredFind[] => (report.state !== 'found' ? [] : [{ protocol: report.device.protocol, deviceClass: report.device.deviceClass, line: { kind: 'serial', path: report.names[0] ?? report.port, ...report.device.settings } }])),
    ...hid.map(({ protocol, deviceClass, vendorId, productId }): ConfiguredFind => ({ protocol, deviceClass, line: { kind: 'usb', vendorId, productId } })),
  ];
  const section = devicesSection(found);
  const rows = [...named.map(portRow), ...hid.map((device) => [`usb ${hex(device.vendorId)}:${hex(device.productId)}`, device.protocol, 'USB HID', device.model ?? '–', '–', device.serialNumber ?? '–'])];
  const table = rows.length === 0 ? 'no serial port and no known HID device on this machine' : textTable([{ title: 'port' }, { title: 'answered as' }, { title: 'line' }, { title: 'model' }, { title: 'firmware' }, { title: 'serial number' }], rows);
  return {
    json: { ok: true, ports: named, hid, devices: { ...section.parts, ...(section.others.length === 0 ? {} : { others: section.others }) }, toAdd: section.toAdd },
    text: found.length === 0 ? table : `${table}\n\n${configText(section)}`,
    exitCode: 0,
  };
}

function portRow(report: PortReport): readonly string[] {
  if (report.state !== 'found') return [report.port, report.state === 'unavailable' ? `not free: ${report.detail}` : report.state === 'silent' ? 'nobody' : `nobody known (${report.heardByteCount} bytes heard)`, '–', '–', '–', '–'];
  const { protocol, settings, model, firmware, serialNumber } = report.device;
  return [report.port, protocol, `${settings.baudRateBps} ${settings.dataBits}${settings.parity[0]!.toUpperCase()}${settings.stopBits}`, model ?? '–', firmware ?? '–', serialNumber ?? '–'];
}

/** Ports with hardware behind them; a board lists serial ports that it does not have. */
async function systemPorts(): Promise<readonly string[]> {
  const { SerialPort } = await import('serialport');
  try {
    return (await SerialPort.list()).filter(({ vendorId, pnpId, path }) => vendorId !== undefined || pnpId !== undefined || !/\/ttyS\d+$/.test(path)).map(({ path }) => path);
  } catch {
    return []; // no udevadm: ports are named by hand
  }
}

async function systemHid(rows: readonly ProtocolRow[]): Promise<readonly FoundHid[]> {
  const probes: { readonly row: ProtocolRow; readonly probe: HidProbe }[] = [];
  for (const row of rows) {
    const probe = await row.probe?.();
    if (probe?.kind === 'hid') probes.push({ row, probe });
  }
  const listed = await import('node-hid').then(({ devicesAsync }) => devicesAsync()).catch(() => []); // no libusb on this machine
  return listed.flatMap(({ vendorId, productId, usagePage = null, product = null, serialNumber = null }) =>
    probes.filter(({ probe }) => probe.isKnown({ vendorId, productId, usagePage })).map(({ row }) => ({ protocol: row.protocol, deviceClass: row.deviceClass, vendorId, productId, model: product, serialNumber })));
}

function hex(value: number): string {
  return value.toString(16).padStart(4, '0');
}
