import type { DeviceClass } from '../../../drivers/interfaces/device.ts';
import type { DeviceLine } from '../../contracts/config.ts';

export interface ConfiguredFind {
  readonly protocol: string;
  readonly deviceClass: DeviceClass;
  readonly line: DeviceLine;
}

/** Parts of the terminal, by class; what has none stands under `others`. */
const PARTS: Readonly<Partial<Record<DeviceClass, readonly string[]>>> = {
  cashAcceptor: ['acceptor'], cashDispenser: ['dispenser'], printer: ['printer'], cardReader: ['cardReader', 'swipeReader'], barcodeReader: ['scanner'], auxiliaries: ['switches'],
};

export interface DevicesSection {
  readonly parts: Readonly<Record<string, { readonly protocol: string; readonly line: DeviceLine }>>;
  readonly others: readonly { readonly deviceId: string; readonly protocol: string; readonly line: DeviceLine }[];
  /** What the configuration needs and no device tells. */
  readonly toAdd: readonly string[];
}

/** What was found as `devices` of a configuration: each part once, everything else under `others`. */
export function devicesSection(found: readonly ConfiguredFind[]): DevicesSection {
  const parts: Record<string, { protocol: string; line: DeviceLine }> = {};
  const others: { deviceId: string; protocol: string; line: DeviceLine }[] = [];
  for (const { protocol, deviceClass, line } of found) {
    const free = (PARTS[deviceClass] ?? []).filter((part) => parts[part] === undefined && (part !== 'cardReader' || protocol !== 'magtek-hid'));
    const [part] = free;
    if (part !== undefined) parts[part] = { protocol, line };
    else others.push({ deviceId: `${protocol}-${others.filter((other) => other.protocol === protocol).length + 1}`, protocol, line });
  }
  const toAdd = parts['dispenser'] === undefined ? [] : ['devices.dispenser.cassettes: number, denomination and notes of each cassette'];
  return { parts, others, toAdd };
}

export function configText({ parts, others, toAdd }: DevicesSection): string {
  const lines = Object.entries(parts).map(([part, device]) => `  ${JSON.stringify(part)}: ${JSON.stringify(device)}`);
  if (others.length > 0) lines.push(`  "others": [\n${others.map((other) => `    ${JSON.stringify(other)}`).join(',\n')}\n  ]`);
  return [`"devices": {`, lines.join(',\n'), '}', ...toAdd.map((text) => `to add: ${text}`)].join('\n');
}
